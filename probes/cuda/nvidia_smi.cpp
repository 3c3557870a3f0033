#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "fact_names/device.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/cuda/vgpu.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {

std::string sysfs_address(std::string_view bus_id) {
  std::string address = lower(trimmed(bus_id));
  // The driver writes the domain with eight digits, sysfs with as many as it needs, at least four.
  std::size_t domain = address.find(':');
  if (domain == address.rfind(':')) return address;
  // Drivers of 2011 wrote "0:1:0", without zeros or a function.
  if (const auto parts = split(address, ':'); parts.size() == 3 && !contains(address, ".")) {
    const auto first = whole_number(parts[0], 16), bus = whole_number(parts[1], 16), slot = whole_number(parts[2], 16);
    if (!first || !bus || !slot || *first < 0 || *bus < 0 || *slot < 0) return address;
    return fmt::format("{:04x}:{:02x}:{:02x}.0", *first, *bus, *slot);
  }
  for (; domain > 4 && address.front() == '0'; --domain) address.erase(0, 1);
  return address;
}

bool is_pci_address(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 3 || parts[2].size() != 4 || parts[2][2] != '.') return false;
  return whole_number(parts[0], 16) && whole_number(parts[1], 16) && whole_number(parts[2].substr(0, 2), 16) &&
         whole_number(parts[2].substr(3), 16);
}

std::string failure_in(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> prose{{
      {"couldn't communicate with the nvidia driver", "driver_not_loaded"},
      {"couldn't communicate with nvidia driver", "driver_not_loaded"},
      {"driver not loaded", "driver_not_loaded"},
      {"driver/library version mismatch", "library_mismatch"},
      {"couldn't find libnvidia-ml.so", "library_missing"},
      {"libnvidia-ml.so.1: cannot open shared object file", "library_missing"},
      {"insufficient permissions", "permission_denied"},
      {"gpu access blocked by the operating system", "blocked_by_os"},
      {"gpu is lost", "gpu_lost"},
      {"unable to determine the device handle", "device_handle"},
      {"no devices were found", "no_devices"},
      {"failed to initialize nvml: unknown error", "unknown_error"},
      {"failed to initialize nvml", "init_failed"},
      {"nvidia-smi has failed", "init_failed"},
      {"inforom is corrupted", "inforom_corrupted"},
  }};
  const std::string words = lower(text);  // releases do not agree on capitals
  for (const auto& [sign, failure] : prose)
    if (contains(words, sign)) return std::string(failure);
  return "";
}

namespace {

/// "NVIDIA H100 80GB HBM3 (UUID: GPU-…)"
std::string uuid_in(std::string_view text) {
  const std::size_t open = text.find("(UUID: "), close = text.find(')', open);
  return open == text.npos || close == text.npos ? "" : std::string(text.substr(open + 7, close - open - 7));
}

std::string value_or_nothing(std::string_view value) { return says_nothing(value) ? "" : std::string(trimmed(value)); }

std::optional<bool> enabled(std::string_view value) {
  value = trimmed(value);
  if (value.ends_with('*')) value.remove_suffix(1);  // a change is pending
  if (value == "Enabled" || value == "On") return true;
  if (value == "Disabled" || value == "Off") return false;
  return std::nullopt;
}

std::string first_word(std::string_view value) {
  const auto words = words_of(value);
  return words.empty() || says_nothing(words[0]) ? "" : std::string(words[0]);
}

/// "0x1EB810DE", "1EB810DE", in 2010 "a2010de": device and vendor → "1eb8"
std::string pci_device_of(std::string_view id) {
  constexpr std::int64_t nvidia = 0x10de;
  const auto number = whole_number(id, 16);
  if (!number || *number < 0 || *number >> 32 || (*number & 0xffff) != nvidia) return "";
  return fmt::format("{:04x}", *number >> 16);
}

/// Where the key of a line ends: at a colon between white space, or at the end of the line.
std::size_t separator_in(std::string_view line) {
  for (std::size_t at = line.find(':'); at != line.npos; at = line.find(':', at + 1))
    if (at > 0 && (line[at - 1] == ' ' || line[at - 1] == '\t') &&
        (at + 1 == line.size() || line[at + 1] == ' ' || line[at + 1] == '\t'))
      return at;
  return line.npos;
}

/// "GPU 00000000:0C:00.0", which heads a device; of drivers of 2010 "GPU 0:", whose number is no address.
bool heads_gpu(std::string_view head) {
  if (!head.starts_with("GPU ")) return false;
  return split(head, ':').size() == 3 || (head.ends_with(':') && whole_number(head.substr(4, head.size() - 5)));
}

bool looks_like_version(std::string_view text) { return !text.empty() && text[0] >= '0' && text[0] <= '9'; }

/// Some releases print the new name, some the old, some both with a remark: any that is a version serves.
void take_version(std::string& into, std::string_view value) {
  const std::string word = first_word(value);
  if (into.empty() && looks_like_version(word)) into = word;
}

void take_versions(CudaInventory& inventory, std::string_view key, std::string_view value) {
  const std::string name = lower(key);
  if (name == "driver version" || name == "kmd version") take_version(inventory.driver_version, value);
  if (name == "cuda version" || name == "cuda umd version") take_version(inventory.supported_version, value);
}

}  // namespace

// Driver Version                                         : 580.82.07
// GPU 00000000:0C:00.0
//     Product Name                                       : NVIDIA GeForce RTX 2080 SUPER
//     MIG Mode
//         Current                                        : N/A
//     FB Memory Usage
//         Total                                          : 8192 MiB
CudaInventory parse_nvidia_smi_query(std::string_view text) {
  CudaInventory inventory;
  std::string_view section, subsection;  // of the lines without a value above
  std::size_t section_indent = 0;
  for (const std::string_view line : lines_of(text)) {
    const std::size_t indent = line.find_first_not_of(" \t");
    if (indent == line.npos) continue;
    if (const std::string_view head = trimmed(line); heads_gpu(head)) {
      inventory.gpus.emplace_back();
      if (!head.ends_with(':')) inventory.gpus.back().pci_address = sysfs_address(head.substr(4));
      section = {};
      continue;
    }
    const std::size_t separator = separator_in(line);
    if (separator == line.npos) {
      if (section.empty() || indent <= section_indent)
        section = trimmed(line), section_indent = indent, subsection = {};
      else
        subsection = trimmed(line);
      continue;
    }
    const std::string_view key = trimmed(line.substr(0, separator)), value = trimmed(line.substr(separator + 1));
    if (indent <= section_indent) section = subsection = {};
    if (inventory.gpus.empty()) {
      take_versions(inventory, key, value);
      if (key == "Attached GPUs")
        inventory.attached = whole_number(value), inventory.answered = inventory.attached.has_value();
      continue;
    }
    ListedGpu& gpu = inventory.gpus.back();
    if (section.empty()) {
      if (key == "Product Name") gpu.name = value_or_nothing(value);
      if (key == "Product Architecture") gpu.architecture = value_or_nothing(value);
      if (key == "PCI Device/Vendor ID") gpu.pci_device = pci_device_of(value);
      if (key == "PCI Location ID") gpu.pci_address = sysfs_address(value);
      if (key == "GPU UUID") gpu.uuid = value_or_nothing(value);
      if (key == "Compute Mode") gpu.compute_mode = value_or_nothing(value);
      // The number of its device node, which is not its place in the list.
      if (const auto minor = whole_number(value); minor && key == "Minor Number")
        gpu.more.set(fact::device::minor, *minor, {});
    }
    if (section == "MIG Mode" && key == "Current") gpu.mig = enabled(value);
    if (section == "Driver Model" && key == "Current") gpu.driver_model = value_or_nothing(value);
    if ((section == "ECC Mode" || section == "Ecc Mode") && key == "Current") gpu.ecc = enabled(value);
    if ((section == "FB Memory Usage" || section == "Memory Usage") && subsection.empty() && key == "Total")
      gpu.memory_bytes = size_bytes(value);
    if (section == "GPU Virtualization Mode" && key == "Virtualization Mode") take_virtualization(gpu, value);
    if (section == "vGPU Software Licensed Product" || section == "GRID Licensed Product") {
      if (key == "Product Name") take_license(gpu, value, "");
      if (key == "License Status") take_license(gpu, "", value);
    }
    if (section == "PCI" && (key == "Device Id" || key == "Device ID")) gpu.pci_device = pci_device_of(value);
    if (section == "MIG Device" && key == "Index") gpu.instances.emplace_back();
    if (section == "MIG Device" && subsection == "FB Memory Usage" && key == "Total" && !gpu.instances.empty())
      gpu.instances.back().memory_bytes = size_bytes(value);
  }
  inventory.answered = inventory.answered || !inventory.gpus.empty();
  return inventory;
}

namespace {

using Cells = std::vector<std::string_view>;

// "| NVIDIA-SMI 610.57.04   KMD Version: 610.57.04   CUDA UMD Version: 13.3 |": names may change, the order has not.
void take_table_head(std::string_view line, CudaInventory& inventory) {
  const auto words = words_of(line);
  for (std::size_t n = 1; n + 1 < words.size(); ++n) {
    if (words[n] != "Version:") continue;
    const bool is_cuda = words[n - 1] == "CUDA" || (n > 1 && words[n - 2] == "CUDA");
    take_version(is_cuda ? inventory.supported_version : inventory.driver_version, words[n + 1]);
    inventory.has_version_error = inventory.has_version_error || (is_cuda && words[n + 1] == "ERR!");
  }
  inventory.answered = true;
}

// |  0    1   0   0  |     11MiB / 20096MiB | …      GPU, GPU instance, compute instance, MIG device
void take_table_instance(const Cells& cells, CudaInventory& inventory) {
  const auto left = words_of(cells[1]);
  const std::size_t slash = cells[2].find('/');
  if (left.size() != 4 || slash == std::string_view::npos) return;
  const auto owner = std::find_if(inventory.gpus.begin(), inventory.gpus.end(), [&](const ListedGpu& gpu) {
    return gpu.index && gpu.index == whole_number(left[0]);
  });
  if (owner != inventory.gpus.end()) owner->instances.push_back({"", size_bytes(cells[2].substr(slash + 1))});
}

/// The first row of a GPU; nothing where it is another row.
std::optional<ListedGpu> table_gpu(const Cells& cells, bool may_lack_bus) {
  const auto left = words_of(cells[1]), middle = words_of(cells[2]);
  // "0." in the oldest.
  const auto number = left.empty() ? std::nullopt : whole_number(left[0].substr(0, left[0].find('.')));
  // A GPU that is part of the chip, as in a Jetson, has no bus id: "N/A".
  const bool has_bus = !middle.empty() && split(middle[0], ':').size() == 3;
  if (left.size() < 2 || !number || !(has_bus || (may_lack_bus && !middle.empty() && middle[0] == "N/A")))
    return std::nullopt;
  ListedGpu gpu;
  gpu.index = number;
  if (has_bus) gpu.pci_address = sysfs_address(middle[0]);
  std::string_view name = trimmed(cells[1].substr(cells[1].find(left[0]) + left[0].size()));
  for (const char* ending : {" On", " Off", " N/A", " WDDM", " TCC", " MCDM"})
    if (name.ends_with(ending)) {
      if (std::string_view(ending).ends_with("M") || std::string_view(ending) == " TCC")
        gpu.driver_model = trimmed(ending);
      name = trimmed(name.substr(0, name.size() - std::string_view(ending).size()));
      break;
    }
  // "ERR!" stands in any column of a sick GPU; an older table cuts long names with "...".
  gpu.name = value_or_nothing(name);
  if (contains(name, "ERR!")) gpu.name.clear(), gpu.error = "ERR!";
  return gpu;
}

}  // namespace

// |   0  NVIDIA H100 80GB HBM3          On  |   00000000:00:09.0 Off |                   On |
// | N/A   42C    P0             98W /  700W |      59MiB /  81559MiB |     N/A      Default |
// |                                         |                        |              Enabled |
CudaInventory parse_nvidia_smi_table(std::string_view text) {
  CudaInventory inventory;
  int row = 0;  // of the last GPU; 0: between two
  bool in_instances = false;
  for (const std::string_view line : lines_of(text)) {
    if (contains(line, "Version:")) {
      take_table_head(line, inventory);
      continue;
    }
    if (contains(line, "MIG devices:")) in_instances = true;
    if (contains(lower(line), "processes:")) break;
    const Cells cells = split(line, '|');
    if (cells.size() < 4) {
      if (trimmed(line).starts_with('+')) row = 0;
      continue;
    }
    if (in_instances) {
      take_table_instance(cells, inventory);
      continue;
    }
    if (auto gpu = table_gpu(cells, row == 0)) {
      inventory.gpus.push_back(std::move(*gpu));
      row = 1;
      continue;
    }
    if (row == 0) continue;
    ++row;
    ListedGpu& last = inventory.gpus.back();
    if (const std::size_t slash = cells[2].find('/'); row == 2 && slash != std::string_view::npos)
      last.memory_bytes = size_bytes(cells[2].substr(slash + 1));
    if (row == 3) last.mig = enabled(cells[3]);
    if (contains(line, "GPU is lost"))
      last.error = "GPU is lost";
    else if (contains(line, "ERR!") && last.error.empty())
      last.error = "ERR!";
  }
  return inventory;
}

namespace {

/// "GPU 0: …" → 0; nothing for "GPU 00000000:0C:00.0", which heads a device of another form.
std::optional<std::int64_t> listed_index(std::string_view line) {
  const auto pair = key_value(line);
  return pair && pair->first.starts_with("GPU ") && pair->first.size() < 8 ? whole_number(pair->first.substr(4))
                                                                           : std::nullopt;
}

/// The driver's words for a GPU that it has a number and an address for, and no way to it.
constexpr std::string_view cannot_reach = "Unable to determine the device handle";

/// "memory.total [MiB]"
bool is_field_name(std::string_view cell) {
  const std::string_view name = cell.substr(0, cell.find(" ["));
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' &&  // "dramEncryption.mode.current" has a capital
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzE0123456789_.") == name.npos;
}

/// Whether it begins with the names of columns, two at least.
bool has_header(std::string_view text) {
  const auto cells = split(text.substr(0, text.find('\n')), ',');
  return cells.size() > 1 && std::all_of(cells.begin(), cells.end(), is_field_name);
}

bool lists_gpus(std::string_view text) {
  const auto lines = lines_of(text);
  return std::any_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return listed_index(trimmed(line)).has_value(); });
}

}  // namespace

// GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-…)
//   MIG 1g.10gb     Device  0: (UUID: MIG-…)
CudaInventory parse_nvidia_smi_list(std::string_view text) {
  CudaInventory inventory;
  for (const std::string_view row : lines_of(text)) {
    const std::string_view line = trimmed(row);
    if (listed_index(line)) {
      const std::string_view reported = key_value(line)->second;
      inventory.gpus.emplace_back();
      inventory.gpus.back().index = listed_index(line);
      // Before the UUID, or long ago the serial number: "(S/N: …)".
      inventory.gpus.back().name =
          value_or_nothing(reported.substr(0, std::min(reported.find(" (UUID"), reported.find(" (S/N"))));
      inventory.gpus.back().uuid = uuid_in(reported);
      if (const std::string failure = failure_in(reported); !failure.empty())
        inventory.gpus.back().name.clear(), inventory.gpus.back().error = reported;
      if (const auto lost = unreachable_gpus(reported); !lost.empty())
        inventory.gpus.back().pci_address = lost.front().pci_address, inventory.gpus.back().error = lost.front().error;
    } else if (const auto words = words_of(line); !inventory.gpus.empty() && words.size() > 1 && words[0] == "MIG") {
      inventory.gpus.back().mig = true;
      inventory.gpus.back().instances.push_back({std::string(words[1]), std::nullopt});
    }
  }
  inventory.answered = !inventory.gpus.empty();
  return inventory;
}

// index, name, pci.bus_id, driver_version, memory.total [MiB], compute_cap, mig.mode.current
// 0, NVIDIA H100 80GB HBM3, 00000000:00:09.0, 590.48.01, 81559 MiB, 9.0, Enabled
CudaInventory parse_nvidia_smi_csv(std::string_view text, std::string_view fields) {
  CudaInventory inventory;
  auto columns = split(fields, ',');
  bool first = true;
  for (const std::string_view line : lines_of(text)) {
    if (trimmed(line).empty()) continue;
    auto cells = split(line, ',');
    // The header names the fields, with units in brackets, by their own names where an alias was asked for.
    if (first && std::all_of(cells.begin(), cells.end(), is_field_name)) {
      columns = cells;
      first = false;
      continue;
    }
    first = false;
    if (cells.size() != columns.size()) continue;  // cut in the middle, or prose
    ListedGpu gpu;
    for (std::size_t n = 0; n < columns.size(); ++n) {
      const std::string_view name = columns[n].substr(0, columns[n].find(" [")), value = cells[n];
      if (name == "index") gpu.index = whole_number(value);
      if (name == "name" || name == "gpu_name") gpu.name = value_or_nothing(value);
      if (name == "pci.bus_id" || name == "gpu_bus_id") gpu.pci_address = sysfs_address(value_or_nothing(value));
      if (name == "pci.device_id") gpu.pci_device = pci_device_of(value);
      if (name == "driver_version" || name == "kmd_version") take_version(inventory.driver_version, value);
      if (name == "memory.total")
        gpu.memory_bytes = size_bytes(whole_number(value) ? std::string(value) + " MiB" : std::string(value));
      if (name == "compute_cap") gpu.compute_capability = value_or_nothing(value);
      if (name == "mig.mode.current") gpu.mig = enabled(value);
      if (name == "ecc.mode.current") gpu.ecc = enabled(value);
      if (name == "uuid" || name == "gpu_uuid") gpu.uuid = value_or_nothing(value);
      if (name == "driver_model.current") gpu.driver_model = value_or_nothing(value);
      if (name == "compute_mode") gpu.compute_mode = value_or_nothing(value);
      if (contains(value, "GPU is lost")) gpu.error = "GPU is lost";
    }
    inventory.gpus.push_back(std::move(gpu));
  }
  inventory.answered = !inventory.gpus.empty();
  return inventory;
}

// DRIVER version      : Deprecated, see "KMD version" instead
// KMD version         : 610.57.04
CudaInventory parse_nvidia_smi_version(std::string_view text) {
  CudaInventory inventory;
  for (const std::string_view line : lines_of(text))
    if (const auto pair = key_value(line)) take_versions(inventory, pair->first, pair->second);
  return inventory;
}

// Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost. Reboot the system to recover this GPU
// Unable to determine the device handle for GPU0000:07:00.0: Unknown Error
// Unable to determine the device handle for GPU1: 0000:0B:00.0: Unknown Error
std::vector<ListedGpu> unreachable_gpus(std::string_view text) {
  std::vector<ListedGpu> gpus;
  constexpr std::string_view mark = "unable to determine the device handle for gpu";
  for (const std::string_view line : lines_of(text)) {
    const std::size_t at = lower(line).find(mark);
    if (at == std::string::npos) continue;
    std::string_view rest = line.substr(at + mark.size());
    // An address holds two colons and a dot: "0000:02:00.0:".
    const std::size_t dot = rest.find('.');
    const std::size_t device = rest.rfind(':', dot), bus = device ? rest.rfind(':', device - 1) : rest.npos;
    if (dot == rest.npos || device == rest.npos || bus == rest.npos || dot + 1 >= rest.size()) continue;
    std::size_t domain = bus;
    while (domain > 0 && std::isxdigit(static_cast<unsigned char>(rest[domain - 1]))) --domain;
    const std::string_view address = rest.substr(domain, dot + 2 - domain);
    if (!is_pci_address(address)) continue;
    ListedGpu& gpu = gpus.emplace_back();
    gpu.pci_address = sysfs_address(address);
    gpu.error = contains(lower(rest), "gpu is lost") ? "GPU is lost" : std::string(cannot_reach);
  }
  return gpus;
}

CudaInventory parse_nvidia_smi(std::string_view command_line, std::string_view text) {
  CudaInventory inventory;
  const std::size_t query = command_line.find("--query-gpu=");
  if (contains(text, "<nvidia_smi_log"))
    inventory = parse_nvidia_smi_xml(text);
  else if (contains(text, "NVSMI LOG") || (contains(command_line, " -q") && !contains(command_line, " -x")))
    inventory = parse_nvidia_smi_query(text);
  else if (query != command_line.npos)
    inventory = parse_nvidia_smi_csv(text, command_line.substr(query + 12, command_line.find(' ', query) - query - 12));
  else if (contains(text, "| NVIDIA-SMI"))
    inventory = parse_nvidia_smi_table(text);
  else if (contains(text, "NVML version") || contains(text, "NVIDIA-SMI version"))
    inventory = parse_nvidia_smi_version(text);
  else if (lists_gpus(text))
    inventory = parse_nvidia_smi_list(text);
  else if (has_header(text))
    inventory = parse_nvidia_smi_csv(text, "");
  for (ListedGpu& gpu : unreachable_gpus(text))
    if (std::none_of(inventory.gpus.begin(), inventory.gpus.end(),
                     [&](const ListedGpu& one) { return one.pci_address == gpu.pci_address; }))
      inventory.gpus.push_back(std::move(gpu));
  inventory.failure = inventory.answered && !inventory.gpus.empty() ? "" : failure_in(text);
  if (!inventory.failure.empty()) {
    const auto lines = lines_of(text);
    const auto failed =
        std::find_if(lines.begin(), lines.end(), [](std::string_view line) { return !failure_in(line).empty(); });
    // Others' warnings may stand before it, and prose may be broken in two.
    inventory.failure_text = trimmed((failed == lines.end() ? lines.front() : *failed).substr(0, 300));
    inventory.answered = inventory.failure == "no_devices";
  }
  return inventory;
}

}  // namespace rigfit
