// Which GPUs a library has code for, read from ELF files that are made here in the layout of real ones.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "ask/asking.hpp"

namespace rigfit {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::uint64_t ptx = 1, elf = 2;

/// `value` in `width` bytes, little-endian.
std::string bytes(std::uint64_t value, int width) {
  std::string text;
  for (int n = 0; n < width; ++n) text += static_cast<char>(n < 8 ? value >> (8 * n) & 0xff : 0);
  return text;
}

/// One entry with its padded content. Real ones from sm_100 on have longer headers.
std::string entry(std::uint64_t kind, std::uint64_t sm, std::uint64_t flags = 0x11) {
  const std::size_t header = sm >= 100 ? 112 : 64, content = 24;
  std::string text = bytes(kind, 2) + bytes(0x101, 2) + bytes(header, 4) + bytes(content, 8) + bytes(content - 3, 4) +
                     bytes(0, 4) + bytes(7, 2) + bytes(1, 2) + bytes(sm, 4) + bytes(0, 8) + bytes(flags, 8);
  text.resize(header + content, '\x50');
  return text;
}

std::string fatbin(const std::string& entries) {
  return bytes(0xBA55ED50, 4) + bytes(1, 2) + bytes(16, 2) + bytes(entries.size(), 8) + entries;
}

struct Part {
  std::string name, content;
  std::uint64_t flags = 2, type = 1;
};

/// An ELF file of these sections, and of one with their names.
std::string elf_file(std::vector<Part> parts) {
  parts.push_back({".shstrtab", ""});
  std::string names(1, '\0');
  std::vector<std::size_t> at;
  for (const Part& part : parts) at.push_back(names.size()), names += part.name + '\0';
  parts.back().content = names + std::string(16, '\0');
  std::string body, table = std::string(64, '\0');
  for (std::size_t n = 0; n < parts.size(); ++n) {
    table += bytes(at[n], 4) + bytes(parts[n].type, 4) + bytes(parts[n].flags, 8) + bytes(0, 8) +
             bytes(64 + body.size(), 8) + bytes(parts[n].content.size(), 8) + bytes(0, 8) + bytes(8, 8) + bytes(0, 8);
    body += parts[n].content;
  }
  return std::string("\x7f") + "ELF" + bytes(0x00010102, 4) + std::string(8, '\0') + bytes(3, 2) + bytes(62, 2) +
         bytes(1, 4) + bytes(0, 16) + bytes(64 + body.size(), 8) + bytes(0, 4) + bytes(64, 2) + bytes(0, 4) +
         bytes(64, 2) + bytes(parts.size() + 1, 2) + bytes(parts.size(), 2) + body + table;
}

class GpuCode : public testing::Test {
 protected:
  GpuCode() { fs::create_directories(folder_); }
  ~GpuCode() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }
  Answer ask_of(std::vector<std::string> paths) const { return ask_fake(ask("gpu-code", std::move(paths)), "behaved"); }
  nlohmann::json reported(const std::string& content) const { return document(ask_of({file("lib.so", content)})); }

  fs::path folder_ = fs::temp_directory_path() / ("rigfit-gpu-code-" + std::to_string(::getpid()));
};

TEST_F(GpuCode, IsCountedBySetsOfTargets) {
  const std::string usual = entry(elf, 75) + entry(elf, 80) + entry(elf, 90) + entry(ptx, 120) + entry(elf, 120),
                    only = entry(elf, 90, 0x108011) + entry(elf, 100, 0x1200011) + entry(ptx, 121);
  const auto answer = reported(elf_file({{".text", "code"},
                                         {".nv_fatbin", fatbin(usual) + fatbin(only) + fatbin(usual)},
                                         {"__nv_relfatbin", fatbin(usual)},
                                         {".nvFatBinSegment", "pointers"}}));
  EXPECT_EQ(answer.dump(), nlohmann::json::parse(R"({"file": "lib.so", "fatbins": 4, "whole": true, "sets": [
                {"fatbins": 3, "targets": ["7.5", "8.0", "9.0", "12.0+PTX"]},
                {"fatbins": 1, "targets": ["9.0a", "10.0f", "PTX 12.1"]}]})")
                               .dump());
}

TEST_F(GpuCode, OfALibraryWithoutAnyIsNone) {
  const auto answer = reported(elf_file({{".text", "code"}}));
  EXPECT_EQ(answer["fatbins"], 0);
  EXPECT_EQ(answer["whole"], true);
  EXPECT_TRUE(answer["sets"].empty());
}

TEST_F(GpuCode, OfTheFirstFileThatIsThere) {
  const Answer answer = ask_of({(folder_ / "missing.so").string(), file("second.so", elf_file({})), "/dev/null"});
  EXPECT_EQ(document(answer)["file"], "second.so");
  const Answer none = ask_of({(folder_ / "missing.so").string(), (folder_ / "lib.so" / "below").string()});
  EXPECT_EQ(none.outcome, Outcome::absent);
}

TEST_F(GpuCode, OfFilesThatCannotBeReadIsUnknown) {
  ::mkfifo((folder_ / "pipe.so").c_str(), 0600);
  for (const std::string& path : {file("text.so", "this is no library"), file("empty.so", ""),
                                  (folder_ / "pipe.so").string(), folder_.string(), std::string("/dev/null")}) {
    const Answer answer = ask_of({path});
    EXPECT_EQ(answer.outcome, Outcome::failed) << path;
    EXPECT_THAT(answer.why, testing::Not(HasSubstr(fs::temp_directory_path().string()))) << "a path may name a person";
  }
}

TEST_F(GpuCode, SaysWhenASectionIsCompressedOrElsewhere) {
  const std::string code = fatbin(entry(elf, 90));
  const auto compressed = reported(elf_file({{".nv_fatbin", code, 0x802}}));
  EXPECT_EQ(compressed["compressed"], true);
  EXPECT_EQ(compressed["fatbins"], 0);
  EXPECT_EQ(reported(elf_file({{".nv_fatbin", code, 2, 8}}))["fatbins"], 0) << "debug symbols alone";
}

TEST_F(GpuCode, LooksAtNoPlaceTwice) {
  const std::string code = fatbin(entry(elf, 90));
  std::string file = elf_file({{".nv_fatbin", code}, {"__nv_relfatbin", code}, {"__nv_relfatbin", ""}});
  EXPECT_EQ(reported(file)["fatbins"], 2);
  EXPECT_EQ(reported(file)["whole"], true);
  // The table's second row, behind one of nothing, says where the first section begins: the third says the same.
  const std::size_t table = file.size() - std::size_t{5} * 64;
  file.replace(table + 2 * 64 + 24, 8, file.substr(table + 64 + 24, 8));
  EXPECT_EQ(reported(file)["fatbins"], 1);
  EXPECT_EQ(reported(file)["whole"], false);
}

TEST_F(GpuCode, StopsWhereTheFileIsDamaged) {
  const std::string good = fatbin(entry(elf, 90)), padded = good + std::string(32, '\0') + good;
  EXPECT_EQ(reported(elf_file({{".nv_fatbin", padded}}))["fatbins"], 2) << "a gap as of an alignment is no damage";
  std::string endless = entry(elf, 90);
  endless.replace(4, 4, bytes(0, 4));  // its header has no length
  std::string huge = entry(elf, 90);
  huge.replace(8, 8, bytes(~0ull - 70, 8));
  for (const std::string& bad : {std::string(200, '\0'), fatbin(endless), fatbin(huge), good.substr(0, 60),
                                 bytes(0xBA55ED50, 4) + bytes(1, 2) + bytes(16, 2) + bytes(~0ull, 8)}) {
    const auto answer = reported(elf_file({{".nv_fatbin", good + bad}}));
    EXPECT_EQ(answer["whole"], false);
    EXPECT_EQ(answer["sets"][0]["targets"].dump(), R"(["9.0"])");
  }
  const std::string whole = elf_file({{".nv_fatbin", good + good}});
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const Answer answer = cut % 7 == 0 ? ask_of({file("cut.so", whole.substr(0, cut))}) : Answer();
    EXPECT_NE(answer.outcome, Outcome::crashed) << cut;
  }
}

TEST_F(GpuCode, OfAVeryLargeFileIsReadByItsHeaders) {
  // 8 GiB with a hole: a fat binary before it and one behind it.
  const std::uint64_t hole = 8ull << 30;
  std::string first = entry(elf, 90);
  first.replace(8, 8, bytes(hole, 8));
  const std::string head =
      bytes(0xBA55ED50, 4) + bytes(1, 2) + bytes(16, 2) + bytes(64 + hole, 8) + first.substr(0, 64);
  std::string content = elf_file({{".nv_fatbin", head}});
  const std::size_t table = content.size() - std::size_t{3} * 64;
  content.replace(table + 64 + 32, 8, bytes(head.size() + hole + fatbin(entry(elf, 100)).size(), 8));
  // The section must lie at the end, so it is moved behind all else.
  content.replace(table + 64 + 24, 8, bytes(content.size(), 8));
  const std::string path = file("large.so", content + head);
  fs::resize_file(path, content.size() + head.size() + hole);
  std::ofstream(path, std::ios::binary | std::ios::app) << fatbin(entry(elf, 100));
  const auto answer = document(ask_of({path}));
  EXPECT_EQ(answer["whole"], true);
  EXPECT_EQ(answer["fatbins"], 2);
}

TEST_F(GpuCode, IsTakenAsASampleWhereThereIsTooMuch) {
  std::string code;
  for (int n = 0; n < 20000; ++n) code += fatbin(entry(elf, 90));
  const auto answer = reported(elf_file({{".nv_fatbin", code}}));
  EXPECT_EQ(answer["whole"], false);
  EXPECT_GT(answer["fatbins"].get<int>(), 100);
  EXPECT_LE(answer["fatbins"].get<int>(), 16384);
}

// The recording names nobody, and the child gets the path itself.
TEST_F(GpuCode, IsFoundBelowTheHomeFolder) {
  const char* home = std::getenv("HOME");
  const std::string before = home ? home : "";
  file("mine.so", elf_file({}));
  ::setenv("HOME", folder_.c_str(), 1);
  const Answer answer = ask_of({"~/mine.so"});
  ::setenv("HOME", before.c_str(), 1);
  EXPECT_EQ(document(answer)["file"], "mine.so");
}

}  // namespace
}  // namespace rigfit
