#include "fleet/report_draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <optional>

#include "facts/platforms.hpp"
#include "facts/version.hpp"
#include "report/short_size.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Part = ReportDraft::Part;

// What machines are compared by. Left out are what tells single ones apart (addresses, indices, serial numbers), what
// is another at each run, and what follows from the rest.

/// Members of a report that are objects or lists.
struct RootRow {
  std::string_view name;
  Part part;
  Member member;
};
constexpr RootRow root_rows[] = {
    {"rules", Part::rules, Member::rules},
    {"machine", Part::machine, Member::machine},
    {"platforms", Part::platforms, Member::platforms},
    {"findings", Part::findings, Member::findings},
    {"frameworks", Part::frameworks, Member::frameworks},
    {"ranking", Part::ranking, Member::ranking},
    {"changing", Part::changing, Member::changing},
};

/// Members of "machine", of its "cpu" and of its "memory", and how the attribute is called.
struct HostRow {
  Part part;
  std::string_view member, attribute;
};
constexpr HostRow host_rows[] = {
    {Part::machine, "os_name", "os.name"},
    {Part::machine, "kernel", "os.kernel"},
    {Part::machine, "arch", "host.arch"},
    {Part::cpu, "model", "cpu.model"},
    {Part::cpu, "logical_cpus", "cpu.logical_cpus"},
    {Part::memory, "total_bytes", "memory.installed"},
    {Part::machine, "container", "container.runtime"},
    {Part::machine, "vm", "vm.kind"},
    {Part::machine, "wsl", "os.wsl"},
    {Part::machine, "cloud", "cloud.provider"},
    {Part::machine, "python", "python.version"},
};

/// Members of a platform.
constexpr std::string_view platform_rows[] = {"driver_version", "version", "toolkit_version", "module_kind",
                                              "driver_kind"};

/// Members of a device; the attribute counts over the devices: "7 on, 1 off".
constexpr std::string_view device_rows[] = {
    "name",
    "ecc",
    "mig",
    "mig_instances",
    "compute_mode",
    "driver_model",
    "fabric_state",
    "fabric_health",
    "nvlinks",
    "nvlinks_active",
    "row_remap_pending",
    "row_remap_failed",
    "virtualization",
    "vgpu_profile",
    "license_status",
    "power_limit_watts",
    "compute_partition",
    "memory_partition",
    "error",
    "proof",
};

constexpr std::size_t most_platforms = 64, most_devices = 4096, most_findings = 1000, most_frameworks = 200;

template <std::size_t n>
std::string_view known(const std::string_view (&rows)[n], std::string_view member) {
  const auto* row = std::find(std::begin(rows), std::end(rows), member);
  return row == std::end(rows) ? std::string_view{} : *row;
}

void set(std::vector<std::pair<std::string_view, std::string>>& values, std::string_view name, std::string_view text) {
  if (name.empty()) return;
  for (auto& [key, value] : values)
    if (key == name) {
      value = text;
      return;
    }
  values.emplace_back(name, text);
}

const std::string* value_of(const std::vector<std::pair<std::string_view, std::string>>& values,
                            std::string_view name) {
  for (const auto& [key, value] : values)
    if (key == name) return &value;
  return nullptr;
}

std::int64_t whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

State state_named(std::string_view name) {
  for (const State state : {State::not_applicable, State::absent, State::blocked, State::ready, State::proven})
    if (name == name_of(state)) return state;
  return State::unknown;
}

/// "8 × NVIDIA H100", "7 × on, 1 × off"; just the value where it is said of all, and `count_all` does not want more.
std::string counted(const std::map<std::string, std::size_t>& counts, bool count_all) {
  if (counts.size() == 1 && !count_all) return counts.begin()->first;
  std::vector<std::pair<std::string, std::size_t>> rows(counts.begin(), counts.end());
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [value, count] : rows) append_to_list(text, fmt::format("{} × {}", count, value));
  return text;
}

/// Thousandths of a point of "1234/15"; nothing for what is no score.
std::optional<std::int64_t> thousandths(std::string_view exact) {
  if (exact.empty() || exact.find_first_not_of("0123456789/") != exact.npos) return std::nullopt;
  const std::size_t slash = exact.find('/');
  const std::int64_t above = whole_number(exact.substr(0, slash));
  const std::int64_t below = slash == exact.npos ? 1 : whole_number(exact.substr(slash + 1));
  if (below == 0 || above > std::int64_t{1} << 50 || above / below > 100) return std::nullopt;
  return (above * 1000 + below / 2) / below;
}

bool is_there(State state) { return state != State::absent && state != State::not_applicable; }

void sort_versions(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end(), [](const std::string& a, const std::string& b) {
    const auto one = Version::parse(a), other = Version::parse(b);
    return one && other && *one != *other ? *one < *other : a < b;
  });
}

void add_new(std::vector<std::string>& all, const std::string& one) {
  if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

/// To 256 MiB below: what drivers keep of it differs by less.
std::int64_t rounded_memory(std::int64_t bytes) { return bytes >> 28 << 28; }

}  // namespace

ReportDraft::Part ReportDraft::enter(Part parent, std::string_view key) {
  switch (parent) {
    case Part::root:
      for (const RootRow& row : root_rows)
        if (row.name == key) {
          document_.has_twice = !document_.members.add(row.member) || document_.has_twice;
          return row.part;
        }
      return Part::skipped;
    case Part::machine:
      return key == "cpu" ? Part::cpu : key == "memory" ? Part::memory : Part::skipped;
    case Part::platforms:
      platforms_.emplace_back().id = key.substr(0, longest_text);
      is_excessive_ = is_excessive_ || platforms_.size() > most_platforms;
      return Part::platform;
    case Part::platform:
      return key == "devices" ? Part::devices : Part::skipped;
    case Part::devices:
      platforms_.back().devices.emplace_back();
      is_excessive_ = is_excessive_ || platforms_.back().devices.size() > most_devices;
      return Part::device;
    case Part::findings:
      findings_.emplace_back();
      is_excessive_ = is_excessive_ || findings_.size() > most_findings;
      return Part::finding;
    case Part::finding:
      return key == "devices" ? Part::finding_devices : key == "remedy" ? Part::remedy : Part::skipped;
    case Part::remedy:
      return ++findings_.back().steps == 1 ? Part::remedy_step : Part::skipped;
    case Part::finding_devices:
      ++findings_.back().finding.devices;
      return Part::skipped;
    case Part::frameworks:
      frameworks_.emplace_back();
      is_excessive_ = is_excessive_ || frameworks_.size() > most_frameworks;
      return Part::framework;
    case Part::framework:
      return key == "build_to_install" ? Part::build_to_install : Part::skipped;
    case Part::ranking:
      ranking_.emplace_back();
      is_excessive_ = is_excessive_ || ranking_.size() > most_frameworks;
      return Part::place;
    default:
      return Part::skipped;
  }
}

void ReportDraft::take(Part part, std::string_view key, std::string_view text) {
  switch (part) {
    case Part::root:
      return take_of_root(key, text);
    case Part::rules:
      if (key == "as_of") document_.record.rules = text;
      return;
    case Part::changing:
      if (key == "recorded") document_.recorded = text;
      return;
    case Part::machine:
    case Part::cpu:
    case Part::memory:
      for (const HostRow& row : host_rows)
        if (row.part == part && row.member == key) set(host_, row.attribute, text);
      return;
    case Part::platform:
      return take_of_platform(key, text);
    case Part::device:
      return take_of_device(key, text);
    case Part::finding:
      return take_of_finding(key, text);
    case Part::remedy_step:
      if (key == "text") findings_.back().finding.remedy = text;
      // One that was cut is none.
      if (key == "command" && text.size() < longest_text) findings_.back().finding.command = text;
      return;
    case Part::framework:
      if (key == "id") frameworks_.back().id = text;
      if (key == "name") frameworks_.back().name = text;
      if (key == "install") frameworks_.back().install = text;
      return;
    case Part::build_to_install:
      if (key == "pip") frameworks_.back().install_after_fix = text;
      return;
    case Part::place:
      if (key == "id") ranking_.back().framework = text;
      if (key == "score_exact") ranking_.back().score_exact = text;
      if (key == "rank") ranking_.back().rank = text;
      return;
    default:
      return;
  }
}

void ReportDraft::take_of_root(std::string_view key, std::string_view text) {
  if (key == "schema") {
    document_.schema = text;
    document_.has_twice = !document_.members.add(Member::schema) || document_.has_twice;
  }
  if (key == "node") document_.node = text;
}

void ReportDraft::take_of_platform(std::string_view key, std::string_view text) {
  Platform& platform = platforms_.back();
  if (key == "state") platform.state = text;
  set(platform.values, known(platform_rows, key), text);
}

void ReportDraft::take_of_device(std::string_view key, std::string_view text) {
  Device& device = platforms_.back().devices.back();
  if (key == "state") device.state = text;
  if (key == "architecture") device.architecture = text;
  if (key == "compute_capability") device.capability = text;
  if (key == "memory_total_bytes") device.memory_bytes = whole_number(text);
  set(device.values, known(device_rows, key), text);
}

void ReportDraft::take_of_finding(std::string_view key, std::string_view text) {
  Finding& one = findings_.back();
  if (key == "id") one.finding.id = text;
  if (key == "severity") one.finding.severity = text;
  if (key == "platform") one.finding.platform = text;
  if (key == "title") one.finding.title = text;
  if (key == "folded_under") one.is_folded = true;
}

void ReportDraft::add_host(Record& record) const {
  for (const HostRow& row : host_rows) {
    const std::string* value = value_of(host_, row.attribute);
    if (!value || value->empty() || *value == "no" || *value == "none") continue;
    const bool is_size = row.part == Part::memory;
    record.attributes.push_back(
        {std::string(row.attribute), is_size ? short_size(installed_memory(whole_number(*value))) : *value});
  }
}

void ReportDraft::add_platform(const Platform& platform, Record& record) const {
  const State state = state_named(platform.state);
  if (!is_there(state) || platform.id == "cpu") return;
  PlatformSummary summary{.id = platform.id, .state = state, .devices = platform.devices.size()};
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) record.attributes.push_back({fmt::format("{}.{}", platform.id, name), std::move(value)});
  };
  // A platform that may be there or not, without a device, is no difference between machines that anybody can act upon.
  if (state == State::unknown && platform.devices.empty()) return record.platforms.push_back(std::move(summary));
  add("state", std::string(name_of(state)));
  std::map<std::string, std::size_t> states, kinds;
  for (const Device& device : platform.devices) {
    const State own = state_named(device.state);
    ++states[std::string(name_of(own))];
    const std::string* name = value_of(device.values, "name");
    ++kinds[name ? *name : device.architecture.empty() ? "device" : device.architecture];
    if (own == State::ready || own == State::proven) ++summary.usable_devices;
    add_new(summary.architectures, device.architecture);
    add_new(summary.capabilities, device.capability);
    const std::int64_t memory = rounded_memory(device.memory_bytes);
    if (memory > 0 && (summary.least_memory_bytes == 0 || memory < summary.least_memory_bytes))
      summary.least_memory_bytes = memory;
  }
  std::sort(summary.architectures.begin(), summary.architectures.end());
  sort_versions(summary.capabilities);
  for (const auto& [kind, count] : kinds) summary.kinds.push_back(kind);
  if (!kinds.empty()) add("devices", counted(kinds, true));
  if (states.size() > 1) add("device_states", counted(states, true));
  if (summary.least_memory_bytes > 0) add("device_memory", short_size(summary.least_memory_bytes));
  for (const std::string_view row : platform_rows)
    if (const std::string* value = value_of(platform.values, row)) {
      add(row, *value);
      if (row == "driver_version" || (row == "version" && summary.driver.empty())) summary.driver = *value;
    }
  for (const std::string_view row : device_rows) {
    if (row == "name") continue;
    std::map<std::string, std::size_t> values;
    for (const Device& device : platform.devices)
      if (const std::string* value = value_of(device.values, row)) ++values[*value];
    if (!values.empty()) add(row, counted(values, false));
  }
  record.platforms.push_back(std::move(summary));
}

void ReportDraft::add_places(Record& record) const {
  for (const Place& place : ranking_) {
    const auto score = thousandths(place.score_exact);
    if (!score || place.framework.empty()) continue;
    NodePlace row{
        .framework = place.framework, .name = place.framework, .is_possible = !place.rank.empty(), .score = *score};
    for (const Framework& framework : frameworks_)
      if (framework.id == place.framework) {
        row.install = framework.install_after_fix.empty() ? framework.install : framework.install_after_fix;
        if (!framework.name.empty()) row.name = framework.name;
      }
    record.places.push_back(std::move(row));
  }
}

ReadDocument ReportDraft::finish() const {
  ReadDocument document = document_;
  if (document.schema == "rigfit.report/1") document.kind = DocumentKind::report;
  if (document.schema == "rigfit.machine/1") document.kind = DocumentKind::machine;
  if (document.kind == DocumentKind::report) document.record = record();
  return document;
}

Record ReportDraft::record() const {
  Record record = document_.record;
  add_host(record);
  for (const PlatformInfo& known_one : platforms())
    for (const Platform& platform : platforms_)
      if (platform.id == known_one.id) add_platform(platform, record);
  for (const Platform& platform : platforms_)
    if (!platform_info(platform.id)) add_platform(platform, record);
  for (const Platform& platform : platforms_) {
    const State state = state_named(platform.state);
    if (platform.id != "cpu" && state != State::unknown && state != State::not_applicable) record.is_determined = true;
  }
  for (const Finding& one : findings_)
    if (!one.is_folded) record.findings.push_back(one.finding);
  std::sort(record.findings.begin(), record.findings.end(),
            [](const NodeFinding& a, const NodeFinding& b) { return a.id < b.id; });
  add_places(record);
  return record;
}

}  // namespace rigfit
