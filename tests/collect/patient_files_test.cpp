// A file server that does not answer holds whoever looks at it for ever.
#include "collect/patient_files.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace rigfit {
namespace {

constexpr const char* mounts =
    "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
    "30 22 0:50 / /net/dead rw - nfs4 server:/export rw\n"
    "31 22 0:51 / /net/dead\\040too rw - fuse.sshfs sshfs rw\n"
    "32 22 0:52 / /net/alive rw - lustre mgs:/fs rw\n"
    "33 22 0:53 / /tmp rw - tmpfs tmpfs rw\n";

/// Does not answer about /net/dead…, until it is let go.
class FakeFiles final : public Files {
 public:
  Answer file(const std::string& path, std::size_t) override {
    return answer(path, path == "/proc/self/mountinfo" ? mounts : path);
  }
  Answer link(const std::string& path) override {
    const auto link = links_.find(path);
    return link == links_.end() ? ended(Outcome::failed, "not a link") : answer(path, link->second);
  }
  Answer list(const std::string& path) override { return answer(path, path); }
  Answer node(const std::string& path) override { return answer(path, path); }

  void add_link(const std::string& path, const std::string& target) { links_[path] = target; }
  void let_go() {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    over_.notify_all();
  }
  /// In whose thread a path was last looked at.
  std::thread::id thread_of(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return threads_[path];
  }

 private:
  Answer answer(const std::string& path, const std::string& text) {
    std::unique_lock lock(mutex_);
    threads_[path] = std::this_thread::get_id();
    const bool leads_there =
        std::any_of(links_.begin(), links_.end(), [&](const auto& link) { return path.starts_with(link.first + "/"); });
    if (path.starts_with("/net/dead") || leads_there) over_.wait(lock, [&] { return is_over_; });
    Answer found = ended(Outcome::found, "");
    found.text = text;
    return found;
  }

  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  std::map<std::string, std::thread::id> threads_;
  std::map<std::string, std::string> links_;
};

TEST(PatientFiles, AMountThatDoesNotAnswerCostsItsLimitOnceAndNoOther) {
  const auto fake = std::make_shared<FakeFiles>();
  const auto files = patient_files(fake, 0.2);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(files->list("/net/dead/venv/lib").outcome, Outcome::timed_out);
  EXPECT_THAT(files->file("/net/dead/other", 10).why, testing::HasSubstr("did not answer within 0.2 s"));
  EXPECT_EQ(files->file("/net/alive/x", 10).text, "/net/alive/x");
  EXPECT_EQ(files->node("/net/dead too/x").outcome, Outcome::timed_out);
  // After the second, none is waited for.
  EXPECT_EQ(files->link("/net/alive/y").outcome, Outcome::timed_out);
  for (const char* path : {"/etc/os-release", "/net", "/tmp/x"}) EXPECT_EQ(files->file(path, 10).text, path);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  fake->let_go();
}

TEST(PatientFiles, LinksThatLeadToAMountAreWaitedForNoLonger) {
  for (const auto& [link, target] : {std::pair<const char*, const char*>{"/home/me/env", "/net/dead/env"},
                                     {"/home/me/env", "../../net/./dead"},
                                     {"/opt/rocm", "/opt/alternatives/rocm"},
                                     {"/home/me", "/net/dead too"}}) {
    const auto fake = std::make_shared<FakeFiles>();
    fake->add_link(link, target);
    fake->add_link("/opt/alternatives", "/net/dead");
    const auto files = patient_files(fake, 0.1);
    EXPECT_EQ(files->file(link + std::string("/env/pyvenv.cfg"), 10).outcome, Outcome::timed_out) << link << target;
    EXPECT_EQ(files->list(link + std::string("/lib")).outcome, Outcome::timed_out) << link << target;
    fake->let_go();
  }
}

TEST(PatientFiles, LinksThatLeadNowhereOrInACircleAreLeftToOthers) {
  const auto fake = std::make_shared<FakeFiles>();
  fake->add_link("/circle", "/./circle");
  fake->add_link("/up", "../../../..");
  fake->add_link("/empty", "");
  const auto files = patient_files(fake, 5);
  EXPECT_EQ(files->link("/circle").text, "/./circle");
  EXPECT_EQ(fake->thread_of("/circle"), std::this_thread::get_id());
  for (const char* path : {"/up", "/empty", "/", "//x/../y"}) files->node(path);
}

TEST(PatientFiles, TakeAThreadForMountsOnly) {
  const auto fake = std::make_shared<FakeFiles>();
  const auto files = patient_files(fake, 5);
  for (const char* path : {"/etc/x", "/tmp/x", "/home/x/y", "/net/x"}) {
    files->file(path, 10);
    EXPECT_EQ(fake->thread_of(path), std::this_thread::get_id()) << path;
  }
  files->file("/net/alive/x", 10);
  EXPECT_NE(fake->thread_of("/net/alive/x"), std::this_thread::get_id());
}

}  // namespace
}  // namespace rigfit
