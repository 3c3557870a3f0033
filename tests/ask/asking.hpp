#pragma once

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "collect/collect.hpp"

namespace rigfit {

/// Asks the library in the folder `library` of the fakes, which follow `script` (see script.hpp), with
/// the user's consent to wake and to prove.
inline Answer ask_fake(const Request& question, const std::string& library, const std::string& script = "",
                       double seconds = 20, std::vector<std::string> variables = {}) {
  CollectOptions options;
  options.self = ASKER;
  options.child_seconds = options.proof_seconds = seconds;
  options.wake = true;
  if (!question.proves.empty()) options.prove = {question.proves};
  options.child_environment = std::move(variables);
  options.child_environment.push_back("LD_LIBRARY_PATH=" FAKES "/" + library);
  options.child_environment.push_back("FAKE=" + script);
  // What proves is answered only in the rounds after all else.
  const auto again = [&](const Evidence&) { return Requests{question}; };
  return collect({question}, again, options).value().at(key_of(question));
}

inline nlohmann::json document(const Answer& answer) {
  EXPECT_TRUE(answer.found()) << answer.why << answer.err;
  return answer.found() ? nlohmann::json::parse(answer.text) : nlohmann::json::object();
}

}  // namespace rigfit
