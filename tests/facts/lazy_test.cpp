#include "facts/lazy.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace rigfit {
namespace {

std::atomic<int> reads = 0;
int awaited = 0;  ///< readers that wait for each other before any is done

std::string read(std::string_view bytes, std::size_t at) {
  const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  ++reads;
  while (reads < awaited && std::chrono::steady_clock::now() < late) std::this_thread::yield();
  return std::string(bytes.substr(at));
}

TEST(Lazy, IsReadWhenItIsFirstLookedAtAndOnlyThen) {
  reads = 0, awaited = 0;
  const Lazy<std::string> lazy("its bytes", 4, read);
  EXPECT_EQ(reads, 0);
  EXPECT_EQ(*lazy, "bytes");
  EXPECT_EQ(lazy->size(), 5u);
  EXPECT_EQ(reads, 1);
}

TEST(Lazy, CopiesShareWhatWasReadUntilOneIsEdited) {
  reads = 0, awaited = 0;
  Lazy<std::string> lazy("its bytes", 4, read);
  const std::string& value = *lazy;
  Lazy<std::string> copy = lazy;
  EXPECT_EQ(&*copy, &value);
  EXPECT_EQ(reads, 1);
  copy.edit() += " more";
  EXPECT_EQ(*copy, "bytes more");
  EXPECT_EQ(*lazy, "bytes");
  const std::string* edited = &*copy;
  copy.edit() += "!";
  EXPECT_EQ(&*copy, edited) << "it is alone with its value now";
}

TEST(Lazy, OutlivesWhatItWasCopiedAndMovedFrom) {
  reads = 0, awaited = 0;
  Lazy<std::string> kept;
  {
    const Lazy<std::string> lazy("its bytes", 4, read);
    EXPECT_EQ(*lazy, "bytes");
    kept = lazy;
  }
  EXPECT_EQ(*kept, "bytes");
  Lazy<std::string> moved = std::move(kept);
  EXPECT_EQ(*moved, "bytes");
  EXPECT_EQ(reads, 1);
  EXPECT_EQ(*Lazy<std::string>(std::string("given")), "given");
  EXPECT_EQ(*Lazy<std::string>(), "");
}

TEST(Lazy, GivesEveryThreadTheSameValueThoughAllReadAtOnce) {
  constexpr int count = 4;
  reads = 0, awaited = count;  // all are inside before the first is done
  const Lazy<std::string> lazy("its bytes", 4, read);
  std::vector<const std::string*> seen(count);
  std::vector<std::thread> threads;
  for (int n = 0; n < count; ++n) threads.emplace_back([&, n] { seen[static_cast<std::size_t>(n)] = &*lazy; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(reads, count);
  for (const std::string* one : seen) EXPECT_EQ(one, &*lazy);
  EXPECT_EQ(*lazy, "bytes");
}

TEST(Lazy, MayBeCopiedWhileOthersLookAtIt) {
  reads = 0, awaited = 0;
  for (int round = 0; round < 200; ++round) {
    const Lazy<std::string> lazy("its bytes", 4, read);
    std::vector<std::thread> threads;
    for (int n = 0; n < 3; ++n)
      threads.emplace_back([&] {
        const Lazy<std::string> copy = lazy;
        EXPECT_EQ(*copy, "bytes");
        EXPECT_EQ(*lazy, "bytes");
      });
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace rigfit
