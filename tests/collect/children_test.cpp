#include "collect/children.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const ChildLimits quick{.seconds = 0.3, .grace = 0.2, .reap = 0.3};

Answer run(std::vector<std::string> args, const ChildLimits& limits = {.seconds = 20}) {
  return run_children({{UNRULY, std::move(args)}}, {"LC_ALL=C"}, limits).at(0);
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(Children, ArgumentsArriveAsTheyAre) {
  const Answer answer = run({"say", "a b", "$(id)", "*", ""});
  EXPECT_EQ(answer.outcome, Outcome::found);
  EXPECT_EQ(answer.exit, 0);
  EXPECT_EQ(answer.text, "a b\n$(id)\n*\n\n");
  EXPECT_TRUE(answer.seconds);
}

TEST(Children, GetExactlyTheEnvironmentTheyAreGiven) { EXPECT_EQ(run({"environment"}).text, "LC_ALL=C\n"); }

TEST(Children, HaveAnEmptyStdinAndNoOtherDescriptors) {
  EXPECT_EQ(run({"stdin"}).exit, 0);
  EXPECT_EQ(run({"descriptors"}).text, "");
}

TEST(Children, ExitStatus11IsNoSegmentationFault) {
  const Answer status = run({"exit", "11"});
  EXPECT_EQ(status.outcome, Outcome::found);
  EXPECT_EQ(status.exit, 11);
  EXPECT_EQ(status.signal, std::nullopt);
  const Answer crash = run({"crash"});
  EXPECT_EQ(crash.outcome, Outcome::crashed);
  EXPECT_EQ(crash.signal, SIGSEGV);
  EXPECT_EQ(crash.exit, std::nullopt);
}

TEST(Children, AHangingOneIsEndedAtTheLimit) {
  Answer answer;
  EXPECT_LT(seconds_of([&] { answer = run({"hang"}, quick); }), 5);
  EXPECT_EQ(answer.outcome, Outcome::timed_out);
  EXPECT_EQ(answer.signal, SIGTERM);
}

TEST(Children, AStubbornOneIsKilledAndWhatItSaidIsKept) {
  const Answer answer = run({"stubborn"}, quick);
  EXPECT_EQ(answer.outcome, Outcome::timed_out);
  EXPECT_EQ(answer.signal, SIGKILL);
  EXPECT_EQ(answer.text, "before\n");
}

TEST(Children, OneThatCannotBeEndedIsLeftBehind) {
  Answer answer;
  EXPECT_LT(seconds_of([&] { answer = run({"unkillable"}, {.seconds = 0.7, .grace = 0.2, .reap = 0.3}); }), 4);
  if (answer.exit == 77) GTEST_SKIP() << "this system lets no process hold another";
  EXPECT_EQ(answer.outcome, Outcome::stuck) << answer.why;
  EXPECT_EQ(answer.exit, std::nullopt);
  EXPECT_EQ(answer.signal, std::nullopt);
}

class ChildrenAndSignals : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(OfPeopleAndSchedulers, ChildrenAndSignals, testing::Values(SIGTERM, SIGINT, SIGHUP, SIGQUIT));

TEST_P(ChildrenAndSignals, OneToThisProgramEndsThemFirst) {
  static volatile std::sig_atomic_t delivered;
  delivered = 0;
  const auto before = ::signal(GetParam(), [](int) { delivered = 1; });
  std::vector<Answer> answers;
  std::thread outside([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ::kill(::getpid(), GetParam());
  });
  const double seconds = seconds_of([&] {
    answers = run_children({{UNRULY, {"hang"}}, {UNRULY, {"stubborn"}}}, {}, {.seconds = 30, .grace = 0.2});
  });
  outside.join();
  ::signal(GetParam(), before);
  EXPECT_LT(seconds, 5);
  EXPECT_TRUE(delivered) << "whoever ended this program has to be obeyed afterwards";
  EXPECT_EQ(answers[0].outcome, Outcome::skipped);
  EXPECT_EQ(answers[0].signal, SIGTERM);
  EXPECT_EQ(answers[1].signal, SIGKILL);
}

TEST(Children, AGrandchildThatHoldsThePipeDoesNotHoldUs) {
  for (const char* deed : {"fork", "daemon"}) {
    Answer answer;
    EXPECT_LT(seconds_of([&] { answer = run({deed}, {.seconds = 30, .grace = 0.2, .reap = 0.2}); }), 5) << deed;
    EXPECT_EQ(answer.outcome, Outcome::found) << deed << " " << answer.why;
    EXPECT_EQ(answer.exit, 0);
    EXPECT_EQ(answer.text, "done\n");
  }
}

TEST(Children, OneThatClosesItsOutputsAndStaysIsEnded) {
  EXPECT_EQ(run({"close-and-stay"}, quick).outcome, Outcome::timed_out);
}

TEST(Children, AFloodEndsThemEarlyAndNothingOfItIsKept) {
  for (const char* deed : {"flood", "flood-zeros", "flood-stderr"}) {
    Answer flood;
    EXPECT_LT(seconds_of([&] { flood = run({deed}, {.seconds = 30}); }), 10) << deed;
    EXPECT_EQ(flood.outcome, Outcome::failed) << deed;
    EXPECT_THAT(flood.why, HasSubstr("limit"));
    EXPECT_TRUE(flood.truncated);
    EXPECT_EQ(flood.text + flood.err, "") << deed;
  }
}

TEST(Children, WhatTheySayOnStderrIsCapped) {
  const Answer noisy = run({"talk"}, {.seconds = 30, .err_cap = 100});
  EXPECT_EQ(noisy.outcome, Outcome::found);
  EXPECT_EQ(noisy.err.size(), 100u);
}

TEST(Children, OneThatEndsPolitelyAtTheLimitTimedOutAllTheSame) {
  const Answer answer = run({"polite"}, quick);
  EXPECT_EQ(answer.outcome, Outcome::timed_out);
  EXPECT_EQ(answer.exit, 0);
  EXPECT_EQ(answer.text, "begun\n");
  EXPECT_THAT(answer.why, HasSubstr("0.3 s"));
}

/// Runs, and is not only waiting for whoever reaps orphans here to take note of its end.
bool runs(pid_t pid) {
  if (::kill(pid, 0) != 0) return false;
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(") ");
  return name_end == text.npos || text[name_end + 2] != 'Z';
}

/// Whether it ends within a second.
bool is_gone(pid_t pid) {
  for (int tries = 0; tries < 100 && runs(pid); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return !runs(pid);
}

TEST(Children, NobodyInASessionOfHisOwnIsLeft) {
#ifndef __linux__
  GTEST_SKIP() << "only Linux gives orphans to another than init";
#endif
  for (const auto& [deed, outcome] :
       {std::pair{"session", Outcome::found}, std::pair{"session-and-hang", Outcome::timed_out}}) {
    const Answer answer = run({deed}, quick);
    EXPECT_EQ(answer.outcome, outcome) << deed;
    ASSERT_FALSE(answer.text.empty());
    EXPECT_TRUE(is_gone(std::stoi(answer.text))) << deed;
  }
}

TEST(Children, OthersOfThisProcessAreLeftAlone) {
  const pid_t mine = ::fork();
  if (mine == 0) {
    ::sleep(60);
    ::_exit(0);
  }
  run({"session"});
  EXPECT_EQ(::waitpid(mine, nullptr, WNOHANG), 0) << "it still runs";
  ::kill(mine, SIGKILL);
  ::waitpid(mine, nullptr, 0);
}

TEST(Children, HaveLowerLimits) {
  const std::string limits = run({"limits"}).text;
  unsigned long long core = 1, size = 0, files = 0;
  ASSERT_EQ(std::sscanf(limits.c_str(), "%llu\n%llu\n%llu", &core, &size, &files), 3) << limits;
  EXPECT_EQ(core, 0u);
  EXPECT_LE(size, 64u << 20);
  EXPECT_LE(files, 4096u);
}

TEST(Children, EndWithAProgramThatIsKilled) {
#ifndef __linux__
  GTEST_SKIP() << "only Linux tells a child of its parent's end";
#endif
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t program = ::fork();
  if (program == 0) {
    ChildLimits limits{.seconds = 60};
    limits.heard = [&](std::size_t, std::string_view line) {  // its own number
      if (::write(ends[1], line.data(), line.size()) < 0) ::_exit(1);
    };
    run_children({{"/bin/sh", {"-c", "echo $$ >&2; exec sleep 60"}}}, {"PATH=/bin:/usr/bin"}, limits);
    ::_exit(0);
  }
  char number[32] = "";
  ASSERT_GT(::read(ends[0], number, sizeof number - 1), 0);
  ::kill(program, SIGKILL);
  ::waitpid(program, nullptr, 0);
  EXPECT_TRUE(is_gone(std::atoi(number)));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Children, BytesAreKeptAsTheyAre) { EXPECT_EQ(run({"binary"}).text, std::string("\xff\xfe\0\x80", 4)); }

TEST(Children, OneThatCannotStartSaysWhy) {
  const auto answers = run_children({{"/nonexistent/program", {}}, {UNRULY, {"say", "x"}}}, {}, {});
  EXPECT_EQ(answers[0].outcome, Outcome::failed);
  EXPECT_THAT(answers[0].why, HasSubstr("No such file"));
  EXPECT_EQ(answers[1].text, "x\n") << "one's failure leaves the other alone";
}

TEST(Children, RunSideBySide) {
  std::vector<Child> children(8, Child{UNRULY, {"hang"}});
  children.push_back({UNRULY, {"say", "quick"}});
  std::vector<Answer> answers;
  EXPECT_LT(seconds_of([&] { answers = run_children(children, {}, quick); }), 5);
  EXPECT_EQ(answers.back().text, "quick\n");
  EXPECT_LT(*answers.back().seconds, *answers.front().seconds) << "a slow child must not hold up another's end of file";
}

TEST(Children, SurviveAParentThatIgnoresSigchld) {
  ::signal(SIGCHLD, SIG_IGN);
  const Answer answer = run({"say", "x"});
  ::signal(SIGCHLD, SIG_DFL);
  EXPECT_EQ(answer.text, "x\n");
  EXPECT_EQ(answer.exit, 0) << "the kernel would have taken the status";
}

TEST(Children, NoneIsNone) { EXPECT_TRUE(run_children({}, {}, {}).empty()); }

}  // namespace
}  // namespace rigfit
