#include "collect/children.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
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

TEST(Children, ASignalToThisProgramEndsThemFirst) {
  static volatile std::sig_atomic_t delivered;
  delivered = 0;
  const auto before = ::signal(SIGTERM, [](int) { delivered = 1; });
  std::vector<Answer> answers;
  std::thread outside([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ::kill(::getpid(), SIGTERM);
  });
  const double seconds = seconds_of([&] {
    answers = run_children({{UNRULY, {"hang"}}, {UNRULY, {"stubborn"}}}, {}, {.seconds = 30, .grace = 0.2});
  });
  outside.join();
  ::signal(SIGTERM, before);
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

TEST(Children, OutputIsCapped) {
  const Answer flood = run({"flood"}, {.seconds = 30, .out_cap = 1000});
  EXPECT_EQ(flood.text.size(), 1000u);
  EXPECT_TRUE(flood.truncated);
  EXPECT_EQ(flood.outcome, Outcome::failed);
  EXPECT_THAT(flood.why, HasSubstr("limit"));
  const Answer noisy = run({"flood-stderr"}, {.seconds = 30, .err_cap = 100});
  EXPECT_EQ(noisy.outcome, Outcome::found);
  EXPECT_EQ(noisy.err.size(), 100u);
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
  EXPECT_LT(*answers.back().seconds, 0.25) << "a slow child must not hold up another's end of file";
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
