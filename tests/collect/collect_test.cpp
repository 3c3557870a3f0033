#include "collect/collect.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Collect : public testing::Test {
 protected:
  Collect() : folder_(std::filesystem::temp_directory_path() / ("rigfit-collect-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Collect() override { std::filesystem::remove_all(folder_); }

  std::string path(std::string_view name) const { return folder_.string() + "/" + std::string(name); }
  void write(std::string_view name, std::string_view text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name)) << text;
  }
  /// A folder of this test's with the unruly program in it, and nothing else.
  std::string programs() const {
    std::filesystem::create_directories(path("programs"));
    std::filesystem::copy_file(UNRULY, path("programs/unruly"), std::filesystem::copy_options::overwrite_existing);
    return path("programs");
  }
  static Evidence look(const Requests& requests, const CollectOptions& options = {}) {
    auto evidence = collect(
        requests, [](const Evidence&) { return Requests{}; }, options);
    EXPECT_TRUE(evidence) << (evidence ? "" : evidence.error());
    return evidence.value_or(Evidence{});
  }

  std::filesystem::path folder_;
};

TEST_F(Collect, UuidsOfGpusAreNotRecorded) {
  ::setenv("CUDA_VISIBLE_DEVICES", "GPU-8932f937-d72c,1,MIG-77,GPU-1d2c,GPU-8932f937-d72c", 1);
  EXPECT_EQ(look({env("CUDA_VISIBLE_DEVICES")}).env("CUDA_VISIBLE_DEVICES").text, "GPU-x1,1,MIG-x2,GPU-x3,GPU-x1");
  ::setenv("CUDA_VISIBLE_DEVICES", "0,,-1", 1);
  EXPECT_EQ(look({env("CUDA_VISIBLE_DEVICES")}).env("CUDA_VISIBLE_DEVICES").text, "0,,-1");
  ::unsetenv("CUDA_VISIBLE_DEVICES");
  ::setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1", 1);
  EXPECT_EQ(look({env("KUBERNETES_SERVICE_HOST")}).env("KUBERNETES_SERVICE_HOST").text, "set");
  ::unsetenv("KUBERNETES_SERVICE_HOST");
  EXPECT_TRUE(look({env("KUBERNETES_SERVICE_HOST")}).env("KUBERNETES_SERVICE_HOST").absent());
  ::setenv("SLURM_JOB_ID", "8472", 1);
  EXPECT_EQ(look({env("SLURM_JOB_ID")}).env("SLURM_JOB_ID").text, "set");
  ::unsetenv("SLURM_JOB_ID");
}

TEST_F(Collect, NoRunWaitsForLongerThanTwiceTheLimitOfAChildAndASecond) {
  CollectOptions options;
  options.search_path = {programs()};
  options.patience = 0.05;  // half a second a child
  const auto begin = std::chrono::steady_clock::now();
  int rounds = 0;
  const auto evidence = collect(
      {command("unruly", {"hang", "first"}), command("unruly", {"stubborn", "first"})},
      [&](const Evidence&) {
        return Requests{command("unruly", {"stubborn", std::to_string(++rounds)}),
                        command("unruly", {"hang", std::to_string(rounds)})};
      },
      options);
  ASSERT_TRUE(evidence);
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 20 * options.patience + 1);
  EXPECT_EQ(evidence->at("command:unruly hang first").outcome, Outcome::timed_out);
  EXPECT_EQ(evidence->at("command:unruly stubborn 1").outcome, Outcome::timed_out);
  const Answer& last = evidence->at("command:unruly hang " + std::to_string(rounds));
  EXPECT_EQ(last.outcome, Outcome::skipped);
  EXPECT_THAT(last.why, HasSubstr("time"));
}

TEST_F(Collect, WhatAToolSaysOnStderrIsKeptOnlyWhereItIsKnown) {
  CollectOptions options;
  options.search_path = {programs()};
  const Answer answer = look({command("unruly", {"complain"})}, options).at("command:unruly complain");
  EXPECT_EQ(answer.err, "libx.so.1: cannot open shared object file\n(1 other line of stderr not kept)\n");
}

TEST_F(Collect, FilesLinksListsAndNodes) {
  write("a", "text\n");
  std::filesystem::create_symlink("a", path("b"));
  const Evidence evidence =
      look({file(path("a")), file(path("b")), link(path("b")), link(path("a")), list(folder_.string()), node(path("a")),
            file(path("none")), file(path("a") + "/x"), list(path("none")), file(folder_.string())});
  EXPECT_EQ(evidence.text(path("a")), "text\n");
  EXPECT_EQ(evidence.text(path("b")), "text\n");
  EXPECT_EQ(evidence.link(path("b")).text, "a");
  EXPECT_EQ(evidence.link(path("a")).outcome, Outcome::failed);
  EXPECT_THAT(evidence.list(folder_.string()).names, ElementsAre("a", "b"));
  ASSERT_TRUE(evidence.node(path("a")).node);
  EXPECT_EQ(evidence.node(path("a")).node->kind, "file");
  EXPECT_EQ(evidence.node(path("a")).node->size, 5);
  EXPECT_EQ(evidence.node(path("a")).node->readable, true);
  EXPECT_TRUE(evidence.file(path("none")).absent());
  EXPECT_TRUE(evidence.file(path("a") + "/x").absent());
  EXPECT_TRUE(evidence.list(path("none")).absent());
  EXPECT_EQ(evidence.file(folder_.string()).outcome, Outcome::failed);
}

TEST_F(Collect, ANodeSaysWhoMayUseIt) {
  const Evidence evidence = look({node("/dev/null")});
  const auto& node = evidence.node("/dev/null").node;
  ASSERT_TRUE(node);
  EXPECT_EQ(node->kind, "char");
  EXPECT_EQ(node->major, 1);
  EXPECT_EQ(node->minor, 3);
  EXPECT_EQ(node->mode, "0666");
}

TEST_F(Collect, FilesAreCutAtTheirCap) {
  write("long", std::string(5000, 'x'));
  write("exact", std::string(100, 'y'));
  const Evidence evidence = look({file(path("long"), 100), file(path("exact"), 100)});
  EXPECT_EQ(evidence.file(path("long")).text.size(), 100u);
  EXPECT_TRUE(evidence.file(path("long")).truncated);
  EXPECT_FALSE(evidence.file(path("exact")).truncated);
}

TEST_F(Collect, AFifoOrADeviceIsNotRead) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  const Evidence evidence = look({file(path("fifo")), file("/dev/zero")});
  EXPECT_EQ(evidence.file(path("fifo")).outcome, Outcome::failed);
  EXPECT_EQ(evidence.file("/dev/zero").outcome, Outcome::failed);
}

TEST_F(Collect, WhatMayNotBeReadIsDenied) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  write("secret", "x");
  std::filesystem::permissions(path("secret"), std::filesystem::perms::none);
  EXPECT_EQ(look({file(path("secret"))}).file(path("secret")).outcome, Outcome::denied);
}

TEST_F(Collect, GlobsBecomeOneAnswerAPathAndTheListsThatLedThere) {
  write("nodes/0/properties", "zero");
  write("nodes/1/properties", "one");
  write("nodes/x/other", "");
  const Evidence evidence = look({file(path("nodes/*/properties"))});
  EXPECT_EQ(evidence.text(path("nodes/0/properties")), "zero");
  EXPECT_EQ(evidence.text(path("nodes/1/properties")), "one");
  EXPECT_TRUE(evidence.file(path("nodes/x/properties")).absent());
  EXPECT_THAT(evidence.list(path("nodes")).names, ElementsAre("0", "1", "x"));
  EXPECT_THAT(evidence.expand(path("nodes/*/properties")).size(), 3u);
}

TEST_F(Collect, VariablesAreFoundOrAbsent) {
  ::setenv("RIGFIT_TEST_VARIABLE", "", 1);
  const Evidence evidence = look({env("RIGFIT_TEST_VARIABLE"), env("RIGFIT_TEST_NO_SUCH")});
  EXPECT_TRUE(evidence.env("RIGFIT_TEST_VARIABLE").found());
  EXPECT_EQ(evidence.env("RIGFIT_TEST_VARIABLE").text, "");
  EXPECT_TRUE(evidence.env("RIGFIT_TEST_NO_SUCH").absent());
}

TEST_F(Collect, NothingIsWorkedWithOrWokenWithoutConsent) {
  const auto run = [&](std::vector<std::string> prove, bool wake) {
    CollectOptions options;
    options.self = UNRULY;
    options.search_path = {programs()};
    options.prove = std::move(prove);
    options.wake = wake;
    const auto next = [&](const Evidence& seen) {
      Requests requests{command("unruly", {"exit", "0"}), proving("cuda", command("unruly", {"exit", "1"})),
                        proving("rocm", command("unruly", {"exit", "2"})), waking(command("unruly", {"exit", "3"}))};
      // Asked for in the second round: still before what proves.
      if (seen.at("command:unruly exit 0").found()) requests.push_back(command("unruly", {"exit", "4"}));
      if (seen.at("command:unruly exit 1").found()) EXPECT_TRUE(seen.at("command:unruly exit 4").found());
      return requests;
    };
    std::string answered;
    const Evidence evidence = collect({}, next, options).value();
    for (const auto& [key, answer] : evidence.answers)
      if (key.starts_with("command:")) answered += key.back();
    return answered;
  };
  EXPECT_EQ(run({}, false), "04");
  EXPECT_EQ(run({"cuda"}, false), "014");
  EXPECT_EQ(run({"cuda", "rocm"}, true), "01234");
  EXPECT_EQ(run({}, true), "034");
}

TEST_F(Collect, ANodeIsOpenedOnlyWhenThatIsAskedFor) {
  EXPECT_EQ(look({node("/dev/null")}).node("/dev/null").node->opens, "");
  EXPECT_EQ(look({opened("/dev/null")}).node("/dev/null").node->opens, "ok");
  EXPECT_TRUE(look({opened("/dev/rigfit-no-such-node")}).node("/dev/rigfit-no-such-node").absent());
  CollectOptions planned;
  planned.start_children = false;
  EXPECT_EQ(look({opened("/dev/null")}, planned).node("/dev/null").node->opens, "");
}

TEST_F(Collect, RoundsFollowWhatWasSeenAndEnd) {
  write("first", path("second"));
  write("second", "found it");
  int rounds = 0;
  const auto evidence = collect({file(path("first"))},
                                [&](const Evidence& seen) {
                                  ++rounds;
                                  return Requests{file(std::string(seen.text(path("first"))))};
                                },
                                {});
  ASSERT_TRUE(evidence);
  EXPECT_EQ(evidence->text(path("second")), "found it");
  EXPECT_EQ(rounds, 2) << "the second round asked nothing new";
}

TEST_F(Collect, ProgramsAreFoundOnTheGivenPathOnly) {
  CollectOptions options;
  options.search_path = {path("empty"), programs()};
  write("plain/unruly", "not executable");
  const Evidence evidence =
      look({command("unruly", {"say", "x"}), command("sh", {"-c", "true"}), command("../unruly", {})}, options);
  EXPECT_EQ(evidence.at("command:unruly say x").text, "x\n");
  EXPECT_TRUE(evidence.at("command:sh -c true").absent());
  EXPECT_TRUE(evidence.at("command:../unruly").absent());
  options.search_path = {path("plain")};
  EXPECT_EQ(look({command("unruly", {})}, options).at("command:unruly").outcome, Outcome::denied);
}

TEST_F(Collect, RootRunsNothingThatOthersCouldHavePutThere) {
  namespace fs = std::filesystem;
  CollectOptions options;
  options.search_path = {programs()};
  const auto outcome = [&] {
    return look({command("unruly", {"say", "x"})}, options).at("command:unruly say x").outcome;
  };
  const Outcome guarded = ::geteuid() == 0 ? Outcome::denied : Outcome::found;
  EXPECT_EQ(outcome(), Outcome::found);
  fs::permissions(path("programs"), fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(outcome(), guarded);
  fs::permissions(path("programs"), fs::perms::others_write, fs::perm_options::remove);
  fs::permissions(path("programs/unruly"), fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(outcome(), guarded);
  fs::permissions(path("programs/unruly"), fs::perms::others_write, fs::perm_options::remove);
  EXPECT_EQ(outcome(), Outcome::found);
  // A folder on the way, and a link in one that looks safe, are as good as the program.
  fs::permissions(folder_, fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(outcome(), guarded);
  fs::permissions(folder_, fs::perms::others_write, fs::perm_options::remove);
  fs::create_directories(path("open"));
  fs::copy_file(UNRULY, path("open/unruly"));
  fs::permissions(path("open"), fs::perms::all);
  fs::create_directories(path("links"));
  fs::create_symlink(path("open/unruly"), path("links/unruly"));
  options.search_path = {path("links")};
  EXPECT_EQ(outcome(), guarded);
}

TEST_F(Collect, ChildrenGetFewVariablesAndNoUnsafeLibraryFolders) {
  std::filesystem::create_directories(path("open"));
  std::filesystem::permissions(path("open"), std::filesystem::perms::all);
  ::setenv("LD_LIBRARY_PATH", (":relative:" + path("open") + ":/usr/lib:").c_str(), 1);
  ::setenv("LD_PRELOAD_OF_THIS_TEST", "x", 1);
  CollectOptions options;
  options.search_path = {programs()};
  const std::string seen = look({command("unruly", {"environment"})}, options).at("command:unruly environment").text;
  ::unsetenv("LD_LIBRARY_PATH");
  EXPECT_THAT(seen, HasSubstr(::geteuid() == 0 ? "LD_LIBRARY_PATH=/usr/lib\n"
                                               : "LD_LIBRARY_PATH=" + path("open") + ":/usr/lib\n"));
  EXPECT_THAT(seen, testing::Not(HasSubstr("LD_PRELOAD_OF_THIS_TEST")));
  EXPECT_LE(std::count(seen.begin(), seen.end(), '\n'), 12);
}

TEST_F(Collect, AFallbackIsOnlyRunWhenTheFirstWayFailed) {
  CollectOptions options;
  options.search_path = {programs()};
  const auto both = [&](const char* status) {
    const std::string first = std::string("command:unruly say ") + status;
    return collect(
               {command(status == std::string("crash") ? "none" : "unruly", {"say", status})},
               [&](const Evidence&) {
                 return Requests{command("unruly", {"say", "fallback"}, first)};
               },
               options)
        .value();
  };
  EXPECT_EQ(both("well").answers.count("command:unruly say fallback"), 0u);
  EXPECT_EQ(both("crash").answers.count("command:unruly say fallback"), 1u);
}

TEST_F(Collect, APlanStartsNothing) {
  CollectOptions options;
  options.search_path = {programs()};
  options.start_children = false;
  const Evidence evidence = look({command("unruly", {"crash"}), ask("nvml")}, options);
  EXPECT_EQ(evidence.at("command:unruly crash").outcome, Outcome::skipped);
  EXPECT_EQ(evidence.ask("nvml").outcome, Outcome::skipped);
}

TEST_F(Collect, WhatAsksMustAnswerWithADocument) {
  CollectOptions options;
  options.self = UNRULY;  // answers `ask nvml` with exit status 99 and nothing else
  const Answer answer = look({ask("nvml")}, options).ask("nvml");
  EXPECT_EQ(answer.outcome, Outcome::failed);
  EXPECT_THAT(answer.why, HasSubstr("99"));
}

TEST_F(Collect, TheLiveMachineSaysWhatItIs) {
  CollectOptions options;
  options.tool = "rigfit test";
  const Evidence evidence = look({}, options);
  EXPECT_FALSE(evidence.os.empty());
  EXPECT_FALSE(evidence.arch.empty());
  EXPECT_THAT(evidence.recorded, testing::EndsWith("Z"));
  EXPECT_EQ(evidence.tool, "rigfit test");
}

}  // namespace
}  // namespace rigfit
