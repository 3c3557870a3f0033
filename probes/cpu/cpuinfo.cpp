#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "probes/cpu/cpu.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {

namespace {

/// What the lines of /proc/cpuinfo add up to.
class Census {
 public:
  void take(std::string_view key, std::string_view value) {
    take_name(key, value);
    take_count(key, value);
    if (key == "flags" || key == "Features" || key == "features") take_features(value);
  }

  CpuInfo conclude() && {
    if (features_ && std::binary_search(features_->begin(), features_->end(), "hypervisor")) info_.hypervisor = true;
    if (features_) info_.features.assign(features_->begin(), features_->end());
    info_.parts.assign(parts_.begin(), parts_.end());
    if (info_.model.empty()) info_.model = family_;
    // Old Arm kernels print no number for the only processor there is.
    if (processors_ == 0 && !stated_ && !info_.model.empty()) processors_ = 1;
    if (stated_)
      info_.logical = stated_;
    else if (processors_ > 0)
      info_.logical = processors_;
    if (!packages_.empty()) info_.sockets = static_cast<std::int64_t>(packages_.size());
    // Only where the two ways of counting agree: a file cut after its first processors lists fewer cores than it
    // states.
    std::int64_t total = 0;
    for (const auto& [id, count] : cores_per_package_) total += count;
    if (total > 0 && total == static_cast<std::int64_t>(cores_.size())) info_.physical = total;
    if (static_cast<std::int64_t>(info_.cpus.size()) != processors_) info_.cpus.clear();
    return std::move(info_);
  }

 private:
  void take_name(std::string_view key, std::string_view value) {
    if ((key == "vendor_id" || key == "vendor") && info_.vendor.empty()) info_.vendor = value;
    if ((key == "model name" || key == "Model Name" || key == "cpu model" || key == "cpu") && info_.model.empty())
      info_.model = value;
    if ((key == "Processor" || key == "uarch") && info_.model.empty()) info_.model = value;
    if (key == "family" && !whole_number(value)) family_ = value;
    if (key == "CPU implementer" && info_.implementer.empty()) info_.implementer = value;
    if (key == "CPU part") parts_.insert(std::string(value));
    if (key == "isa" && info_.architecture_line.empty()) info_.architecture_line = value;
  }

  void take_count(std::string_view key, std::string_view value) {
    if (key == "processor" || (key.starts_with("processor ") && contains(value, "version")))
      ++processors_, package_ = -1, number_ = whole_number(value).value_or(-1);
    if (key == "# processors" || key == "ncpus active" || key == "cpus active" || (key == "cpus detected" && !stated_))
      stated_ = whole_number(value);
    if (key == "physical id" || key == "package") {  // LoongArch says package and core
      package_ = whole_number(value).value_or(-1);
      if (package_ >= 0) packages_.insert(package_);
    }
    if (package_ < 0) return;
    if (key == "core id" || key == "core") {
      const std::int64_t core = whole_number(value).value_or(-1);
      cores_.emplace(package_, core);
      if (number_ >= 0 && core >= 0) info_.cpus.push_back({number_, package_, core});
    }
    if (key == "cpu cores" && whole_number(value)) cores_per_package_[package_] = *whole_number(value);
  }

  /// What only some of the cores can do a program cannot rely on.
  void take_features(std::string_view value) {
    if (features_ && value == last_features_) return;  // as of most machines' next core
    last_features_ = value;
    std::vector<std::string_view> own = words_of(value);
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    if (!features_) {
      features_ = std::move(own);
    } else if (*features_ != own) {
      std::vector<std::string_view> both;
      std::set_intersection(features_->begin(), features_->end(), own.begin(), own.end(), std::back_inserter(both));
      features_ = std::move(both);
    }
  }

  CpuInfo info_;
  std::optional<std::vector<std::string_view>> features_;  ///< in the text, sorted
  std::string_view last_features_;
  std::set<std::string> parts_;
  std::set<std::int64_t> packages_;
  std::set<std::pair<std::int64_t, std::int64_t>> cores_;
  std::map<std::int64_t, std::int64_t> cores_per_package_;
  std::int64_t processors_ = 0, package_ = -1, number_ = -1;
  std::optional<std::int64_t> stated_;
  std::string family_;
};

}  // namespace

// processor	: 0                       (s390x: "processor 0: version = 00, …"; sparc and alpha: "ncpus active : 2",
// "CPUs : 1") vendor_id	: GenuineIntel model name	: Intel(R) Core(TM) … flags		: fpu vme … avx2
// (arm: Features, riscv: isa)
CpuInfo parse_cpuinfo(std::string_view text) {
  Census census;
  for (const std::string_view line : lines_of(text))
    if (const auto pair = key_value(line)) census.take(pair->first, pair->second);
  return std::move(census).conclude();
}

std::vector<std::pair<std::string_view, std::string_view>> parse_sysctl(std::string_view text) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  for (const std::string_view line : lines_of(text)) {
    auto pair = key_value(line);
    if (!pair || pair->first.find(' ') != pair->first.npos) pair = key_value(line, '=');
    if (pair && contains(pair->first, ".")) pairs.push_back(*pair);
  }
  return pairs;
}

}  // namespace rigfit
