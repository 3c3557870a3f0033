#include "facts/copy_on_write.hpp"

#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <vector>

#include "facts/facts.hpp"

namespace rigfit {
namespace {

using testing::Each;

TEST(CopyOnWrite, CopiesAreOneUntilOneIsEdited) {
  CopyOnWrite<std::string> first;
  EXPECT_EQ(*first, "") << "of nothing";
  first.edit() = "first";
  CopyOnWrite<std::string> second = first;
  EXPECT_EQ(&*first, &*second);
  second.edit() += ", second";
  EXPECT_EQ(*first, "first");
  EXPECT_EQ(*second, "first, second");
  const std::string* own = &*second;
  second.edit() += "!";
  EXPECT_EQ(&*second, own) << "it is alone with its value now";
}

TEST(CopyOnWrite, OutlivesWhatItWasCopiedAndMovedFrom) {
  CopyOnWrite<std::string> kept;
  {
    CopyOnWrite<std::string> one;
    one.edit() = "kept";
    kept = one;
  }
  CopyOnWrite<std::string> moved = std::move(kept);
  EXPECT_EQ(*moved, "kept");
  kept = moved;
  EXPECT_EQ(*kept, "kept");
}

TEST(CopyOnWrite, MayBeCopiedAndEditedByManyThreads) {
  CopyOnWrite<std::string> shared;
  shared.edit() = "shared";
  std::vector<std::string> seen(8);
  std::vector<std::thread> threads;
  for (std::string& one : seen)
    threads.emplace_back([&shared, &one] {
      for (int n = 0; n < 1000; ++n) {
        CopyOnWrite<std::string> own = shared;
        own.edit() += '!';
        one = *own;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(seen, Each("shared!"));
  EXPECT_EQ(*shared, "shared");
}

// What a what-if changes may not show in the machine it is about.
TEST(CopyOnWrite, CopiedFactsAreApart) {
  Facts facts;
  facts.host.set_by_name("os.id", Fact::of(std::string("debian")));
  Platform cuda;
  cuda.id = "cuda";
  cuda.layers.set(Layer::bus, Truth::yes, "seen");
  cuda.devices.emplace_back().facts.set_by_name("name", Fact::of(std::string("H100")));
  facts.platforms.push_back(cuda);

  Facts other = facts;
  other.host.set_by_name("os.id", Fact::of(std::string("ubuntu")));
  other.platforms[0].layers.set(Layer::bus, Truth::no, "supposed");
  other.platforms[0].devices[0].facts.set_by_name("name", Fact::of(std::string("A100")));

  EXPECT_EQ(*facts.host.get_by_name<std::string>("os.id"), "debian");
  EXPECT_EQ(std::as_const(facts).platforms[0].layers[Layer::bus].because, "seen");
  EXPECT_EQ(*facts.platforms[0].devices[0].facts.get_by_name<std::string>("name"), "H100");
  EXPECT_EQ(*other.host.get_by_name<std::string>("os.id"), "ubuntu");
  EXPECT_EQ(std::as_const(other).platforms[0].layers[Layer::bus].holds, Truth::no);
  EXPECT_EQ(*other.platforms[0].devices[0].facts.get_by_name<std::string>("name"), "A100");
}

}  // namespace
}  // namespace rigfit
