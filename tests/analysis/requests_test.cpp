#include "analysis/requests.hpp"

#include <gmock/gmock.h>

#include <set>

namespace rigfit {
namespace {

TEST(Requests, ProbesHaveIdsOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const Probe* probe : all_probes()) {
    EXPECT_TRUE(ids.insert(probe->id).second) << probe->id;
    EXPECT_NE(probe->read, nullptr) << probe->id;
  }
}

TEST(Requests, OnlyOnePlatformAsksForNoOther) {
  const auto asks_for = [](std::string_view only, std::string_view word) {
    for (const Request& request : first_requests(probes_for(only)))
      if (request.target.find(word) != std::string::npos) return true;
    return false;
  };
  EXPECT_TRUE(asks_for("cuda", "nvidia"));
  EXPECT_FALSE(asks_for("rocm", "nvidia"));
  EXPECT_TRUE(asks_for("", "nvidia"));
}

TEST(Requests, NothingThatIsAlwaysReadStartsAProgram) {
  for (const Request& request : first_requests(probes_for("")))
    EXPECT_TRUE(request.kind != Kind::command && request.kind != Kind::ask) << key_of(request);
}

}  // namespace
}  // namespace rigfit
