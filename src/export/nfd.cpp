#include <fmt/format.h>

#include <algorithm>

#include "analysis/version.hpp"
#include "export/machine_values.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "rules/short_forms.hpp"

namespace rigfit {
namespace {

// Node Feature Discovery, local source: one KEY=VALUE a line, read from regular files in
// /etc/kubernetes/node-feature-discovery/features.d that are at most 64 KiB. Each becomes a label of the node, or an
// invalid one is dropped without a word to its writer.
// https://kubernetes-sigs.github.io/node-feature-discovery/stable/usage/customization-guide.html#local-feature-source
constexpr std::size_t largest_file = 65536;
// Sub-namespaces of NFD's own are open to everybody.
constexpr std::string_view space = "rigfit.feature.node.kubernetes.io/";

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Of a label: at most 63 of these characters, the first and the last alphanumeric.
/// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
bool is_label_word(std::string_view text) {
  const auto is_allowed = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && text.size() <= 63 && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), is_allowed);
}

class Labels {
 public:
  Labels() { exported_.text = fmt::format("# rigfit {}: labels of this node\n", tool_version()); }

  void add(const std::string& name, const std::optional<std::string>& value) {
    if (!value) return;
    const std::string line = fmt::format("{}{}={}\n", space, name, *value);
    if (!is_label_word(*value) || !is_label_word(name))
      exported_.left_out.push_back(
          {is_plain(name) ? name : "a label", "Kubernetes takes no such label: at most 63 of A-Z a-z 0-9 - _ ."});
    else if (exported_.text.size() + line.size() > largest_file)
      exported_.left_out.push_back({name, "Node Feature Discovery ignores a file of more than 64 KiB"});
    else
      exported_.text += line;
  }
  Exported finish() && { return std::move(exported_); }

 private:
  Exported exported_;
};

/// "NVIDIA-H100-80GB-HBM3": spaces as hyphens, as NVIDIA's own labels have them (nvidia.com/gpu.product); all else is
/// left to be refused.
std::string hyphenated(std::string text) {
  std::replace(text.begin(), text.end(), ' ', '-');
  return text;
}

/// The value that all of them have; nothing where they differ or one is not known.
std::optional<std::string> common(const std::vector<const Device*>& devices, AnyDeviceFact name) {
  std::optional<std::string> value;
  for (const Device* device : devices) {
    const auto own = text_of(device->facts.at(name));
    if (!own || (value && *value != *own)) return std::nullopt;
    value = own;
  }
  return value;
}

void add_platform(const PlatformValues& values, const HostFacts& host, Labels& labels) {
  const std::string& id = values.platform->id;
  labels.add(id + ".state", std::string(name_of(values.platform->state)));
  labels.add(id + ".devices", text_of(host.at_by_name(id + std::string(short_form::devices))));
  if (const auto name = common(values.usable, fact::device::name)) labels.add(id + ".product", hyphenated(*name));
  labels.add(id + ".architecture", common(values.usable, fact::device::architecture));
  if (values.least_memory) labels.add(id + ".memory-mib", std::to_string(*values.least_memory >> 20));
  labels.add(id + ".driver", values.driver_version);
  if (id == "cuda") labels.add("cuda.runtime", text_of(values.platform->facts.at(fact::cuda::supported_version)));
}

}  // namespace

Exported export_nfd(const Analysis& analysis, const ExportWishes&) {
  const MachineValues values(analysis);
  Labels labels;
  if (values.framework) {
    labels.add("framework", values.framework->id);
    if (values.framework->build) labels.add("framework.version", values.framework->build->version);
  }
  labels.add("errors", std::to_string(values.errors));
  labels.add("warnings", std::to_string(values.warnings));
  for (const PlatformValues& platform : values.platforms) {
    // A platform that is not there would be a label on every node of a cluster.
    if (platform.platform->state != State::absent) add_platform(platform, values.facts.host, labels);
  }
  for (const Finding& finding : analysis.diagnosis.findings)
    if (finding.severity != "info" && finding.folded_under.empty())
      labels.add("finding." + finding.id, finding.severity);
  return std::move(labels).finish();
}

}  // namespace rigfit
