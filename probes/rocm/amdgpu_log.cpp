#include "probes/rocm/amdgpu_log.hpp"

#include <array>

#include "fact_names/device.hpp"
#include "probes/layers/best_device.hpp"
#include "probes/layers/driver_log.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

// drivers/gpu/drm/amd/amdkfd/kfd_device.c, ../amdgpu/amdgpu_discovery.c, amdgpu_drv.c, amdgpu_bios.c, atom.c,
// amdgpu_psp.c, gmc_v11_0.c, mes_v11_0.c and amdgpu_device.c, and drivers/base/dd.c ("failed with error -12") of
// https://github.com/torvalds/linux
constexpr std::array<DriverMessage, 16> messages{{
    {"kfd kfd:", "not supported in kfd", "not_supported_in_kfd"},
    // Until Linux 5.8: the table of GPUs that KFD knows lacks this one.
    {"kfd kfd:", "is missing in supported_devices", "not_supported_in_kfd"},
    {"kfd kfd:", "PCI rejects atomics", "pcie_atomics"},
    {"kfd kfd:", "NOT added due to errors", "not_added"},
    {"amdgpu", "Failed to add gfx ip block", "ip_not_supported"},
    {"amdgpu", "Direct firmware load for ", "firmware_missing"},
    {"amdgpu", "device lost from bus", "lost"},
    {"amdgpu", "failed with error -12", "no_room"},
    {"amdgpu", "Fatal error -12 during GPU init", "no_room"},
    {"amdgpu", "Unable to locate a BIOS ROM", "no_vbios"},
    {"amdgpu", "atombios stuck", "init_failed"},
    {"amdgpu", "PSP firmware loading failed", "init_failed"},
    {"amdgpu", "Fatal error during GPU init", "init_failed"},
    {"amdgpu", " page fault (", "page_fault"},
    {"amdgpu", "MES failed to respond", "hang"},
    {"amdgpu", "GPU reset begin", "hang"},
}};

/// kfd kfd: DID 7340 is missing in supported_devices: of a chip that KFD serves, it is too old for this one.
bool is_missing_in_the_table(const Device& device, std::string_view line) {
  const std::string* gfx = device.facts.get(fact::device::architecture);
  return gfx && (gfx->starts_with("gfx9") || gfx->starts_with("gfx1")) &&
         line.find("is missing in supported_devices") != line.npos;
}

void set_refusal(Device& device) {
  const std::string* line = device.facts.get(fact::device::log_line);
  const std::string refusal = !line ? "" : is_missing_in_the_table(device, *line) ? "new" : kfd_refusal_in(*line);
  if (refusal.empty()) return;
  const std::vector<std::string> sources = device.facts.at(fact::device::log_line).sources;
  device.facts.set(fact::device::kfd_refuses, refusal, sources);
  if (refusal == "old")
    device.facts.set_if_unknown(fact::device::architecture,
                                Fact::of_none("KFD does not serve a chip that old", sources));
}

/// Whether the log says that the device is lost.
bool set_lost(Device& device) {
  if (!cannot_start_by_log(device, "lost", "the kernel's log says that it is lost from the bus")) return false;
  conclude(device);
  return true;
}

}  // namespace

std::string kfd_refusal_in(std::string_view line) {
  // kfd kfd: amdgpu: PITCAIRN  not supported in kfd
  // kfd kfd: amdgpu: GC IP 0b0004  not supported in kfd
  const std::size_t end = line.find("not supported in kfd");
  if (end == line.npos) return "";
  const std::string_view before = line.substr(0, end);
  constexpr std::string_view mark = "GC IP ";
  const std::size_t at = before.find(mark);
  if (at == before.npos) return "old";
  constexpr std::int64_t vega = 9;
  const auto version = whole_number(trimmed(before.substr(at + mark.size(), 6)), 16);
  return version && (*version >> 16) < vega ? "old" : "new";
}

void read_amdgpu_log(const Evidence& evidence, Platform& platform) {
  read_driver_log(evidence, messages, platform);
  bool is_any_lost = false;
  for (Device& device : platform.devices) {
    set_refusal(device);
    is_any_lost = set_lost(device) || is_any_lost;
  }
  if (is_any_lost) stand_as_best_device(platform);
}

}  // namespace rigfit
