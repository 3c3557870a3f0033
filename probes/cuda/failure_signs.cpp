#include "probes/cuda/failure_signs.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/parse/json_fields.hpp"

namespace rigfit {
namespace {

bool is_sick(const ListedGpu& gpu) {
  const auto says = [&](DeviceFact<bool> fact) {
    const bool* value = gpu.more.get(fact);
    return value && *value;
  };
  return !gpu.error.empty() || gpu.uncorrected_errors.value_or(0) > 0 || says(fact::device::row_remap_pending) ||
         says(fact::device::row_remap_failed) || says(fact::device::page_retirement_pending);
}

/// Whether starting CUDA, or a kernel on a GPU, was tried and went wrong.
bool has_failed_proof(const Evidence& evidence) {
  for (auto it = evidence.answers.lower_bound("ask:"); it != evidence.answers.end() && it->first.starts_with("ask:");
       ++it) {
    if (it->first != "ask:cuda" && !it->first.starts_with("ask:prove-cuda")) continue;
    const Answer& answer = it->second;
    if (answer.outcome == Outcome::skipped || answer.absent()) continue;
    if (!answer.found()) return true;
    const nlohmann::json reported = nlohmann::json::parse(answer.text, nullptr, false);
    if (json_member(reported, "error") || json_flag(reported, "passed") == false) return true;
  }
  return false;
}

}  // namespace

bool has_failure_signs(const Evidence& evidence, const std::vector<PciDevice>& gpus) {
  if (gpus.empty()) return false;
  // Another driver that is bound explains itself.
  const auto has_no_driver = [](const PciDevice& gpu) { return gpu.driver && gpu.driver->empty(); };
  if (std::any_of(gpus.begin(), gpus.end(), has_no_driver) || has_failed_proof(evidence)) return true;
  const Answer& nvml = evidence.ask("nvml");
  if (nvml.outcome == Outcome::not_recorded) return false;
  if (!nvml.found()) return true;
  const CudaInventory listed = parse_nvml(nvml.text);
  const bool are_all_there = listed.more.has(fact::cuda::asleep) || listed.gpus.size() >= gpus.size();
  return !listed.answered || !are_all_there || std::any_of(listed.gpus.begin(), listed.gpus.end(), is_sick);
}

}  // namespace rigfit
