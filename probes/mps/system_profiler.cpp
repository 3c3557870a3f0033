#include "probes/mps/system_profiler.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

using Fields = std::map<std::string, std::string, std::less<>>;

std::string first_of(const Fields& fields, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const auto it = fields.find(name); it != fields.end() && !says_nothing(it->second)) return it->second;
  return "";
}

/// "spdisplays_metal3" → "metal3"
std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

void take(const Fields& fields, MacProfile& profile) {
  if (fields.count("sppci_model") || fields.count("sppci_device_type") || fields.count("spdisplays_vendor")) {
    MacGpu gpu;
    gpu.name = first_of(fields, {"sppci_model", "_name"});
    gpu.bus = without_prefix(first_of(fields, {"sppci_bus"}), "spdisplays_");
    gpu.vendor = without_prefix(first_of(fields, {"spdisplays_vendor"}), "sppci_vendor_");
    gpu.device_id = first_of(fields, {"spdisplays_device-id"});
    gpu.metal = without_prefix(
        first_of(fields, {"spdisplays_mtlgpufamilysupport", "spdisplays_metalfamily", "spdisplays_metal"}),
        "spdisplays_");
    gpu.cores = whole_number(first_of(fields, {"sppci_cores"}));
    gpu.vram = first_of(fields, {"spdisplays_vram", "_spdisplays_vram", "spdisplays_vram_shared"});
    profile.gpus.push_back(std::move(gpu));
  } else if (fields.count("machine_model")) {
    profile.model = first_of(fields, {"machine_model"});
    profile.chip = first_of(fields, {"chip_type", "cpu_type"});
    profile.memory = first_of(fields, {"physical_memory"});
    profile.processors = first_of(fields, {"number_processors"});
  }
}

}  // namespace

// Graphics/Displays:
//
//     Apple M1:
//
//       Chipset Model: Apple M1
//       Metal Family: Supported, Metal GPUFamily Apple 7
MacProfile parse_system_profiler_text(std::string_view text) {
  MacProfile profile;
  std::string section;
  bool in_displays = false;
  for (const std::string_view line : lines_of(text)) {
    if (trimmed(line).empty()) continue;
    if (line.front() != ' ') {
      section = trimmed(line);
      profile.lists_gpus = profile.lists_gpus || section.starts_with("Graphics/Displays");
      continue;
    }
    const auto pair = key_value(line);
    if (!pair) continue;
    const auto& [key, value] = *pair;
    const std::size_t indent = line.find_first_not_of(' ');
    if (section.starts_with("Hardware")) {
      if (key == "Model Identifier" || key == "Machine Model") profile.model = value;
      if (key == "Chip" || key == "Processor Name" || key == "CPU Type") profile.chip = value;
      if (key == "Memory") profile.memory = value;
      if (key == "Total Number of Cores" || key == "Total Number Of Cores") profile.processors = value;
    }
    if (!section.starts_with("Graphics/Displays")) continue;
    if (indent == 4 && value.empty()) {
      profile.gpus.emplace_back();
      profile.gpus.back().name = key;
      in_displays = false;
    }
    if (profile.gpus.empty() || indent < 6) continue;
    if (key == "Displays") in_displays = true;
    if (in_displays && indent > 6) continue;
    MacGpu& gpu = profile.gpus.back();
    if (key == "Chipset Model") gpu.name = value;
    if (key == "Bus") gpu.bus = value;
    if (key.starts_with("VRAM")) gpu.vram = value;
    if (key == "Vendor") gpu.vendor = value;
    if (key == "Device ID") gpu.device_id = value;
    if (key == "Metal" || key == "Metal Family" || key == "Metal Support") gpu.metal = value;
    if (key == "Total Number of Cores") gpu.cores = leading_number(value);
  }
  return profile;
}

MacProfile parse_system_profiler_json(std::string_view text) {
  MacProfile profile;
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object()) return profile;
  for (const auto& [type, items] : document.items()) {
    if (!items.is_array()) continue;
    profile.lists_gpus = profile.lists_gpus || type == "SPDisplaysDataType";
    for (const auto& one : items) {
      if (!one.is_object()) continue;
      Fields fields;
      for (const auto& [key, value] : one.items())
        if (value.is_string())
          fields[key] = value.get<std::string>();
        else if (value.is_number_integer())
          fields[key] = value.dump();
      take(fields, profile);
    }
  }
  return profile;
}

MacProfile parse_system_profiler_xml(std::string_view text) {
  MacProfile profile;
  pugi::xml_document document;
  document.load_buffer(text.data(), text.size());
  profile.lists_gpus = !document.select_node("//string[text()='SPDisplaysDataType']").node().empty();
  for (const pugi::xpath_node& found :
       document.select_nodes("//key[text()='_items']/following-sibling::array[1]/dict")) {
    Fields fields;
    std::string key;
    for (const pugi::xml_node& child : found.node().children()) {
      if (std::string_view(child.name()) == "key")
        key = child.text().as_string();
      else if (!key.empty())
        fields[key] = child.text().as_string();
    }
    take(fields, profile);
  }
  return profile;
}

}  // namespace rigfit
