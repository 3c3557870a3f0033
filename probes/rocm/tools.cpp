#include "probes/rocm/tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "probes/parse/text.hpp"
#include "probes/pci/address.hpp"
#include "probes/rocm/gfx.hpp"

namespace rigfit {
std::string printed_value(std::string_view value) {
  value = trimmed(value);
  while (value.ends_with('\\')) value = trimmed(value.substr(0, value.size() - 1));
  return says_nothing(value) ? "" : std::string(value);
}

std::string printed_id(std::string_view value) {
  const std::string id = lower(printed_value(value));
  return id.starts_with("0x") ? id.substr(2) : id;
}

void take_card_series(AmdGpu& gpu, std::string_view value) {
  const std::string series = printed_value(value);
  if (!series.starts_with("0x"))
    gpu.name = series;
  else if (gpu.device_id.empty())
    gpu.device_id = printed_id(series);
}

void take_card_model(AmdGpu& gpu, std::string_view value) {
  if (value = trimmed(value); value.starts_with("0x")) gpu.model_id = printed_id(value);
}

namespace {

/// Without the colours that rocminfo prints even into a pipe: ESC [ … m
std::string uncoloured(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const std::size_t escape = std::min(text.find("\x1b["), text.size());
    plain += text.substr(0, escape);
    text.remove_prefix(escape);
    const std::size_t end = text.find_first_not_of("0123456789;", 2);
    if (!text.empty())
      text.remove_prefix(end < text.size() && text[end] == 'm' ? end + 1 : std::min<std::size_t>(2, text.size()));
  }
  return plain;
}

void take_failure(std::string_view text, RocmTool& tool) {
  std::string_view outsider, unsupported;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("ROCk module") && contains(line, "is loaded")) tool.module_loaded = true;
    if (contains(line, "ROCk module is NOT loaded") || contains(line, "Driver not initialized (amdgpu not found") ||
        contains(line, "Drivers not loaded (amdgpu"))
      tool.module_loaded = false, tool.failure = "module_not_loaded", tool.message = line;
    if (contains(line, "ROCk module is NOT live"))
      tool.module_loaded = false, tool.failure = "module_not_live", tool.message = line;
    if (contains(line, "Able to open /dev/kfd")) tool.kfd_opened = true;
    if (contains(line, "WSL environment detected")) tool.wsl = true;
    // "… is not member of "render" group", after the user's name; in itself it stops nobody
    if (const std::size_t at = line.find("is not member of \""); at != line.npos) outsider = line.substr(at);
    // Call returned HSA_STATUS_ERROR_OUT_OF_RESOURCES: The runtime failed to allocate …
    if (line.starts_with("hsa api call failure") && tool.failure.empty())
      tool.failure = "runtime_failed", tool.message = "hsa api call failure";
    // WSL's runtime says it before the call fails, and it tells more than that.
    if (line.starts_with("ROCR: unsupported GPU")) unsupported = line;
    if (constexpr std::string_view returned = "Call returned ";
        line.starts_with(returned) && tool.failure == "runtime_failed")
      tool.message = line.substr(returned.size());
    if (contains(line, "Unable to open /dev/kfd")) {
      tool.failure = contains(line, "Permission denied") ? "permission_denied"
                     : contains(line, "No such file")    ? "kfd_missing"
                                                         : "open_failed";
      tool.message = line;
    }
  }
  if (tool.failure == "runtime_failed" && !unsupported.empty()) tool.message = unsupported;
  if (tool.failure == "runtime_failed" && !outsider.empty())
    tool.failure = "permission_denied", tool.message = "the user " + std::string(outsider);
}

}  // namespace

// *******
// Agent 2
// *******
//   Name:                    gfx942
//   Marketing Name:          AMD Instinct MI300X
//   Device Type:             GPU
//   Compute Unit:            304
//   Pool Info:
//     Pool 1
//       Segment:                 GLOBAL; FLAGS: COARSE GRAINED
//       Size:                    134201344(0x7ffc000) KB
RocmTool parse_rocminfo(std::string_view coloured) {
  RocmTool tool;
  const std::string text = uncoloured(coloured);
  take_failure(text, tool);
  struct Agent {
    AmdGpu gpu;
    bool is_gpu = false;
  };
  std::vector<Agent> agents;
  bool in_isa = false;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view content = trimmed(line);
    if (content.starts_with("Agent ") && whole_number(content.substr(6))) {
      agents.emplace_back();
      in_isa = false;
      continue;
    }
    const auto pair = key_value(content);
    if (!pair) continue;
    const auto& [key, value] = *pair;
    if (key == "Runtime Version") tool.runtime_version = printed_value(value);
    if (agents.empty()) continue;
    AmdGpu& gpu = agents.back().gpu;
    if (key == "ISA Info") in_isa = true;
    if (key == "Name" && !in_isa && gpu.gfx.empty() && printed_value(value).starts_with("gfx"))
      gpu.gfx = printed_value(value);
    if (key == "Marketing Name") gpu.name = printed_value(value);
    if (key == "Device Type") agents.back().is_gpu = printed_value(value) == "GPU";
    if (key == "Compute Unit") gpu.compute_units = leading_number(value);
    if (key == "Node") gpu.node = leading_number(value);
    if (key == "Chip ID") {
      const auto id = leading_number(value);
      if (id && *id > 0) gpu.device_id = fmt::format("{:04x}", *id);
    }
    if (key == "Size" && contains(value, "KB") && !gpu.memory_bytes)
      if (const auto kib = leading_number(value)) gpu.memory_bytes = *kib * 1024;
  }
  for (Agent& agent : agents)
    if (agent.is_gpu) tool.gpus.push_back(std::move(agent.gpu));
  return tool;
}

namespace {

/// Whether this line of `rocm-smi --showmeminfo` or -a tells a size; it is taken then.
bool take_memory(std::string_view name, std::string_view value, AmdGpu& gpu) {
  if (name == "vram total memory (b)") gpu.memory_bytes = whole_number(value);
  if (name == "vis_vram total memory (b)") gpu.visible_bytes = whole_number(value);
  if (name == "gtt total memory (b)") gpu.gtt_bytes = whole_number(value);
  return name.ends_with("total memory (b)");
}

}  // namespace

// GPU[0]          : Card series:          AMD Instinct MI300X OAM        (-a, --showproductname)
// 0       [0x74a1 : 0x00]       41.0°C      121.0W    NPS1, SPX …         (no arguments, ROCm 6)
//         AMD Instinct MI300X
// 0    37.0c           38.0W   300Mhz …                                   (no arguments, older)
RocmTool parse_rocm_smi_text(std::string_view text) {
  RocmTool tool;
  take_failure(text, tool);
  std::map<std::int64_t, AmdGpu> gpus;
  AmdGpu* last = nullptr;
  bool table = false;
  std::size_t margin = 0;  // of a listing that was indented as a whole
  for (const std::string_view line : lines_of(text)) {
    if (const std::string_view row = trimmed(line); row.starts_with("GPU[")) {
      const auto index = whole_number(row.substr(4, row.find(']') - 4));
      const auto first = key_value(row.substr(std::min(row.find(']') + 1, row.size())));
      const auto pair = first ? key_value(first->second) : std::nullopt;
      if (!index || !pair) continue;
      const std::string key = lower(pair->first);
      AmdGpu& gpu = gpus[*index];
      if (take_memory(key, pair->second, gpu)) continue;
      if (key == "device id" || key == "gpu id") gpu.device_id = printed_id(pair->second);
      if (key == "card model") take_card_model(gpu, pair->second);
      if (key == "card series") take_card_series(gpu, pair->second);
      if (key == "device name" && gpu.name.empty()) gpu.name = printed_value(pair->second);
      if (key == "pci bus") gpu.address = pci_address(printed_value(pair->second));
      if (key == "gfx version") gpu.gfx = gfx_of_tool(printed_value(pair->second));
      continue;
    }
    if (line.starts_with("Driver version:")) tool.driver_version = printed_value(line.substr(15));
    const auto words = words_of(line);
    if (words.empty()) continue;
    const std::size_t indent = line.find(words[0]);
    if (words[0] == "GPU" || words[0] == "Device") table = true, margin = indent;
    if (table && whole_number(words[0]) && indent <= margin && words.size() > 4) {
      last = &gpus[*whole_number(words[0])];
      if (words[1].starts_with("[0x")) take_card_model(*last, words[1].substr(1));
      for (const std::string_view word : words) {
        if (word.starts_with("NPS"))
          last->memory_partition = word.ends_with(',') ? word.substr(0, word.size() - 1) : word;
        // "0x74a1," since ROCm 6.1: the device's id, with another behind it
        if (word.size() == 7 && word.starts_with("0x") && word.ends_with(',') && last->device_id.empty())
          last->device_id = lower(word.substr(2, 4));
        for (const std::string_view partition : {"SPX", "DPX", "TPX", "QPX", "CPX"})
          if (word.starts_with(partition)) last->compute_partition = partition;
      }
    } else if (last && table && indent > margin + 2 && !words[0].starts_with('(') && last->name.empty()) {
      take_card_series(*last, line);
    }
  }
  for (auto& [index, gpu] : gpus) {
    gpu.index = index;
    tool.gpus.push_back(std::move(gpu));
  }
  return tool;
}

// {"card0": {"GPU ID": "0x738c", "Card series": "…", "PCI Bus": "0000:1E:00.0", "VRAM Total Memory (B)":
// "34342961152"}, "system": {"Driver version": "6.2.4"}}
RocmTool parse_rocm_smi_json(std::string_view text) {
  RocmTool tool;
  take_failure(text, tool);
  // Some releases print warnings before the document.
  const std::size_t open = text.find('{');
  const nlohmann::json document = nlohmann::json::parse(open == text.npos ? text : text.substr(open), nullptr, false);
  if (!document.is_object()) return tool;
  for (const auto& [card, fields] : document.items()) {
    if (!fields.is_object()) continue;
    const auto field = [&fields = fields](std::initializer_list<const char*> names) -> std::string {
      for (const auto& [key, value] : fields.items())
        for (const char* name : names)
          if (lower(key) == name && value.is_string() && !printed_value(value.get_ref<const std::string&>()).empty())
            return printed_value(value.get_ref<const std::string&>());
      return "";
    };
    if (card == "system") tool.driver_version = field({"driver version"});
    if (!card.starts_with("card")) continue;
    AmdGpu gpu;
    gpu.index = whole_number(card.substr(4));
    gpu.address = pci_address(field({"pci bus"}));
    gpu.device_id = printed_id(field({"gpu id", "device id"}));
    take_card_model(gpu, field({"card model"}));
    take_card_series(gpu, field({"card series"}));
    if (gpu.name.empty()) gpu.name = field({"device name"});
    gpu.gfx = gfx_of_tool(field({"gfx version"}));
    gpu.compute_partition = field({"compute partition"});
    gpu.memory_partition = field({"memory partition"});
    gpu.memory_bytes = whole_number(field({"vram total memory (b)"}));
    gpu.visible_bytes = whole_number(field({"vis_vram total memory (b)"}));
    gpu.gtt_bytes = whole_number(field({"gtt total memory (b)"}));
    tool.gpus.push_back(std::move(gpu));
  }
  return tool;
}

}  // namespace rigfit
