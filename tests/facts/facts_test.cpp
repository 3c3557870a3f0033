#include "facts/facts.hpp"

#include <gmock/gmock.h>

#include "fact_names/cpu.hpp"
#include "fact_names/os.hpp"

namespace rigfit {
namespace {

Platform platform(std::string id, State state) {
  Platform platform;
  platform.id = std::move(id);
  platform.state = state;
  return platform;
}

TEST(Facts, MergeKeepsWhatIsKnownAndAddsTheRest) {
  Facts facts;
  facts.host.set(fact::cpu::model, std::string("first"), {});
  facts.platforms.push_back(platform("cuda", State::ready));
  Facts other;
  other.host.set(fact::cpu::model, std::string("second"), {});
  other.host.set(fact::os::id, std::string("debian"), {});
  other.platforms.push_back(platform("cuda", State::absent));
  other.platforms.back().devices.resize(2);
  other.platforms.push_back(platform("rocm", State::absent));
  facts.merge(other);
  EXPECT_EQ(to_text(facts.host.at(fact::cpu::model)), "first");
  EXPECT_EQ(to_text(facts.host.at(fact::os::id)), "debian");
  ASSERT_EQ(facts.platforms.size(), 2u);
  EXPECT_EQ(facts.platform("cuda")->state, State::ready);
  EXPECT_EQ(facts.platform("cuda")->devices.size(), 2u);
  EXPECT_EQ(facts.platform("rocm")->state, State::absent);
  EXPECT_EQ(facts.platform("tpu"), nullptr);
}

}  // namespace
}  // namespace rigfit
