#include "analysis/requests.hpp"

#include <algorithm>
#include <iterator>

#include "facts/platforms.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

ProbeList probes_for(std::string_view only) {
  const auto all = all_probes();
  const bool has_own = std::any_of(all.begin(), all.end(), [&](const Probe* probe) { return probe->id == only; });
  ProbeList chosen;
  for (const Probe* probe : all) {
    // A platform without a folder of its own is read by the probe of the common NPUs.
    const bool is_wanted =
        only.empty() || probe->id == only || !platform_info(probe->id) || (!has_own && probe->id == "npu");
    if (is_wanted || probe->id == "cpu") chosen.push_back(probe);
  }
  return chosen;
}

Requests first_requests(const ProbeList& probes) {
  Requests requests;
  for (const Probe* probe : probes) requests.insert(requests.end(), probe->looks_at.begin(), probe->looks_at.end());
  return requests;
}

Requests next_requests(const ProbeList& probes, const Evidence& evidence, const DeviceTable& devices) {
  Requests requests;
  const PciReading bus(evidence);
  for (const Probe* probe : probes) {
    if (!probe->next) continue;
    Requests more = probe->next(evidence, devices);
    std::move(more.begin(), more.end(), std::back_inserter(requests));
  }
  return requests;
}

}  // namespace rigfit
