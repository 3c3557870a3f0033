#pragma once

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "collect/collect.hpp"

namespace rigfit {

/// Asks the library in the folder `library` of the fakes, which are told `script`; see script.hpp.
inline Answer ask_fake(const Request& question, const std::string& library, const std::string& script = "",
                       double seconds = 20, std::vector<std::string> variables = {}) {
  CollectOptions options;
  options.self = ASKER;
  options.child_seconds = seconds;
  options.child_environment = std::move(variables);
  options.child_environment.push_back("LD_LIBRARY_PATH=" FAKES "/" + library);
  options.child_environment.push_back("FAKE=" + script);
  const auto nothing_more = [](const Evidence&) { return Requests{}; };
  return collect({question}, nothing_more, options).value().at(key_of(question));
}

inline nlohmann::json document(const Answer& answer) {
  EXPECT_TRUE(answer.found()) << answer.why << answer.err;
  return answer.found() ? nlohmann::json::parse(answer.text) : nlohmann::json::object();
}

}  // namespace rigfit
