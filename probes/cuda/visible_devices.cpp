#include "probes/cuda/visible_devices.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
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
    return device.facts.at(fact::device::name).value &&
           device.facts.at(fact::device::name).value == platform.devices[0].facts.at(fact::device::name).value;
  });
}

/// What each device is called by CUDA, in the order of the list.
void number_devices(const std::vector<std::size_t>& shown, bool is_order_known, Platform& platform) {
  std::vector<std::optional<std::int64_t>> place(platform.devices.size());
  for (std::size_t n = 0; n < shown.size(); ++n)
    if (shown[n] < place.size()) place[shown[n]] = static_cast<std::int64_t>(n);
  for (std::size_t n = 0; n < platform.devices.size(); ++n) {
    DeviceFacts& facts = platform.devices[n].facts;
    if (!is_order_known) {
      facts.set_if_unknown(fact::device::cuda_index, Fact::unknown(numbered_by_speed, source));
      if (shown.size() < platform.devices.size())
        facts.set(fact::device::hidden, Fact::unknown(numbered_by_speed, source));
    } else if (!place[n]) {
      facts.set_if_unknown(fact::device::cuda_index, Fact::of_none("hidden by CUDA_VISIBLE_DEVICES", source));
      facts.set(fact::device::hidden, true, source);
    } else {
      facts.set_if_unknown(fact::device::cuda_index, Fact::of(*place[n], source));
    }
    if (!facts.has(fact::device::hidden)) facts.set(fact::device::hidden, false, source);
  }
}

void number_none(const std::string& because, Platform& platform) {
  for (Device& device : platform.devices) {
    device.facts.set_if_unknown(fact::device::cuda_index, Fact::unknown(because, source));
    device.facts.set(fact::device::hidden, Fact::unknown(because, source));
  }
}

/// What the entries of the variable leave to CUDA.
struct Shown {
  std::vector<std::size_t> devices;
  std::size_t valid = 0;  ///< entries up to the first bad one, which hides what follows
  bool all_meant = true;  ///< which device each of them means is known
  bool by_index = false;
  std::string problem, culprit;  ///< what is wrong with the first bad entry, and that entry
};

Shown read_entries(const std::vector<std::string_view>& entries, const std::vector<ListedGpu>& gpus,
                   bool is_count_known, std::size_t count) {
  Shown shown;
  if (entries.empty()) shown.problem = "empty";
  std::set<std::size_t> meant;  // where nobody knows how many devices there are, the list may be as long as it likes
  for (const std::string_view entry : entries) {
    const Meaning meaning = meaning_of(entry, gpus, is_count_known, count);
    shown.problem = meaning.problem;
    shown.culprit = entry;
    if (!meaning.problem.empty()) return shown;
    ++shown.valid;
    shown.by_index = shown.by_index || form_of(entry) == Form::index;
    shown.all_meant = shown.all_meant && meaning.device;
    if (!meaning.device) continue;
    if (!meant.insert(*meaning.device).second) {
      shown.problem = "duplicate";
      return shown;
    }
    shown.devices.push_back(*meaning.device);
  }
  shown.culprit.clear();
  return shown;
}

void set_problem(const Shown& shown, PlatformFacts& facts) {
  facts.set(fact::cuda::visible_problem, shown.problem.empty() ? Fact::of_none("every entry may be a device", source)
                                                               : Fact::of(shown.problem, source));
  if (!shown.culprit.empty()) facts.set(fact::cuda::visible_entry, shown.culprit, source);
  // UUIDs are seldom recorded, so that a list of them is taken at its word where nothing contradicts it.
  const bool is_uuid_wrong = shown.problem == "unknown_uuid" || shown.problem == "ambiguous_uuid";
  facts.set(fact::cuda::hides_all, shown.valid == 0 && is_uuid_wrong
                                       ? Fact::unknown("no UUID that was recorded begins so", source)
                                       : Fact::of(shown.valid == 0, source));
}

/// The variable is not set: CUDA shows all.
void set_unset(std::size_t count, PlatformFacts& facts) {
  facts.set(fact::cuda::visible_devices, Fact::of_none("CUDA_VISIBLE_DEVICES is not set", source));
  facts.set(fact::cuda::visible_form, std::string("unset"), source);
  facts.set(fact::cuda::visible_problem, Fact::of_none("CUDA_VISIBLE_DEVICES is not set", source));
  facts.set(fact::cuda::hides_all, false, source);
  if (count > 0) facts.set(fact::cuda::visible_expected, static_cast<std::int64_t>(count), source);
}

}  // namespace

Requests visible_device_requests() { return {env(std::string(variable)), env("CUDA_DEVICE_ORDER")}; }

void read_visible_devices(const Evidence& evidence, const CudaInventory& inventory, Platform& platform) {
  PlatformFacts& facts = platform.facts;
  const std::size_t count = platform.devices.size();
  const bool is_by_bus = trimmed(evidence.env("CUDA_DEVICE_ORDER").text) == "PCI_BUS_ID";
  const Answer& set = evidence.env(variable);
  if (!set.found() && !set.absent()) {
    for (const AnyPlatformFact name :
         std::initializer_list<AnyPlatformFact>{fact::cuda::visible_devices, fact::cuda::hides_all})
      facts.set_none(name, Fact::unknown("the environment was not recorded", source));
    return number_none("the environment was not recorded", platform);
  }
  if (set.absent()) {
    set_unset(count, facts);
    std::vector<std::size_t> shown(count);
    std::iota(shown.begin(), shown.end(), std::size_t{0});
    return number_devices(shown, is_by_bus || are_alike(platform), platform);
  }
  const std::string_view value = trimmed(set.text);
  facts.set(fact::cuda::visible_devices, std::string(value), source);
  const auto entries = value.empty() ? std::vector<std::string_view>{} : split(value, ',');
  facts.set(fact::cuda::visible_form, value.empty() ? std::string("empty") : form_name(entries), source);
  const bool is_count_known = count > 0 && (inventory.answered || inventory.gpus.size() == count);
  const Shown shown = read_entries(entries, inventory.gpus, is_count_known, count);
  set_problem(shown, facts);
  if (shown.problem == "duplicate") {
    facts.set(fact::cuda::visible_expected,
              Fact::unknown("what CUDA makes of an entry that is there twice is not documented", source));
    return number_none("an entry is there twice", platform);
  }
  if (!shown.all_meant || (shown.valid > 0 && !is_count_known)) {
    facts.set(fact::cuda::visible_expected,
              Fact::unknown(shown.all_meant ? "how many devices there are is not known"
                                            : "which devices the UUIDs name is not known here",
                            source));
    return number_none("which device is meant is not known here", platform);
  }
  facts.set(fact::cuda::visible_expected, static_cast<std::int64_t>(shown.valid), source);
  number_devices(shown.devices, !shown.by_index || is_by_bus || are_alike(platform), platform);
}

}  // namespace rigfit
