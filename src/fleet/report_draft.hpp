#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/report_reader.hpp"

namespace rigfit {

/// What was read of a report so far; a parser fills it in, member by member.
class ReportDraft {
 public:
  /// Which part of a report an object or list is. Nothing in `skipped` is wanted.
  enum class Part : std::uint8_t {
    skipped,
    root,
    rules,
    machine,
    cpu,
    memory,
    platforms,
    platform,
    devices,
    device,
    findings,
    finding,
    finding_devices,
    remedy,
    remedy_step,
    frameworks,
    framework,
    build_to_install,
    ranking,
    place,
    changing,
  };

  /// An object or list begins in `parent`, under `key` where that is an object.
  Part enter(Part parent, std::string_view key);
  /// A value that is neither: a text, a number as it is written, or "yes" or "no". Not called for null.
  void take(Part part, std::string_view key, std::string_view text);
  /// Whether some list is longer than any report's, which ends the reading.
  bool is_excessive() const { return is_excessive_; }

  /// What was read, as a document of the kind that its schema names.
  ReadDocument finish() const;
  /// The same, whatever its schema says: of some of a report's members.
  Record record() const;

  static constexpr std::size_t longest_text = 512;  ///< what is longer is cut

 private:
  using Texts = std::vector<std::pair<std::string_view, std::string>>;  ///< by the names of tables in the .cpp

  struct Device {
    Texts values;
    std::string state, architecture, capability;
    std::int64_t memory_bytes = 0;
  };
  struct Platform {
    std::string id, state, driver;
    Texts values;
    std::vector<Device> devices;
  };
  struct Finding {
    NodeFinding finding;
    std::size_t steps = 0;  ///< of its remedy
    bool is_folded = false;
  };
  struct Place {
    std::string framework, score_exact, rank;
  };
  struct Framework {
    std::string id, name;
    std::string install;            ///< of the build for today
    std::string install_after_fix;  ///< of the one that the machine's own answer installs; may be empty
  };

  void take_of_root(std::string_view key, std::string_view text);
  void take_of_platform(std::string_view key, std::string_view text);
  void take_of_device(std::string_view key, std::string_view text);
  void take_of_finding(std::string_view key, std::string_view text);
  void add_host(Record& record) const;
  void add_platform(const Platform& platform, Record& record) const;
  void add_places(Record& record) const;

  ReadDocument document_;
  Texts host_;
  std::vector<Platform> platforms_;
  std::vector<Finding> findings_;
  std::vector<Framework> frameworks_;
  std::vector<Place> ranking_;
  bool is_excessive_ = false;
};

}  // namespace rigfit
