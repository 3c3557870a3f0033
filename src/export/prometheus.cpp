#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "analysis/version.hpp"
#include "export/machine_values.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "rules/short_forms.hpp"

namespace rigfit {
namespace {

// The text format of Prometheus, as node_exporter's textfile collector reads it from *.prom, and the naming
// conventions: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
// https://prometheus.io/docs/practices/naming/ A family stands together, under one HELP and one TYPE. What is not known
// has no series, since a number in its place would be one.

using LabelValues = std::vector<std::pair<std::string_view, std::string>>;

class Metrics {
 public:
  /// All that follows up to the next belongs to it. `about` is a sentence.
  void family(std::string_view name, std::string_view about) {
    name_ = name;
    head_ = fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, about);
  }

  void add(const LabelValues& labels, const std::string& value) {
    std::string list;
    for (const auto& [label, text] : labels) {
      if (!is_plain(text)) {
        exported_.left_out.push_back(
            {fmt::format("{} of {}", label, name_), "its value has control characters or is not UTF-8"});
        return;
      }
      list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", label, escaped(text));
    }
    exported_.text += head_;  // once, and only above something
    head_.clear();
    exported_.text +=
        list.empty() ? fmt::format("{} {}\n", name_, value) : fmt::format("{}{{{}}} {}\n", name_, list, value);
  }
  void add(const LabelValues& labels, const std::optional<std::string>& value) {
    if (value) add(labels, *value);
  }

  Exported finish() && { return std::move(exported_); }

 private:
  static std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\\' || c == '"' ? std::string{'\\', c} : std::string(1, c);
    return out;
  }

  Exported exported_;
  std::string_view name_;
  std::string head_;
};

std::optional<std::string> number(std::optional<std::int64_t> value) {
  return value ? std::optional(std::to_string(*value)) : std::nullopt;
}

/// Days since 1970-01-01 of a date of the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", days_from_civil).
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/// When the machine was looked at, in seconds since 1970. "2026-11-27T04:20:05Z"
std::optional<std::int64_t> seconds_of(const std::string& recorded) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
  if (recorded.size() != form.size()) return std::nullopt;
  for (std::size_t n = 0; n < form.size(); ++n)
    if (form[n] == 'd' ? !std::isdigit(static_cast<unsigned char>(recorded[n])) : recorded[n] != form[n])
      return std::nullopt;
  const auto at = [&](std::size_t from, std::size_t count) { return std::stoll(recorded.substr(from, count)); };
  return days_of(at(0, 4), at(5, 2), at(8, 2)) * 86400 + at(11, 2) * 3600 + at(14, 2) * 60 + at(17, 2);
}

void add_platforms(const MachineValues& values, Metrics& metrics) {
  metrics.family("rigfit_platform_state", "State of each platform: 1 for the one that it is in.");
  for (const PlatformValues& one : values.platforms)
    for (const State state : {State::absent, State::blocked, State::ready, State::proven, State::unknown})
      // Most nodes have one platform: of what is not there no more is told than that.
      if (one.platform->state != State::absent || state == State::absent)
        metrics.add({{"platform", one.platform->id}, {"state", std::string(name_of(state))}},
                    std::string(one.platform->state == state ? "1" : "0"));
  metrics.family("rigfit_platform_devices", "Devices that are there, whether or not they can be used.");
  for (const PlatformValues& one : values.platforms)
    if (one.platform->state != State::unknown)
      metrics.add({{"platform", one.platform->id}}, std::to_string(one.devices.size()));
  metrics.family("rigfit_platform_usable_devices", "Devices that can be used.");
  for (const PlatformValues& one : values.platforms)
    metrics.add({{"platform", one.platform->id}},
                text_of(values.facts.host.at_by_name(one.platform->id + std::string(short_form::devices))));
  metrics.family("rigfit_platform_driver_info", "Version of the kernel driver.");
  for (const PlatformValues& one : values.platforms)
    if (one.driver_version)
      metrics.add({{"platform", one.platform->id}, {"version", *one.driver_version}}, std::string("1"));
}

/// The address on the bus, or else the number, from 0.
std::string name_of_device(const Device& device, std::size_t n) {
  const auto* address = device.facts.get(fact::device::pci_address);
  return address ? *address : std::to_string(n);
}

/// A series for each device that is there.
template <class Add>
void each_device(const MachineValues& values, const Add& add) {
  for (const PlatformValues& one : values.platforms)
    for (std::size_t n = 0; n < one.devices.size(); ++n)
      add(*one.devices[n], LabelValues{{"platform", one.platform->id}, {"device", name_of_device(*one.devices[n], n)}});
}

void add_devices(const MachineValues& values, Metrics& metrics) {
  metrics.family("rigfit_device_info", "What each device is.");
  each_device(values, [&](const Device& device, LabelValues labels) {
    if (const auto name = text_of(device.facts.at(fact::device::name))) labels.emplace_back("name", *name);
    if (const auto target = text_of(device.facts.at(fact::device::architecture)))
      labels.emplace_back("architecture", *target);
    metrics.add(labels, std::string("1"));
  });
  metrics.family("rigfit_device_usable", "Whether it can be used.");
  each_device(values, [&](const Device& device, const LabelValues& labels) {
    if (const bool* usable = device.facts.get_by_name<bool>(short_form::own_usable))
      metrics.add(labels, std::string(*usable ? "1" : "0"));
  });
  metrics.family("rigfit_device_memory_bytes", "Memory of the device, as built.");
  each_device(values, [&](const Device& device, const LabelValues& labels) {
    metrics.add(labels, text_of(device.facts.at(fact::device::memory_total_bytes)));
  });
}

void add_findings(const Analysis& analysis, const MachineValues& values, Metrics& metrics) {
  metrics.family("rigfit_findings", "Findings of each severity.");
  metrics.add({{"severity", "error"}}, std::to_string(values.errors));
  metrics.add({{"severity", "warning"}}, std::to_string(values.warnings));
  metrics.family("rigfit_finding_info", "Each finding that is an error or a warning; rigfit explain tells more.");
  std::vector<std::string> written;  // two of one id would be one series twice
  for (const Finding& finding : analysis.diagnosis.findings) {
    if (finding.severity == "info" || std::find(written.begin(), written.end(), finding.id) != written.end()) continue;
    written.push_back(finding.id);
    metrics.add({{"id", finding.id}, {"severity", finding.severity}, {"platform", finding.platform}}, std::string("1"));
  }
}

}  // namespace

Exported export_prometheus(const Analysis& analysis, const ExportWishes&) {
  const MachineValues values(analysis);
  Metrics metrics;
  metrics.family("rigfit_build_info", "Version of rigfit, and the day that its rules are as of.");
  metrics.add({{"version", std::string(tool_version())}, {"rules_as_of", analysis.rules->as_of}}, std::string("1"));
  metrics.family("rigfit_last_run_timestamp_seconds", "When this machine was looked at.");
  metrics.add({}, number(seconds_of(analysis.evidence.recorded)));
  add_platforms(values, metrics);
  add_devices(values, metrics);
  add_findings(analysis, values, metrics);
  metrics.family("rigfit_recommended_info", "The framework that is recommended, and the build of it that fits.");
  if (values.framework) {
    const Build* build = values.framework->build;
    metrics.add({{"framework", values.framework->id},
                 {"version", build ? build->version : ""},
                 {"platform", build ? build->platform : ""}},
                std::string("1"));
  }
  return std::move(metrics).finish();
}

}  // namespace rigfit
