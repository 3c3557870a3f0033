#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/xpu/tools.hpp"

namespace rigfit {

/// The files of Level Zero and the variables that it and SYCL obey.
Requests level_zero_requests();

/// Whether its loader and Intel's driver for it are in the usual places.
struct LevelZeroFiles {
  LayerState loader, driver;
};
LevelZeroFiles level_zero_files(const Evidence& evidence);
/// Yes, no or unknown of such a layer.
FactOf<bool> fact_of(const LayerState& layer);

/// Level Zero itself: what it lists without a context on a GPU, and, with the user's consent, started on each.
Requests asking_level_zero(bool is_any_asleep);

/// Then one proof a device that it started, by its PCI address; only with the user's consent.
Requests xpu_proof_requests(const Evidence& evidence, bool is_any_asleep);
/// What those answered: facts proof… of the devices, and their layers runtime_init and kernel_run.
void read_xpu_proofs(const Evidence& evidence, Platform& platform);

/// What it answered (ask/level_zero.hpp), and under which key; the start outweighs the list.
struct LevelZeroAnswer {
  std::string key;
  std::optional<LevelZero> reported;  ///< empty: not asked, or it cannot be read
};
std::vector<LevelZeroAnswer> level_zero_answers(const Evidence& evidence);

/// Whether it was asked, and crashed, hung, failed or listed nothing.
bool has_level_zero_failed(const Evidence& evidence);

/// User library and runtime of each device, from Level Zero's own answer, else from the files; and the facts
/// xpu.level_zero_loader, xpu.level_zero_driver, xpu.runtime_problem.
void judge_runtime(const Evidence& evidence, Platform& platform);

}  // namespace rigfit
