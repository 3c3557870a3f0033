// Below the home folder paths are asked for, and recorded, with "~": a recording names nobody.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "collect/collect.hpp"
#include "evidence/machine_file.hpp"

namespace rigfit {
namespace {

namespace fs = std::filesystem;

/// A home folder of its own while it lives.
class Home {
 public:
  Home() : before_(std::getenv("HOME") ? std::getenv("HOME") : "") {
    fs::create_directories(folder_ / ".local/lib/python3.12/site-packages/jax-0.11.0.dist-info");
    fs::create_directories(folder_ / ".local/lib/other");
    std::ofstream(folder_ / "secret.txt") << "secret";
    ::setenv("HOME", folder_.c_str(), 1);
    ::setenv("VIRTUAL_ENV", (folder_ / "venv").c_str(), 1);
  }
  ~Home() {
    fs::remove_all(folder_);
    ::setenv("HOME", before_.c_str(), 1);
    ::unsetenv("VIRTUAL_ENV");
  }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("rigfit-whose-" + std::to_string(::getpid()));
  std::string before_;
};

Evidence look(const Requests& requests, CollectOptions options = {}) {
  return collect(
             requests, [](const Evidence&) { return Requests{}; }, options)
      .value();
}

TEST(Home, IsLookedAtAndNotNamed) {
  const Home home;
  const Evidence evidence =
      look({list("~/.local/lib/python3*/site-packages"), env("VIRTUAL_ENV"), file("~/secret.txt", 3)});
  EXPECT_THAT(evidence.list("~/.local/lib/python3.12/site-packages").names,
              testing::ElementsAre("jax-0.11.0.dist-info"));
  EXPECT_EQ(evidence.env("VIRTUAL_ENV").text, "~/venv");
  EXPECT_EQ(evidence.file("~/secret.txt").text, "sec");
  EXPECT_THAT(write_machine_file(evidence), testing::Not(testing::HasSubstr("rigfit-whose")));
  EXPECT_THAT(evidence.expand("~/.local/lib/python3*/site-packages"),
              testing::ElementsAre("~/.local/lib/python3.12/site-packages"));
}

TEST(Home, ItselfIsNeverListed) {
  const Home home;
  const Evidence evidence = look({list("~/*/lib"), list("~")});
  for (const auto& [key, answer] : evidence.answers) EXPECT_THAT(answer.names, testing::IsEmpty()) << key;
}

TEST(Home, AProgramFindsItAndWhatItSaysDoesNotNameIt) {
  const Home home;
  const Answer found = look({command("ls", {"~/secret.txt"})}).at("command:ls ~/secret.txt");
  EXPECT_EQ(found.exit, 0) << found.err;
  EXPECT_EQ(found.text, "~/secret.txt\n");
  const Answer lost = look({command("ls", {"~/nowhere"})}).at("command:ls ~/nowhere");
  EXPECT_THAT(lost.err, testing::HasSubstr("1 other line"));
  EXPECT_THAT(lost.err, testing::Not(testing::HasSubstr("rigfit-whose")));
}

TEST(Home, OfAnotherIsLookedAtAndNotNamedEither) {
  const Home home;
  const fs::path other =
      fs::temp_directory_path() / ("rigfit-other-" + std::to_string(::getpid())) / "home/trillian/venv";
  fs::create_directories(other / "lib/python3.12/site-packages/torch-2.9.0.dist-info");
  fs::create_symlink(other / "lib", other / "lib64");
  ::setenv("CONDA_PREFIX", other.c_str(), 1);
  const Evidence evidence =
      collect({env("CONDA_PREFIX")},
              [&](const Evidence& seen) {
                const std::string folder = seen.env("CONDA_PREFIX").text;
                return Requests{list(folder + "/lib/python3*/site-packages"), link(folder + "/lib64")};
              },
              {})
          .value();
  ::unsetenv("CONDA_PREFIX");
  fs::remove_all(other.parent_path().parent_path().parent_path());
  EXPECT_EQ(evidence.env("CONDA_PREFIX").text, "~1/venv");
  EXPECT_THAT(evidence.list("~1/venv/lib/python3.12/site-packages").names,
              testing::ElementsAre("torch-2.9.0.dist-info"));
  EXPECT_EQ(evidence.link("~1/venv/lib64").text, "~1/venv/lib");
  EXPECT_THAT(evidence.expand("~1/venv/lib/python3*/site-packages"),
              testing::ElementsAre("~1/venv/lib/python3.12/site-packages"));
  EXPECT_THAT(write_machine_file(evidence), testing::Not(testing::HasSubstr("trillian")));
}

TEST(Home, ATreeHasNone) {
  CollectOptions options;
  options.root = fs::temp_directory_path().string();
  const Home home;
  EXPECT_EQ(look({list("~/.local/lib")}, options).list("~/.local/lib").outcome, Outcome::not_recorded);
}

}  // namespace
}  // namespace rigfit
