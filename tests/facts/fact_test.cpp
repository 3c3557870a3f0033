#include "facts/fact.hpp"

#include <gmock/gmock.h>

#include "fact_names/cpu.hpp"

namespace rigfit {
namespace {

constexpr Truth all_truths[] = {Truth::no, Truth::unknown, Truth::yes};

TEST(Truth, KleeneTables) {
  EXPECT_EQ(!Truth::yes, Truth::no);
  EXPECT_EQ(!Truth::unknown, Truth::unknown);
  EXPECT_EQ(Truth::no & Truth::unknown, Truth::no);
  EXPECT_EQ(Truth::yes & Truth::unknown, Truth::unknown);
  EXPECT_EQ(Truth::yes | Truth::unknown, Truth::yes);
  EXPECT_EQ(Truth::no | Truth::unknown, Truth::unknown);
  for (const Truth a : all_truths)
    for (const Truth b : all_truths) {
      EXPECT_EQ(!(a & b), (!a) | (!b));
      EXPECT_EQ(a & b, b & a);
    }
}

TEST(Fact, HasThreeCases) {
  EXPECT_TRUE(Fact::of(true).known());
  EXPECT_FALSE(Fact::of(false).is_unknown());
  const Fact none = Fact::of_none("no driver is loaded");
  EXPECT_FALSE(none.known());
  EXPECT_FALSE(none.is_unknown());
  EXPECT_TRUE(Fact::unknown("nvidia-smi hung").is_unknown());
  EXPECT_TRUE(Fact{}.is_unknown());
}

TEST(Fact, TextForPeople) {
  EXPECT_EQ(to_text(Fact::of(true)), "yes");
  EXPECT_EQ(to_text(Fact::of(std::int64_t{42})), "42");
  EXPECT_EQ(to_text(Fact::of(std::vector<std::string>{"avx", "avx2"})), "avx, avx2");
  EXPECT_EQ(to_text(Fact::of(*Version::parse("580.82.07"))), "580.82.07");
  EXPECT_EQ(to_text(Fact::of_none("no driver")), "none (no driver)");
  EXPECT_EQ(to_text(Fact::unknown("")), "unknown");
}

TEST(FactTable, AnUnreadNameIsUnknownWithItsReason) {
  const HostFacts facts;
  EXPECT_TRUE(facts.at(fact::cpu::model).is_unknown());
  EXPECT_FALSE(facts.at(fact::cpu::model).because.empty());
  EXPECT_EQ(facts.get(fact::cpu::model), nullptr);
}

TEST(FactTable, TheFirstSourceThatAnswersIsKept) {
  FactTable facts;
  facts.set_by_name_if_unknown("x", Fact::unknown("first did not know"));
  facts.set_by_name_if_unknown("x", Fact::of(std::int64_t{1}));
  facts.set_by_name_if_unknown("x", Fact::of(std::int64_t{2}));
  ASSERT_NE(facts.get_by_name<std::int64_t>("x"), nullptr);
  EXPECT_EQ(*facts.get_by_name<std::int64_t>("x"), 1);
  facts.set_by_name("y", Fact::of_none("there is none"));
  facts.set_by_name_if_unknown("y", Fact::of(true));
  EXPECT_TRUE(facts.at_by_name("y").none);
  EXPECT_EQ(facts.get_by_name<bool>("x"), nullptr) << "another type is no value";
}

}  // namespace
}  // namespace rigfit
