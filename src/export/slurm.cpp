#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/version.hpp"
#include "export/cuda_values.hpp"
#include "export/x86_level.hpp"
#include "fact_names/cpu.hpp"
#include "fact_names/device.hpp"
#include "rules/short_forms.hpp"
#include "text/join.hpp"
#include "text/ranges.hpp"

namespace rigfit {
namespace {

// https://slurm.schedmd.com/gres.conf.html https://slurm.schedmd.com/slurm.conf.html
// A line that does not agree with the node drains it, so that only what is surely right is written.

/// A device's file, "/dev/nvidia" and 3.
struct File {
  std::string stem;
  std::int64_t number = 0;
};

/// One line of gres.conf: devices that are alike.
struct Line {
  std::string gres, type, stem, cores, flags;
  std::vector<std::int64_t> numbers;

  bool is_like(const Line& other) const {
    return gres == other.gres && type == other.type && stem == other.stem && cores == other.cores;
  }
};

/// What Slurm calls it: GPUs of all vendors are "gpu".
std::string gres_of(std::string_view platform) {
  return platform == "cuda" || platform == "rocm" || platform == "xpu" ? "gpu" : std::string(platform);
}

/// Which variables Slurm sets for a job; without, it sets those of every vendor.
std::string_view flags_of(std::string_view platform) {
  if (platform == "cuda") return "nvidia_gpu_env";
  if (platform == "rocm") return "amd_gpu_env";
  if (platform == "xpu") return "intel_gpu_env";
  return "";
}

std::optional<File> file_of(std::string_view platform, const DeviceFacts& facts) {
  if (platform == "cuda") {  // the minor number, which need not be the index
    const auto* minor = facts.get(fact::device::minor);
    return minor && *minor >= 0 ? std::optional(File{"/dev/nvidia", *minor}) : std::nullopt;
  }
  if (platform == "rocm") {
    const auto* minor = facts.get(fact::device::render_minor);
    return minor && *minor >= 0 ? std::optional(File{"/dev/dri/renderD", *minor}) : std::nullopt;
  }
  const std::string* path = facts.get(fact::device::node_path);
  if (!path) path = facts.get(fact::device::path);
  const std::size_t end = path ? path->find_last_not_of("0123456789") : std::string::npos;
  if (end == std::string::npos || end + 1 == path->size() || path->size() - end > 7) return std::nullopt;
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
           c == '-';
  };
  if (!path->starts_with("/dev/") || !std::all_of(path->begin(), path->end(), is_allowed)) return std::nullopt;
  return File{path->substr(0, end + 1), std::stoll(path->substr(end + 1))};
}

/// As Slurm's AutoDetect spells the product, so that the two agree: lower case, with underscores. Empty for a name with
/// other characters than a type may have.
std::string type_of(const std::string& name) {
  std::string type;
  for (const char c : name) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == ' ' ? '_' : c;
    const bool is_allowed = (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') || small == '_' ||
                            small == '-' || small == '.';
    if (!is_allowed) return "";
    type += small;
  }
  return type.size() <= 64 ? type : "";
}

/// The cores of a NUMA node; empty where that is not known, or where there is one node and nothing to say.
std::string cores_near(const HostFacts& host, const DeviceFacts& facts) {
  const auto* nodes = host.get(fact::cpu::numa_cores);
  const auto* node = facts.get(fact::device::numa_node);
  if (!nodes || !node || nodes->size() < 2) return "";
  const std::string prefix = std::to_string(*node) + ":";
  for (const std::string& one : *nodes)
    if (one.starts_with(prefix)) return one.substr(prefix.size());
  return "";
}

/// "[0-3,5]"; the number alone where there is one.
std::string bracketed(std::vector<std::int64_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers.size() == 1 ? std::to_string(numbers.front()) : '[' + ranges_of(numbers) + ']';
}

std::string why_not_usable(const Device& device) {
  const Fact& usable = device.facts.at_by_name(short_form::own_usable);
  if (!usable.because.empty() && is_plain(usable.because)) return usable.because;
  return usable.known() ? "it cannot be used" : "whether it can be used is not known";
}

/// What gres.conf says of one machine.
class Gres {
 public:
  explicit Gres(const MachineValues& values) {
    for (const PlatformValues& platform : values.platforms)
      for (const Device* device : platform.devices) take(platform, *device, values.facts.host);
    for (Entry& entry : entries_) add(entry);
  }

  std::vector<Line> lines;
  std::vector<LeftOut> left_out;
  bool has_mig = false;

 private:
  struct Entry {
    std::string label;
    Line line;
    std::int64_t number = 0;
  };

  void take(const PlatformValues& platform, const Device& device, const HostFacts& host) {
    const std::string label = device_label(platform, device);
    if (const bool* mig = device.facts.get(fact::device::mig); mig && *mig) has_mig = true;
    if (std::find(platform.usable.begin(), platform.usable.end(), &device) == platform.usable.end()) {
      left_out.push_back({label, why_not_usable(device)});
      return;
    }
    const auto file = file_of(platform.platform->id, device.facts);
    if (!file) {
      left_out.push_back({label, "the number of its device node is not known"});
      return;
    }
    Line line;
    line.gres = gres_of(platform.platform->id);
    line.stem = file->stem;
    line.flags = flags_of(platform.platform->id);
    line.cores = cores_near(host, device.facts);
    const auto* name = device.facts.get(fact::device::name);
    if (name) line.type = type_of(*name);
    if (line.type.empty())
      left_out.push_back(
          {label + ": Type", name ? "its name has characters that Slurm does not take" : "its name is not known"});
    entries_.push_back({label, std::move(line), file->number});
  }

  void add(Entry& entry) {
    const auto same = std::count_if(entries_.begin(), entries_.end(), [&](const Entry& other) {
      return other.number == entry.number && other.line.stem == entry.line.stem;
    });
    if (same > 1) {  // Slurm would give one to two jobs
      left_out.push_back({entry.label, "which of several device nodes is its own is not known"});
      return;
    }
    auto like = std::find_if(lines.begin(), lines.end(), [&](const Line& one) { return one.is_like(entry.line); });
    if (like == lines.end()) like = lines.insert(lines.end(), entry.line);
    like->numbers.push_back(entry.number);
  }

  std::vector<Entry> entries_;
};

std::string text_of_line(const Line& line, const std::string& node) {
  std::string text = node.empty() ? "" : fmt::format("NodeName={} ", node);
  text += "Name=" + line.gres;
  if (!line.type.empty()) text += " Type=" + line.type;
  text += fmt::format(" File={}{}", line.stem, bracketed(line.numbers));
  if (!line.cores.empty()) text += " Cores=" + line.cores;
  if (!line.flags.empty()) text += " Flags=" + line.flags;
  return text + '\n';
}

/// "gpu:nvidia_h100:8,tpu:4"
std::string gres_list(const std::vector<Line>& lines) {
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const Line& line : lines) {
    const std::string name = line.type.empty() ? line.gres : line.gres + ":" + line.type;
    auto it = std::find_if(counts.begin(), counts.end(), [&](const auto& one) { return one.first == name; });
    if (it == counts.end()) it = counts.insert(counts.end(), {name, 0});
    it->second += line.numbers.size();
  }
  std::vector<std::string> parts;
  for (const auto& [name, count] : counts) parts.push_back(fmt::format("{}:{}", name, count));
  return join(parts, ",");
}

std::string types_list(const std::vector<Line>& lines) {
  std::vector<std::string> types;
  for (const Line& line : lines)
    if (std::find(types.begin(), types.end(), line.gres) == types.end()) types.push_back(line.gres);
  return types.empty() ? "gpu" : join(types, ",");
}

/// A feature that a job can ask for: --constraint reads & | ! [ ] * ( ) and blanks as its own.
bool is_feature(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

/// What can be used here, by words that jobs can ask for: platforms, targets, the CUDA that the driver supports, the
/// level of the CPU, the recommended framework.
std::vector<std::string> features_of(const MachineValues& values, const ExportRules& rules,
                                     std::vector<LeftOut>& left_out) {
  std::vector<std::string> features;
  const auto add = [&](const std::string& feature) {
    if (std::find(features.begin(), features.end(), feature) != features.end()) return;
    if (is_feature(feature))
      features.push_back(feature);
    else
      left_out.push_back({"a feature", "Slurm's --constraint takes letters, digits, _ - and . alone"});
  };
  for (const PlatformValues& platform : values.platforms) {
    if (platform.usable.empty()) continue;
    add(platform.platform->id);
    for (const std::string& architecture : platform.architectures) add(architecture);
  }
  if (const CudaValues cuda = cuda_values(values); cuda.usable == Truth::yes && cuda.version)
    add(fmt::format("cuda-{}.{}", cuda.version->part(0), cuda.version->part(1)));
  if (const auto levels = x86_levels(values.facts.host, rules); !levels.empty()) add("x86-64-" + levels.back());
  if (values.framework) add(values.framework->id);
  return features;
}

}  // namespace

Exported export_slurm(const Analysis& analysis, const ExportWishes& wishes) {
  const MachineValues values(analysis);
  Gres gres(values);
  Exported exported;
  std::string& text = exported.text;
  const std::string node = wishes.node.empty() ? "" : fmt::format("NodeName={} ", wishes.node);
  text = fmt::format("# gres.conf of nodes like this one, by rigfit {}. To check: slurmd -G\n", tool_version());
  if (gres.has_mig) {
    // The instances' files are numbered anew at each change, and Slurm's own plug-in follows them.
    text += fmt::format(
        "# A GPU is divided (MIG): Slurm has to find the instances itself. slurmd -G says which Gres they "
        "are.\n{}AutoDetect=nvml\n",
        node);
    gres.lines.clear(), gres.left_out.clear();
  }
  for (const Line& line : gres.lines) text += text_of_line(line, wishes.node);
  exported.left_out = std::move(gres.left_out);
  if (gres.lines.empty() && !gres.has_mig)
    text +=
        exported.left_out.empty() ? "# There is no accelerator.\n" : "# No device can be listed: stderr says why.\n";
  const std::vector<std::string> features = features_of(values, *analysis.rules->exports, exported.left_out);
  text += "# slurm.conf:\n";
  if (!gres.lines.empty() || gres.has_mig) text += fmt::format("#   GresTypes={}\n", types_list(gres.lines));
  text += fmt::format("#   {}{}{}\n", node.empty() ? "NodeName=... " : node,
                      gres.lines.empty() ? "" : fmt::format("Gres={} ", gres_list(gres.lines)),
                      features.empty() ? "" : fmt::format("Feature={}", join(features, ",")));
  return exported;
}

Exported export_slurm_features(const Analysis& analysis, const ExportWishes&) {
  const MachineValues values(analysis);
  Exported exported;
  exported.text = join(features_of(values, *analysis.rules->exports, exported.left_out), ",") + "\n";
  return exported;
}

}  // namespace rigfit
