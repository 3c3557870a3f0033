// Several analyses over one rule book, which is read only when it is looked at, at once.
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "analysis/analysis.hpp"
#include "evidence/machine_file.hpp"
#include "report/report.hpp"
#include "rules/archive.hpp"

namespace rigfit {
namespace {

/// Runs `work` in `count` threads that start together.
template <class Work>
void in_threads(std::size_t count, const Work& work) {
  std::atomic<std::size_t> waiting = count;
  std::vector<std::thread> threads;
  for (std::size_t n = 0; n < count; ++n)
    threads.emplace_back([&, n] {
      --waiting;
      while (waiting > 0) std::this_thread::yield();
      work(n);
    });
  for (std::thread& thread : threads) thread.join();
}

Evidence recorded(const std::string& name) {
  const std::string path = std::string(RIGFIT_MACHINES "/") + name + "/machine.json";
  std::ifstream file(path, std::ios::binary);
  auto evidence = parse_machine_file(std::string(std::istreambuf_iterator<char>(file), {}), path);
  if (!evidence) ADD_FAILURE() << evidence.error();
  return evidence ? std::move(*evidence) : Evidence{};
}

std::string judged(const SharedRules& rules, const Evidence& evidence, const std::string& profile) {
  Wishes wishes;
  wishes.profile = profile;
  const auto analysis = analyze(rules, evidence, {.wishes = wishes});
  return analysis ? report_json(*analysis) : analysis.error();
}

TEST(Threads, GetOfOneBookWhatEachWouldGetAlone) {
  const std::vector<Evidence> machines{recorded("cuda/ready-open-module"), recorded("rocm/blocked-kfd-denied"),
                                       recorded("host/no-accelerator"), recorded("tpu/ready-v5e")};
  const char* const profiles[] = {"", "research", "edge", "local-inference"};
  const SharedRules alone(unpack_rules(embedded_rule_book()));
  std::vector<std::string> expected;
  for (std::size_t n = 0; n < machines.size(); ++n) expected.push_back(judged(alone, machines[n], profiles[n]));
  for (int round = 0; round < 5; ++round) {
    const SharedRules shared(unpack_rules(embedded_rule_book()));  // nothing of it has been looked at yet
    std::vector<std::string> reported(machines.size());
    in_threads(machines.size(), [&](std::size_t n) { reported[n] = judged(shared, machines[n], profiles[n]); });
    for (std::size_t n = 0; n < machines.size(); ++n) EXPECT_EQ(reported[n], expected[n]) << n;
  }
}

}  // namespace
}  // namespace rigfit
