#include "export/export.hpp"
#include "fact_names/container.hpp"

namespace rigfit {

// A name a line, as `--device` of podman and docker takes it.
// https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md
Exported export_cdi(const Analysis& analysis, const ExportWishes&) {
  Exported exported;
  const HostFacts& host = analysis.facts.host;
  const auto* devices = host.get(fact::container::cdi_devices);
  if (!devices) {
    exported.left_out.push_back({"devices", host.at(fact::container::cdi_devices).because});
    return exported;
  }
  const bool* is_stale = host.get(fact::container::cdi_is_stale);
  for (const std::string& device : *devices)
    if (is_stale && *is_stale && device.starts_with("nvidia.com/"))
      exported.left_out.push_back(
          {device, "its specification names the libraries of another driver than the loaded one"});
    else
      exported.text += device + "\n";
  return exported;
}

}  // namespace rigfit
