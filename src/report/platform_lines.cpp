#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/os.hpp"
#include "report/answer.hpp"
#include "report/model_room.hpp"
#include "report/short_size.hpp"
#include "report/text/value_text.hpp"
#include "rules/kept_away.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

bool is_working(State state) { return state == State::ready || state == State::proven; }

bool is_here(const Platform& platform) {
  return !platform.devices.empty() || is_working(platform.state) || platform.state == State::blocked;
}

/// "RTX 4090" of "NVIDIA GeForce RTX 4090": the platform's name says whose it is.
std::string short_device_name(const Device& device) {
  std::string name = value_or_nothing(fact::device::name, device.facts);
  if (name.empty()) name = value_or_nothing(fact::device::chip, device.facts);
  for (const std::string_view maker : {"NVIDIA GeForce ", "NVIDIA ", "AMD Instinct ", "AMD "})
    if (name.starts_with(maker) && name.size() > maker.size()) return name.substr(maker.size());
  return name.empty() ? "unnamed device" : name;
}

/// "24 GiB", "2 MIG instances, a process uses one (40 GiB)", "48 of 64 GiB unified".
std::string memory_text(const Device& device) {
  const auto* total = device.facts.get(fact::device::memory_total_bytes);
  const auto* usable = device.facts.get(fact::device::memory_usable_bytes);
  if (const auto* count = device.facts.get(fact::device::mig_instances); count && *count > 0) {
    const std::string profiles = value_or_nothing(fact::device::mig_profiles, device.facts);
    const std::string one = usable             ? fmt::format(" ({})", short_size(*usable))
                            : profiles.empty() ? ""
                                               : fmt::format(" ({})", profiles);
    return *count == 1 ? "1 MIG instance" + one : fmt::format("{} MIG instances, a process uses one{}", *count, one);
  }
  const bool* integrated = device.facts.get(fact::device::integrated);
  if (integrated && *integrated && usable)
    return (total && *total > *usable ? part_of_size(*usable, *total) : short_size(*usable)) + " unified";
  return total ? short_size(*total) : usable ? short_size(*usable) : "";
}

/// "Cloud TPU v5e" names v5e, and "Apple M3 Max" apple_m3.
bool names_code(std::string_view name, std::string_view code) {
  const auto is_same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b || (a == ' ' && b == '_');
  };
  return std::search(name.begin(), name.end(), code.begin(), code.end(), is_same) != name.end();
}

/// "bf16 fp8 (sm_89)": the number types that models come in. fp16 goes without saying where there is bf16.
std::string code_text(const Device& device) {
  std::string types;
  if (const auto* list = device.facts.get(fact::device::dtypes)) {
    const auto has = [&](const char* type) { return std::find(list->begin(), list->end(), type) != list->end(); };
    for (const char* type : {"bf16", "fp16", "fp8", "fp4"})
      if (has(type) && (std::string_view(type) != "fp16" || !has("bf16"))) append_to_list(types, type, " ");
  }
  std::string code = value_or_nothing(fact::device::architecture, device.facts);
  if (names_code(short_device_name(device), code)) code.clear();
  if (code.empty() || types.empty()) return types.empty() ? code : types;
  return fmt::format("{} ({})", types, code);
}

/// Equal devices of equal state.
struct Group {
  const Device* device = nullptr;
  std::string name, details;
  State state = State::unknown;
  std::size_t count = 0;
  std::size_t kept_away = 0;  ///< of them: not this process's to use, while others of the platform are
};

std::vector<Group> groups_of(const Platform& platform) {
  std::vector<Group> groups;
  const bool all_kept = std::all_of(platform.devices.begin(), platform.devices.end(), is_kept_away);
  for (const Device& device : platform.devices) {
    Group one{&device, short_device_name(device), memory_text(device), device.state, 1};
    one.kept_away = !all_kept && is_kept_away(device);
    if (const std::string code = code_text(device); !code.empty()) append_to_list(one.details, code);
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.name == one.name && group.details == one.details && group.state == one.state;
    });
    if (same == groups.end())
      groups.push_back(std::move(one));
    else
      ++same->count, same->kept_away += one.kept_away;
  }
  return groups;
}

std::string group_text(const Group& group, const Platform& platform) {
  std::string text = group.count == 1 ? group.name : fmt::format("{}x {}", group.count, group.name);
  if (group.kept_away == group.count)
    text += " (not for this process)";
  else if (group.kept_away > 0)
    text += fmt::format(" ({} for this process)", group.count - group.kept_away);
  if (!group.details.empty()) text += (group.count == 1 ? ", " : ", each ") + group.details;
  if (group.state != platform.state && !(is_working(group.state) && is_working(platform.state)))
    text += fmt::format(": {}", spaced(name_of(group.state)));
  return text;
}

/// "driver 550.54 (CUDA 12.4)". Whatever the platform: the fact has one name on all of them.
std::string driver_text(const Platform& platform) {
  const Fact& driver = platform.facts.at(fact::cuda::driver_version);
  if (!driver.known()) return "";
  const std::string supported =
      platform.id == "cuda" ? value_or_nothing(fact::cuda::supported_version, platform.facts) : "";
  if (supported.empty()) return fmt::format("driver {}", to_text(driver));
  // NVIDIA's builds ask for a branch, which is the first number.
  const std::string version = to_text(driver);
  return fmt::format("driver {} (CUDA {})", version.substr(0, version.find('.')), supported);
}

std::string text_of(const Platform& platform, const std::vector<Group>& groups) {
  std::vector<std::string> words;
  for (const Group& group : groups) words.push_back(group_text(group, platform));
  std::string text = join(words, "; ");
  if (is_working(platform.state)) {
    if (const std::string driver = driver_text(platform); !driver.empty()) append_to_list(text, driver);
    return text.empty() ? platform.because : text;
  }
  if (platform.because.empty()) return text;
  return text.empty() ? platform.because : fmt::format("{}: {}", text, platform.because);
}

bool is_integrated(const Group& group) {
  const bool* integrated = group.device->facts.get(fact::device::integrated);
  return integrated && *integrated;
}

/// Of the kind with the most room; models are not spread over several devices here. What is kept from this process does
/// not count, nor does the processor's own GPU beside a card.
std::string room_of(const Platform& platform, const std::vector<Group>& groups) {
  const PlatformInfo* info = platform_info(platform.id);
  if (!info || !info->is_accelerator || !is_working(platform.state)) return "";
  const auto counts = [](const Group& group) { return is_working(group.state) && group.kept_away < group.count; };
  const bool has_card = std::any_of(groups.begin(), groups.end(),
                                    [&](const Group& group) { return counts(group) && !is_integrated(group); });
  std::optional<ModelRoom> most;
  std::size_t devices = 0;
  bool is_alike = true;
  for (const Group& group : groups) {
    if (!counts(group) || (has_card && is_integrated(group))) continue;
    const auto room = room_on(*group.device);
    if (devices > 0) is_alike = is_alike && room && most && room->in_4_bit == most->in_4_bit;
    devices += group.count - group.kept_away;
    if (room && (!most || room->in_4_bit > most->in_4_bit)) most = room;
  }
  if (!most) return "";
  return room_text(*most, devices == 1 ? RoomOn::one : is_alike ? RoomOn::each : RoomOn::largest);
}

ReportAnswer::PlatformLine line_of(const Platform& platform) {
  const std::vector<Group> groups = groups_of(platform);
  return {platform.id,
          platform_name(platform.id),
          platform.state,
          std::string(state_word(platform.state)),
          text_of(platform, groups),
          room_of(platform, groups)};
}

/// "ROCm, TPU and XPU; MPS is macOS only".
std::string absent_text(const std::vector<std::string>& absent, const std::vector<const Platform*>& impossible,
                        const HostFacts& host) {
  std::string text = join(absent);
  std::vector<std::string> others;
  bool is_mps = false;
  for (const Platform* platform : impossible)
    if (platform->id == "mps")
      is_mps = true;
    else
      others.push_back(platform_name(platform->id));
  if (is_mps) append_to_list(text, "MPS is macOS only", "; ");
  const std::string* family = host.get(fact::os::family);
  if (!others.empty())
    append_to_list(text, fmt::format("not on {}: {}", family ? system_name(*family) : "this system", join(others)),
                   "; ");
  return text;
}

/// What is not known of the others, with the reason where they share one.
ReportAnswer::PlatformLine unknown_line(const std::vector<const Platform*>& unknown) {
  std::vector<std::string> names;
  bool is_same = true;
  for (const Platform* platform : unknown) {
    names.push_back(platform_name(platform->id));
    is_same = is_same && platform->because == unknown.front()->because;
  }
  std::string text = join(names);
  if (is_same && !unknown.front()->because.empty()) text += ": " + unknown.front()->because;
  return {"", "unknown", State::unknown, "?", text, ""};
}

}  // namespace

std::string_view state_word(State state) {
  switch (state) {
    case State::ready:
      return "ok";
    case State::absent:
    case State::not_applicable:
      return "-";
    default:
      return name_of(state);
  }
}

std::vector<ReportAnswer::PlatformLine> platform_lines(const Facts& facts) {
  std::vector<ReportAnswer::PlatformLine> lines;
  std::vector<std::string> absent;
  std::vector<const Platform*> unknown, impossible;
  for (const Platform& platform : facts.platforms) {
    if (platform.id == "cpu") continue;
    if (is_here(platform))
      lines.push_back(line_of(platform));
    else if (platform.state == State::unknown)
      unknown.push_back(&platform);
    else if (platform.state == State::not_applicable)
      impossible.push_back(&platform);
    else
      absent.push_back(platform_name(platform.id));
  }
  if (!unknown.empty()) lines.push_back(unknown_line(unknown));
  if (const std::string text = absent_text(absent, impossible, facts.host); !text.empty())
    lines.push_back({"", "none", State::absent, "-", text, ""});
  return lines;
}

}  // namespace rigfit
