#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.hpp"

namespace rigfit {

/// One thing that two reports (`rigfit.report/1`) do not agree on.
struct Difference {
  enum class Part { recommendation, platform, device, finding, framework, fact, judged_by };
  enum class Change { changed, added, removed };
  /// What is known of it in one of the reports.
  struct Side {
    std::string text;             ///< for people: "580.82.07", "none", "unknown"
    std::string json;             ///< the value as JSON; "null" for none and unknown
    std::string known = "known";  ///< or "none" (there is no such thing), "unknown"
  };

  Part part = Part::fact;
  Change change = Change::changed;
  /// Dotted, as facts are named: "cuda.driver_version", "cuda.devices.0000:41:00.0.state", "findings.cuda.device.lost".
  /// A device is named by its PCI address, else by its number in the first report that lists it.
  std::string path;
  std::string about;   ///< what it is called where the path does not tell: a device's name, a finding's title
  Side before, after;  ///< of what was added or removed, one is empty
};

/// What differs between two reports.
struct Differences {
  std::vector<Difference> all;       ///< in the order of Difference::Part, and by path within one
  std::vector<std::string> omitted;  ///< parts that only one of the reports has, so that they were not compared
  std::size_t ignored = 0;           ///< differences that a pattern hid
};

std::string_view name_of(Difference::Part part);
std::string_view name_of(Difference::Change change);

/// Compares two reports. Devices of a platform are matched by PCI address, then by UUID, then by their place among
/// those left, never by index alone. What differs at every run on the same machine (free memory, sleeping devices,
/// times) is left out. `ignore`: patterns of paths, in which `*` stands for any run of characters. Reports may come
/// from strangers: what is not of the form of the schema counts as not there.
Differences differences(const nlohmann::json& before, const nlohmann::json& after,
                        const std::vector<std::string>& ignore = {});

/// A list of them as JSON.
nlohmann::ordered_json differences_json(const Differences& differences);

/// Two reports, by what they are called.
struct DiffReport {
  std::string before, after;  ///< names: "old.json", "this machine"
  Differences differences;
};

/// One screen without `verbose`. Ends with a newline.
std::string diff_text(const DiffReport& report, const TextStyle& style);
/// `rigfit.diff/1`; the JSON Schema is rules/schema/diff.schema.json.
std::string diff_json(const DiffReport& report, const TextStyle& style);

/// One form of the answer of `rigfit diff`.
struct DiffFormat {
  std::string_view name;
  std::string (*write)(const DiffReport& report, const TextStyle& style);
};

/// All of them. The first is the default.
std::span<const DiffFormat> diff_formats();

}  // namespace rigfit
