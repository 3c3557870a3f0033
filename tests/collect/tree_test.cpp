#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "collect/archive.hpp"
#include "collect/collect.hpp"
#include "collect/confined.hpp"
#include "collect/files.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

/// A small tree on disk, looked at as it lies and as a tarball.
class Tree : public testing::Test {
 protected:
  Tree() : folder_(fs::temp_directory_path() / ("rigfit-tree-" + std::to_string(::getpid()))) {
    write("box/etc/os-release", "ID=debian\n");
    write("box/proc/cpuinfo", "processor : 0\n");
    write("box/sys/devices/pci0/vendor", "0x10de\n");
    write("outside", "must never be read");
    fs::create_directories(folder_ / "box/sys/bus/pci/devices");
    fs::create_directories(folder_ / "box/sys/empty");
    link_to("../../../devices/pci0", "box/sys/bus/pci/devices/0000:01:00.0");
    link_to("/etc/os-release", "box/etc/absolute");
    link_to("../../../../../../outside", "box/etc/climbing");
    link_to((folder_ / "outside").string(), "box/etc/absolute-outside");
    link_to("loop", "box/etc/loop");
    link_to("nowhere", "box/etc/dangling");
  }
  ~Tree() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  void link_to(const std::string& target, const std::string& name) const { fs::create_symlink(target, folder_ / name); }
  std::string pack(const std::string& flags, const std::string& what) const {
    const std::string out = (folder_ / "packed").string();
    EXPECT_EQ(std::system(("tar -C " + folder_.string() + " " + flags + " " + out + " " + what).c_str()), 0);
    return out;
  }
  static Evidence look(const std::string& root, const Requests& requests) {
    CollectOptions options;
    options.root = root;
    auto evidence = collect(
        requests, [](const Evidence&) { return Requests{}; }, options);
    EXPECT_TRUE(evidence) << (evidence ? "" : evidence.error());
    return evidence.value_or(Evidence{});
  }
  static std::string error_of(const std::string& root) {
    CollectOptions options;
    options.root = root;
    auto evidence = collect(
        {}, [](const Evidence&) { return Requests{}; }, options);
    EXPECT_FALSE(evidence);
    return evidence ? "" : evidence.error();
  }

  static void expect_all(const Evidence& evidence) {
    EXPECT_EQ(evidence.os, "linux");
    EXPECT_EQ(evidence.text("/etc/os-release"), "ID=debian\n");
    EXPECT_EQ(evidence.text("/etc/absolute"), "ID=debian\n") << "an absolute link starts at the tree's top";
    EXPECT_EQ(evidence.text("/sys/bus/pci/devices/0000:01:00.0/vendor"), "0x10de\n") << "through a link in the middle";
    EXPECT_EQ(evidence.link("/sys/bus/pci/devices/0000:01:00.0").text, "../../../devices/pci0");
    EXPECT_THAT(evidence.list("/sys/bus/pci/devices").names, ElementsAre("0000:01:00.0"));
    EXPECT_NE(evidence.text("/etc/climbing"), "must never be read");
    EXPECT_FALSE(evidence.file("/etc/climbing").found());
    EXPECT_FALSE(evidence.file("/etc/absolute-outside").found());
    EXPECT_EQ(evidence.file("/etc/loop").outcome, Outcome::failed);
    EXPECT_TRUE(evidence.file("/etc/dangling").absent());
    // What was not gathered is not known; what a folder of the image does not hold is not there.
    EXPECT_TRUE(evidence.file("/etc/nv_tegra_release").absent());
    EXPECT_EQ(evidence.file("/usr/lib/os-release").outcome, Outcome::not_recorded);
    EXPECT_EQ(evidence.file("/proc/meminfo").outcome, Outcome::not_recorded);
    EXPECT_EQ(evidence.list("/sys/empty").outcome, Outcome::not_recorded);
    EXPECT_EQ(evidence.env("HOME").outcome, Outcome::not_recorded);
    EXPECT_EQ(evidence.at("command:uname").outcome, Outcome::not_recorded);
    EXPECT_EQ(evidence.ask("nvml").outcome, Outcome::not_recorded);
  }

  const Requests all_{file("/etc/os-release"),
                      file("/etc/absolute"),
                      file("/sys/bus/pci/devices/*/vendor"),
                      link("/sys/bus/pci/devices/*"),
                      file("/etc/climbing"),
                      file("/etc/absolute-outside"),
                      file("/etc/loop"),
                      file("/etc/dangling"),
                      file("/etc/nv_tegra_release"),
                      file("/usr/lib/os-release"),
                      file("/proc/meminfo"),
                      list("/sys/empty"),
                      env("HOME"),
                      command("uname", {}),
                      ask("nvml")};
  fs::path folder_;
};

TEST_F(Tree, ADirectory) { expect_all(look((folder_ / "box").string(), all_)); }
TEST_F(Tree, ATarballWithAFolderOfItsOwn) { expect_all(look(pack("-czf", "box"), all_)); }
TEST_F(Tree, ATarballOfTheTop) { expect_all(look(pack("-cjf", "./box"), all_)); }
TEST_F(Tree, APlainTarFile) { expect_all(look(pack("-C box -cf", "."), all_)); }

TEST_F(Tree, OpensNothingThroughALink) {
  const Descriptor top = open_top((folder_ / "box").string());
  ASSERT_GE(top.get(), 0);
  for (const auto open : {open_below, open_below_step_by_step}) {
    EXPECT_EQ(content_of(open(top.get(), "/etc/os-release", O_RDONLY).get(), 100).text, "ID=debian\n");
    EXPECT_THAT(names_of(open(top.get(), "/", O_RDONLY | O_DIRECTORY).get()).names, ElementsAre("etc", "proc", "sys"));
    for (const char* path :
         {"/etc/absolute", "/etc/climbing", "/etc/absolute-outside", "/etc/loop", "/../outside", "/etc/../../outside",
          "/sys/bus/pci/devices/0000:01:00.0/vendor", "/etc/none", "/etc/os-release/x"})
      EXPECT_LT(open(top.get(), path, O_RDONLY).get(), 0) << path;
  }
}

TEST_F(Tree, NobodyWhoSwapsAFileForALinkMeanwhileLeadsOut) {
  write("box/etc/spare", "inside\n");
  write("box/etc/contested", "inside\n");
  link_to((folder_ / "outside").string(), "box/etc/trap");
  const auto place = [&](const char* name) { return (folder_ / "box/etc" / name).string(); };
  std::atomic<bool> is_over = false;
  std::thread swapping([&] {  // the file and the link change places without a moment in which nothing is there
    while (!is_over) {
      for (const char* name : {"trap", "spare"}) {
        ::unlink(place("next").c_str());
        if (::linkat(AT_FDCWD, place(name).c_str(), AT_FDCWD, place("next").c_str(), 0) == 0)
          ::rename(place("next").c_str(), place("contested").c_str());
      }
    }
  });
  auto files = tree_files((folder_ / "box").string());
  ASSERT_TRUE(files);
  std::size_t inside = 0;
  std::size_t outside = 0;
  for (int tries = 0; tries < 20000; ++tries) {
    const Answer answer = (*files)->file("/etc/contested", 100);
    outside += answer.text == "must never be read";
    inside += answer.text == "inside\n";
  }
  is_over = true;
  swapping.join();
  EXPECT_EQ(outside, 0u);
  EXPECT_GT(inside, 0u);
}

TEST_F(Tree, NoValueOfThisHostLeaksIn) {
  const Evidence evidence = look((folder_ / "box").string(), {});
  EXPECT_EQ(evidence.arch, "");
  EXPECT_EQ(evidence.recorded, "");
}

TEST_F(Tree, ErrorsNameThePath) {
  EXPECT_THAT(error_of("/nonexistent/tree"), testing::StartsWith("/nonexistent/tree: No such file"));
  EXPECT_THAT(error_of((folder_ / "outside").string()), HasSubstr("outside: neither a directory nor a tar file"));
  const std::string packed = pack("-czf", "box");
  fs::resize_file(packed, fs::file_size(packed) / 2);
  EXPECT_THAT(error_of(packed), HasSubstr("packed: "));
}

TEST_F(Tree, AnArchiveCannotTakeMoreThanItsLimits) {
  write("box/etc/large", std::string(3 << 20, 'x'));
  const std::string packed = pack("-czf", "box");
  EXPECT_THAT(read_archive(packed, {.member_bytes = 1 << 20}).error(), HasSubstr("/box/etc/large: larger than 1 MiB"));
  EXPECT_THAT(read_archive(packed, {.total_bytes = 1 << 20}).error(), HasSubstr("unpacks to more than 1 MiB"));
  EXPECT_THAT(read_archive(packed, {.members = 3}).error(), HasSubstr("more than 3 files"));
  EXPECT_TRUE(read_archive(packed));
}

TEST_F(Tree, NamesOfAnArchiveAreNeitherLongNorDeep) {
  std::string deep = "box/etc";
  for (int n = 0; n < 70; ++n) deep += "/d";
  write(deep + "/file", "x");
  EXPECT_THAT(read_archive(pack("-czf", "box")).error(), HasSubstr("a path of more than 64 names"));
  EXPECT_THAT(read_archive(pack("-czf", "box/etc/d/d"), {.name_bytes = 10}).error(), HasSubstr("longer than 10 bytes"));
  EXPECT_THAT(read_archive(pack("--exclude=d/d -czf", "box"), {.members = 4}).error(), HasSubstr("more than 4 files"));
}

TEST_F(Tree, HardLinksOfAnArchiveCountLikeFiles) {
  write("box/etc/large", std::string(1 << 20, 'x'));
  for (int n = 0; n < 5; ++n)
    fs::create_hard_link(folder_ / "box/etc/large", folder_ / ("box/etc/link" + std::to_string(n)));
  EXPECT_THAT(read_archive(pack("-czf", "box"), {.total_bytes = 3 << 20}).error(),
              HasSubstr("unpacks to more than 3 MiB"));
}

TEST_F(Tree, NamesAndLinksOfAnArchiveCountLikeContent) {
  const std::string target(4000, 'x');
  for (int n = 0; n < 300; ++n) fs::create_symlink(target, folder_ / ("box/etc/to" + std::to_string(n)));
  const std::string packed = pack("-czf", "box");
  EXPECT_TRUE(read_archive(packed));
  EXPECT_THAT(read_archive(packed, {.total_bytes = 1 << 20}).error(), HasSubstr("unpacks to more than 1 MiB"));
  EXPECT_THAT(read_archive(packed, {.name_bytes = 3999}).error(), HasSubstr("a link longer than 3999 bytes"));
}

// Packed, they take a thousandth, so that a small file would keep a reader busy for minutes.
TEST_F(Tree, WhatAnArchiveHoldsInVainCountsToo) {
  write("box/etc/large", std::string(3 << 20, 'x'));
  const std::string climbing = pack("-P --transform=s,^box/etc/large,../large, -czf", "box");
  EXPECT_TRUE(read_archive(climbing));
  EXPECT_THAT(read_archive(climbing, {.member_bytes = 1 << 20}).error(), HasSubstr("larger than 1 MiB"));
  std::string again;
  for (int n = 0; n < 3000; ++n) again += " box/etc";
  const std::string repeated = pack("--no-recursion -czf", again);
  EXPECT_TRUE(read_archive(repeated));
  EXPECT_THAT(read_archive(repeated, {.total_bytes = 1 << 20, .members = 10}).error(),
              HasSubstr("unpacks to more than 1 MiB"));
}

TEST_F(Tree, WhatIsNoTreeIsRefusedAtOnce) {
  const std::string pipe = (folder_ / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error_of(pipe), HasSubstr("pipe: neither a directory nor a tar file"));
  EXPECT_THAT(error_of("/dev/zero"), HasSubstr("/dev/zero: neither a directory nor a tar file"));
}

}  // namespace
}  // namespace rigfit
