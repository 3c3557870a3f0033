#include "probes/pci/lspci.hpp"

#include <algorithm>
#include <array>

#include "probes/parse/text.hpp"
#include "probes/pci/address.hpp"

namespace rigfit {
namespace {

/// Takes "text [10de]" apart; the id alone when the form prints only numbers.
void take_id(std::string_view value, std::string& id, std::string* name = nullptr) {
  const std::size_t open = value.rfind('['), close = value.rfind(']');
  if (open != value.npos && close == value.size() - 1 && close == open + 5 && is_hex(value.substr(open + 1, 4))) {
    id = lower(value.substr(open + 1, 4));
    if (name) *name = trimmed(value.substr(0, open));
  } else if (value.size() == 4 && is_hex(value)) {
    id = lower(value);
  } else if (name) {
    *name = value;
  }
}

// What the words of a class mean where no number is printed: https://pci-ids.ucw.cz/read/PD
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> class_words{
    {{"VGA compatible controller", "0300"},
     {"VGA controller", "0300"},
     {"XGA compatible controller", "0301"},
     {"Non-VGA unclassified device", "0000"},
     {"3D controller", "0302"},
     {"Display controller", "0380"},
     {"Processing accelerators", "1200"},
     {"Co-processor", "0b40"},
     {"Signal processing controller", "1180"},
     {"Audio device", "0403"},
     {"Multimedia controller", "0480"},
     {"System peripheral", "0880"}}};

// "3D controller [0302]", with -n "0302" (long ago "Class 0302"), without ids "3D controller".
void take_class(std::string_view value, std::string& id) {
  if (value.starts_with("Class ")) value.remove_prefix(6);
  take_id(value, id);
  for (const auto& [words, known] : class_words)
    if (id.empty() && value == words) id = known;
}

// With -k or -v a function whose driver is not named has none; without them nobody looked.
void unbind_the_rest(std::vector<PciDevice>& devices) {
  for (PciDevice& device : devices)
    if (!device.driver) device.driver = "";
}

struct ParsedListing {
  std::vector<PciDevice> devices;
  bool has_gaps = false;
};

/// What grep prints between pieces of what it was given: lines are missing.
bool is_gap(std::string_view line) { return trimmed(line) == "--"; }

// -vmm, -vmmnn, -vmmn: blocks of "Key:\tvalue" with an empty line between them.
//   Slot:	0000:01:00.0
//   Class:	VGA compatible controller [0300]
//   Vendor:	NVIDIA Corporation [10de]
//   Device:	GA102GL [RTX A5000] [2231]
//   Driver:	nvidia
ParsedListing parse_blocks(std::string_view text) {
  ParsedListing listing;
  std::vector<PciDevice>& devices = listing.devices;
  bool has_details = false;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const auto pair = key_value(line);
    if (!pair) {
      listing.has_gaps = listing.has_gaps || is_gap(line);
      continue;
    }
    const auto& [key, value] = *pair;
    if (key == "Slot" || (key == "Device" && !pci_address(value).empty())) {
      if (const std::string address = pci_address(value); !address.empty()) {
        devices.emplace_back();
        devices.back().address = address;
        continue;
      }
    }
    if (devices.empty()) continue;
    PciDevice& device = devices.back();
    std::string vendor_name;
    if (key == "Class") take_class(value, device.pci_class);
    if (key == "Vendor")
      take_id(value, device.vendor, &vendor_name),
          device.name = vendor_name + (device.name.empty() ? "" : " " + device.name);
    if (key == "Device") {
      std::string name;
      take_id(value, device.device, &name);
      device.name += device.name.empty() || name.empty() ? name : " " + name;
    }
    if (key == "SVendor") take_id(value, device.subvendor);
    if (key == "SDevice") take_id(value, device.subdevice);
    if (key == "Rev") device.revision = lower(value);
    if (key == "Driver") device.driver = std::string(value);
    if (key == "Driver" || key == "Module") has_details = true;
    if (key == "NUMANode") device.numa_node = static_cast<int>(whole_number(value).value_or(-1));
    if (device.numa_node == -1) device.numa_node.reset();
  }
  if (has_details) unbind_the_rest(devices);
  return listing;
}

/// -mm: quoted columns "class" "vendor" "device" -rREV -pPROGIF "svendor" "sdevice"
void take_columns(std::string_view rest, PciDevice& device) {
  std::vector<std::string_view> columns;
  while (!rest.empty()) {
    const std::size_t open = std::min(rest.find('"'), rest.size());
    for (const std::string_view option : words_of(rest.substr(0, open)))
      if (option.starts_with("-r")) device.revision = lower(option.substr(2));
    const std::size_t close = open == rest.size() ? rest.npos : rest.find('"', open + 1);
    if (close == rest.npos) break;
    columns.push_back(rest.substr(open + 1, close - open - 1));
    rest.remove_prefix(close + 1);
  }
  std::string vendor_name, name;
  if (!columns.empty()) take_class(columns[0], device.pci_class);
  if (columns.size() > 1) take_id(columns[1], device.vendor, &vendor_name);
  if (columns.size() > 2) take_id(columns[2], device.device, &name);
  if (columns.size() > 3) take_id(columns[3], device.subvendor);
  if (columns.size() > 4) take_id(columns[4], device.subdevice);
  device.name = vendor_name + (vendor_name.empty() || name.empty() ? "" : " ") + name;
}

/// "10de:1db4"
bool are_ids(std::string_view text) {
  return text.size() == 9 && text[4] == ':' && is_hex(text.substr(0, 4)) && is_hex(text.substr(5));
}

bool take_ids(std::string_view text, std::string& vendor, std::string& device) {
  text = trimmed(text);
  if (!are_ids(text)) return false;
  vendor = lower(text.substr(0, 4));
  device = lower(text.substr(5));
  return true;
}

/// "Class [0302]: Vendor Device [10de:1db4] (rev a1)", with -n "0302: 10de:1db4", without -nn "Class: Vendor Device"
void take_description(std::string_view rest, PciDevice& device) {
  if (const std::size_t rev = rest.rfind("(rev "); rev != rest.npos) {
    device.revision = lower(rest.substr(rev + 5, rest.find(')', rev) - rev - 5));
    rest = trimmed(rest.substr(0, rev));
  }
  if (const std::size_t colon = rest.find(": "); colon != rest.npos) {
    take_class(rest.substr(0, colon), device.pci_class);
    rest = trimmed(rest.substr(colon + 2));
  }
  if (const std::size_t prog = rest.rfind("(prog-if "); prog != rest.npos) rest = trimmed(rest.substr(0, prog));
  for (std::size_t open = rest.rfind('['); open != rest.npos && open > 0; open = rest.rfind('[', open - 1)) {
    const std::size_t close = rest.find(']', open);
    if (!take_ids(rest.substr(open + 1, close == rest.npos ? 0 : close - open - 1), device.vendor, device.device))
      continue;
    rest = trimmed(rest.substr(0, open));
    break;
  }
  if (device.vendor.empty() && take_ids(rest, device.vendor, device.device)) rest = {};
  device.name = rest;
}

/// "Subsystem: Google, Inc. Device [1ae0:004f]", with -n "Subsystem: 1ae0:004f", without ids "Google, Inc. Device 004f"
void take_subsystem(std::string_view value, PciDevice& device) {
  const std::size_t open = value.rfind('[');
  const std::string_view ids = value.ends_with(']') ? value.substr(open + 1, value.size() - open - 2) : value;
  if (take_ids(ids, device.subvendor, device.subdevice)) return;
  const std::size_t last = value.rfind(' ');
  if (last != value.npos && value.size() == last + 5 && is_hex(value.substr(last + 1)) &&
      value.substr(0, last).ends_with(" Device"))
    device.subdevice = lower(value.substr(last + 1));
}

/// A line below that of a function. Whether it tells of drivers.
bool take_detail(std::string_view line, PciDevice& device) {
  const auto pair = key_value(line);
  if (!pair) return false;
  const auto& [key, value] = *pair;
  if (key == "Subsystem") take_subsystem(value, device);
  if (key == "Kernel driver in use") device.driver = std::string(value);
  if (key == "NUMA node" && whole_number(value).value_or(-1) >= 0)
    device.numa_node = static_cast<int>(*whole_number(value));
  return key == "Kernel driver in use" || key == "Kernel modules";
}

std::size_t indent_of(std::string_view line) {
  std::size_t indent = 0;
  while (indent < line.size() && (line[indent] == ' ' || line[indent] == '\t')) ++indent;
  return indent;
}

// One line a function, details indented below it where -v or -k asked for them:
//   3b:00.0 3D controller [0302]: NVIDIA Corporation GV100GL [Tesla V100] [10de:1db4] (rev a1)
//   	Kernel driver in use: nvidia
ParsedListing parse_lines(std::string_view text) {
  ParsedListing listing;
  std::vector<PciDevice>& devices = listing.devices;
  bool has_details = false;
  std::size_t margin = 0;  // of a listing that was indented as a whole
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const std::size_t indent = indent_of(line);
    if (indent == line.size()) continue;
    if (devices.empty()) margin = indent;
    // With -vvv nearly all lines are details: the few that matter are reported by their first letter.
    if (indent > margin && line[indent] != 'K' && line[indent] != 'N' && !line.substr(indent).starts_with("Subs"))
      continue;
    const std::string_view first = line.substr(indent, line.find_first_of(" \t", indent) - indent);
    const std::string address = indent > margin ? "" : pci_address(first);
    if (address.empty()) {
      listing.has_gaps = listing.has_gaps || is_gap(line);
      if (!devices.empty() && take_detail(line, devices.back())) has_details = true;
      continue;
    }
    PciDevice& device = devices.emplace_back();
    device.address = address;
    const std::string_view rest = trimmed(line.substr(indent + first.size()));
    if (rest.starts_with('"'))
      take_columns(rest, device);
    else
      take_description(rest, device);
  }
  if (has_details && !listing.has_gaps) unbind_the_rest(devices);
  return listing;
}

ParsedListing parse_any(std::string_view text) {
  text = without_byte_order_mark(text);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view row = trimmed(next_line(rest));
    if (row.starts_with("Slot:") || row.starts_with("Class:\t")) return parse_blocks(text);
  }
  return parse_lines(text);
}

// The names of vendors as pci.ids has them now and had them before, in lower case.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> vendor_words{
    {{"nvidia", "10de"},
     {"advanced micro devices", "1002"},
     {"amd/ati", "1002"},
     {"ati technologies", "1002"},
     {"amd ", "1002"},
     {"intel ", "8086"},
     {"google", "1ae0"},
     {"habana", "1da3"},
     {"amazon.com", "1d0f"},
     {"huawei", "19e5"},
     {"qualcomm", "17cb"},
     {"tenstorrent", "1e52"}}};

// Where only names are printed, the vendor is known by them.
void name_vendors(std::vector<PciDevice>& devices) {
  for (PciDevice& device : devices) {
    // "Google, Inc. Device 0027": an id that pci.ids has no name for is printed as a number, long ago after "Unknown
    // device".
    const std::string_view known = device.name;
    const std::size_t last = known.rfind(' ');
    if (device.device.empty() && last != known.npos && known.size() == last + 5 && is_hex(known.substr(last + 1)) &&
        (known.substr(0, last).ends_with(" Device") || known.substr(0, last).ends_with(" device")))
      device.device = lower(known.substr(last + 1));
    if (!device.vendor.empty()) continue;
    const std::string name = lower(device.name);
    for (const auto& [words, id] : vendor_words)
      if (name.starts_with(words)) device.vendor = id;
    // AMD's processors have another id than its GPUs, which it took over from ATI.
    const bool is_gpu = device.pci_class.starts_with("03") || device.pci_class.starts_with("12");
    const bool is_of_ati = contains(name, "/ati]") || contains(name, "nee ati") || name.starts_with("ati ");
    if (device.vendor == "1002" && !is_gpu && !is_of_ati) device.vendor = "1022";
  }
}

/// See lspci_is_whole().
bool are_whole(const std::vector<PciDevice>& devices) {
  const bool has_ids = std::any_of(devices.begin(), devices.end(), [](const PciDevice& device) {
    return !device.vendor.empty() && !device.device.empty();
  });
  return std::all_of(devices.begin(), devices.end(), [&](const PciDevice& device) {
    return has_ids ? !device.pci_class.empty() && !device.vendor.empty() && !device.device.empty()
                   : !device.name.empty();
  });
}

}  // namespace

LspciListing read_lspci(std::string_view text) {
  ParsedListing parsed = parse_any(text);
  LspciListing listing{std::move(parsed.devices)};
  listing.is_whole = !parsed.has_gaps && are_whole(listing.devices);
  name_vendors(listing.devices);
  return listing;
}

std::vector<PciDevice> parse_lspci(std::string_view text) { return read_lspci(text).devices; }
bool lspci_is_whole(std::string_view text) { return read_lspci(text).is_whole; }

}  // namespace rigfit
