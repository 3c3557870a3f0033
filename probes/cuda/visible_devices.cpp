#include "probes/cuda/visible_devices.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view variable = "CUDA_VISIBLE_DEVICES";
const std::vector<std::string> source{"env:CUDA_VISIBLE_DEVICES"};

constexpr const char* numbered_by_speed = "without CUDA_DEVICE_ORDER=PCI_BUS_ID unlike devices are numbered by speed";

enum class Form { index, uuid, mig, word };

Form form_of(std::string_view entry) {
  if (whole_number(entry)) return Form::index;
  if (entry.starts_with("MIG-")) return Form::mig;
  if (entry.starts_with("GPU-")) return Form::uuid;
  return Form::word;
}

std::string form_name(const std::vector<std::string_view>& entries) {
  std::set<Form> forms;
  for (const std::string_view entry : entries) forms.insert(form_of(entry));
  if (forms.size() > 1) return "mixed";
  switch (*forms.begin()) {
    case Form::index:
      return "indices";
    case Form::uuid:
      return "uuids";
    case Form::mig:
      return "mig";
    default:
      return "words";
  }
}

/// What one entry means: the physical index of a device, or why it means none. Neither: nobody can tell from here.
struct Meaning {
  std::optional<std::size_t> device;
  std::string problem;
};

Meaning meaning_of(std::string_view entry, const std::vector<ListedGpu>& gpus, bool is_count_known, std::size_t count) {
  switch (form_of(entry)) {
    case Form::index: {
      const std::int64_t index = *whole_number(entry);
      if (index < 0) return {std::nullopt, "negative"};
      if (is_count_known && static_cast<std::uint64_t>(index) >= count) return {std::nullopt, "out_of_range"};
      return {static_cast<std::size_t>(index), ""};
    }
    case Form::uuid: {
      // The beginning of a UUID is enough where it is the only one that begins so.
      std::optional<std::size_t> found;
      bool all_known = is_count_known && gpus.size() == count;
      for (std::size_t n = 0; n < gpus.size(); ++n) {
        all_known = all_known && !gpus[n].uuid.empty();
        if (!gpus[n].uuid.starts_with(entry)) continue;
        if (found) return {std::nullopt, "ambiguous_uuid"};
        found = n;
      }
      return {found, found || !all_known ? "" : "unknown_uuid"};
    }
    case Form::mig: {
      const bool is_off = is_count_known && !gpus.empty() &&
                          std::all_of(gpus.begin(), gpus.end(), [](const ListedGpu& gpu) { return gpu.mig == false; });
      return {std::nullopt, is_off ? "mig_is_off" : ""};
    }
    default:
      return {std::nullopt, "not_a_device"};
  }
}

bool are_alike(const Platform& platform) {
  return std::all_of(platform.devices.begin(), platform.devices.end(), [&](const Device& device) {
    return device.facts.at("name").value && device.facts.at("name").value == platform.devices[0].facts.at("name").value;
  });
}

/// What each device is called by CUDA, in the order of the list.
void number_devices(const std::vector<std::size_t>& shown, bool is_order_known, Platform& platform) {
  for (std::size_t n = 0; n < platform.devices.size(); ++n) {
    FactTable& facts = platform.devices[n].facts;
    const auto at = std::find(shown.begin(), shown.end(), n);
    if (!is_order_known) {
      facts.set_if_unknown("cuda_index", Fact::unknown(numbered_by_speed, source));
      if (shown.size() < platform.devices.size()) facts.set("hidden", Fact::unknown(numbered_by_speed, source));
    } else if (at == shown.end()) {
      facts.set_if_unknown("cuda_index", Fact::of_none("hidden by CUDA_VISIBLE_DEVICES", source));
      facts.set("hidden", true, source);
    } else {
      facts.set_if_unknown("cuda_index", Fact::of(static_cast<std::int64_t>(at - shown.begin()), source));
    }
    if (!facts.has("hidden")) facts.set("hidden", false, source);
  }
}

void number_none(const std::string& because, Platform& platform) {
  for (Device& device : platform.devices) {
    device.facts.set_if_unknown("cuda_index", Fact::unknown(because, source));
    device.facts.set("hidden", Fact::unknown(because, source));
  }
}

}  // namespace

Requests visible_device_requests() { return {env(std::string(variable)), env("CUDA_DEVICE_ORDER")}; }

void read_visible_devices(const Evidence& evidence, const CudaInventory& inventory, Platform& platform) {
  FactTable& facts = platform.facts;
  const std::size_t count = platform.devices.size();
  const bool is_by_bus = trimmed(evidence.env("CUDA_DEVICE_ORDER").text) == "PCI_BUS_ID";
  const Answer& set = evidence.env(variable);
  if (!set.found() && !set.absent()) {
    for (const char* name : {"visible_devices", "hides_all"})
      facts.set(name, Fact::unknown("the environment was not recorded", source));
    return number_none("the environment was not recorded", platform);
  }
  std::vector<std::size_t> shown;
  if (set.absent()) {
    facts.set("visible_devices", Fact::of_none("CUDA_VISIBLE_DEVICES is not set", source));
    facts.set("visible_form", std::string("unset"), source);
    facts.set("visible_problem", Fact::of_none("CUDA_VISIBLE_DEVICES is not set", source));
    facts.set("hides_all", false, source);
    if (count > 0) facts.set("visible_expected", static_cast<std::int64_t>(count), source);
    for (std::size_t n = 0; n < count; ++n) shown.push_back(n);
    return number_devices(shown, is_by_bus || are_alike(platform), platform);
  }

  const std::string_view value = trimmed(set.text);
  facts.set("visible_devices", std::string(value), source);
  const auto entries = split(value, ',');
  facts.set("visible_form", value.empty() ? std::string("empty") : form_name(entries), source);
  std::string problem = value.empty() ? "empty" : "", culprit;
  bool is_count_known = count > 0 && (inventory.answered || inventory.gpus.size() == count), all_meant = true,
       by_index = false;
  std::size_t valid = 0;
  for (const std::string_view entry : value.empty() ? std::vector<std::string_view>{} : entries) {
    const Meaning meaning = meaning_of(entry, inventory.gpus, is_count_known, count);
    if (!meaning.problem.empty()) {
      problem = meaning.problem;
      culprit = entry;
      break;  // what follows is hidden too
    }
    ++valid;
    by_index = by_index || form_of(entry) == Form::index;
    if (!meaning.device) {
      all_meant = false;
      continue;
    }
    if (std::find(shown.begin(), shown.end(), *meaning.device) != shown.end()) {
      problem = "duplicate";
      culprit = entry;
      break;
    }
    shown.push_back(*meaning.device);
  }
  facts.set("visible_problem",
            problem.empty() ? Fact::of_none("every entry may be a device", source) : Fact::of(problem, source));
  if (!culprit.empty()) facts.set("visible_entry", culprit, source);
  // UUIDs are seldom recorded, so that a list of them is taken at its word where nothing contradicts it.
  const bool is_uuid_wrong = problem == "unknown_uuid" || problem == "ambiguous_uuid";
  facts.set("hides_all", valid == 0 && is_uuid_wrong ? Fact::unknown("no UUID that was recorded begins so", source)
                                                     : Fact::of(valid == 0, source));
  if (problem == "duplicate") {
    facts.set("visible_expected",
              Fact::unknown("what CUDA makes of an entry that is there twice is not documented", source));
    return number_none("an entry is there twice", platform);
  }
  if (!all_meant || (valid > 0 && !is_count_known)) {
    facts.set("visible_expected", Fact::unknown(all_meant ? "how many devices there are is not known"
                                                          : "which devices the UUIDs name is not known here",
                                                source));
    return number_none("which device is meant is not known here", platform);
  }
  facts.set("visible_expected", static_cast<std::int64_t>(valid), source);
  number_devices(shown, !by_index || is_by_bus || are_alike(platform), platform);
}

}  // namespace rigfit
