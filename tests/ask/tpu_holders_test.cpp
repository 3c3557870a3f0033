#include "ask/tpu/tpu_holders.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "probes/tpu/holders.hpp"

namespace rigfit {
namespace {

namespace fs = std::filesystem;

/// A folder of processes like /proc, gone with its owner.
struct Processes {
  fs::path root = fs::temp_directory_path() / ("rigfit-proc-" + std::to_string(::getpid()));
  Processes() { fs::create_directories(root); }
  ~Processes() { fs::remove_all(root); }
  void opens(const char* pid, const char* file, const char* target) const {
    fs::create_directories(root / pid / "fd");
    fs::create_symlink(target, root / pid / "fd" / file);
  }
};

TEST(TpuHolders, TellsWhoHoldsANodeAndNothingElse) {
  const Processes processes;
  processes.opens("41", "3", "/dev/vfio/12");
  processes.opens("41", "4", "/dev/vfio/12");
  processes.opens("41", "5", "/dev/vfio/vfio");
  processes.opens("42", "3", "/home/somebody/secret.txt");
  processes.opens("43", "0", "/dev/accel0");
  fs::create_directories(processes.root / "self" / "fd");
  const std::string text = tpu_holders(processes.root.string());
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("secret")));
  const NodeHolders holders = parse_tpu_holders(text);
  EXPECT_TRUE(holders.saw_every_process);
  std::vector<std::pair<std::int64_t, std::string>> pairs;
  for (const NodeHolder& holder : holders.holders) pairs.emplace_back(holder.pid, holder.path);
  EXPECT_THAT(pairs, testing::UnorderedElementsAre(std::pair{41, "/dev/vfio/12"}, std::pair{43, "/dev/accel0"}));
}

TEST(TpuHolders, AProcessThatHidesItsFilesIsCounted) {
  const Processes processes;
  processes.opens("41", "3", "/dev/null");
  fs::create_directories(processes.root / "50");  // no folder fd: as unreadable as one that is denied
  EXPECT_FALSE(parse_tpu_holders(tpu_holders(processes.root.string())).saw_every_process);
}

TEST(TpuHolders, NoProcAtAll) { EXPECT_EQ(tpu_holders("/nowhere/at/all"), ""); }

TEST(TpuHolders, GarbageHoldsNothing) {
  for (const char* text :
       {"", "[]", "{\"holders\": 3}", "{\"holders\": [3, {\"pid\": \"x\"}]}", "{\"unreadable\": \"0\"}"})
    EXPECT_TRUE(parse_tpu_holders(text).holders.empty() && !parse_tpu_holders(text).saw_every_process) << text;
}

}  // namespace
}  // namespace rigfit
