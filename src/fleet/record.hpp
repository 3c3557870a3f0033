#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "facts/fact.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// One thing by which machines are compared: {"cuda.driver_version", "550.54.15"}.
struct Attribute {
  std::string name, value;

  bool operator==(const Attribute&) const = default;
};

/// A finding of one machine. Those that are folded under another one are left out.
struct NodeFinding {
  std::string id, severity, platform, title;
  std::size_t devices = 0;                ///< how many of the machine's devices it is about; 0: about the machine
  std::string remedy = {}, command = {};  ///< what to do first, and the command for it; either may be empty

  /// Whether the same is wrong; what is to be done about it is for the rules of the day to say.
  bool operator==(const NodeFinding& other) const {
    return id == other.id && severity == other.severity && platform == other.platform && title == other.title &&
           devices == other.devices;
  }
};

/// What is on a machine of one platform, as far as it limits what runs everywhere.
struct PlatformSummary {
  std::string id;
  State state = State::unknown;
  std::size_t devices = 0, usable_devices = 0;
  std::vector<std::string> kinds = {};          ///< names of its devices, sorted, each once
  std::string driver = {};                      ///< version; empty: not known
  std::vector<std::string> architectures = {};  ///< sorted, each once
  std::vector<std::string> capabilities = {};   ///< compute capabilities, sorted, each once
  std::int64_t least_memory_bytes = 0;          ///< of its smallest device; 0: not known

  bool operator==(const PlatformSummary&) const = default;
};

/// How good a framework is on a machine.
struct NodePlace {
  std::string framework, name;
  bool is_possible = false;  ///< ranked: adequate, and removed by no demand
  std::int64_t score = 0;    ///< thousandths of a point, 0 to 100 000
  std::string install = {};  ///< command; may be empty

  bool operator==(const NodePlace&) const = default;
};

/// The answer of `rigfit check` to one requirement. It makes a class, too, so that what is said of one is true of all
/// its nodes.
struct NodeAnswer {
  std::string requirement;
  bool applies = true;
  Truth met = Truth::unknown;
  std::string found = {};  ///< what was seen, where it is not met

  bool operator==(const NodeAnswer&) const = default;
};

/// All that a fleet keeps of a machine: many machines share one of these. What is another on every machine and at every
/// run (addresses, serial numbers, free memory, times) is not in it, and sizes are rounded, so that their number is
/// that of different machines and not of machines.
struct Record {
  // What makes a class.
  std::vector<Attribute> attributes;  ///< in the order they are shown; what is not known is left out
  std::vector<NodeFinding> findings;
  std::vector<PlatformSummary> platforms;  ///< those that exist there, or may
  bool is_determined = false;              ///< something is known about its accelerators

  // What was concluded from that, which depends on the rules and on what was asked.
  std::string rules;                ///< date of the rules
  std::vector<NodePlace> places;    ///< best first; empty: no recommendation was made
  std::vector<NodeAnswer> answers;  ///< in the order of the requirements; empty: there are none

  const Attribute* attribute(std::string_view name) const;
  /// Whether some finding is an error, or a platform is blocked.
  bool is_faulty() const;
};

/// Equal for machines of one class.
std::string class_key(const Record& record);
/// Equal for equal records.
std::string record_key(const Record& record);

/// "CUDA driver" for "cuda.driver_version": what people call an attribute.
std::string attribute_label(std::string_view name);

/// Main memory as it was built in: the system keeps some of it, and how much differs from boot to boot. Rounded up to a
/// multiple of an eighth of the power of two below: 503 GiB are 512 GiB, 376 GiB are 384 GiB.
std::int64_t installed_memory(std::int64_t total_bytes);

}  // namespace rigfit
