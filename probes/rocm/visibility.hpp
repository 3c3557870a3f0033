#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "evidence/request.hpp"

namespace rigfit {

/// The variables that hide GPUs from ROCm programs, or are thought to.
Requests visibility_look();

/// Which GPUs programs see after the environment's filters. ROCR_VISIBLE_DEVICES picks among the GPUs of the kernel,
/// HIP_VISIBLE_DEVICES (and, where that is not set, CUDA_VISIBLE_DEVICES) among those that are left.
/// https://rocm.docs.amd.com/en/latest/conceptual/gpu-isolation.html
struct Visibility {
  bool known = false;             ///< the environment was recorded
  bool hides_all = false;         ///< no GPU is left, however many there are
  bool certain = true;            ///< false: an entry names a GPU by its unique id, which is not collected
  std::vector<std::size_t> left;  ///< numbers of the GPUs that are left, in the order programs see them; when certain
  std::string filters;            ///< "ROCR_VISIBLE_DEVICES=1 HIP_VISIBLE_DEVICES=1": what is set and counts
  std::string bad_entry;          ///< the first entry that ended a list, with its variable
  bool is_second_filter = false;  ///< that entry would have been right without the filter before it
  bool by_cuda_variable = false;  ///< CUDA_VISIBLE_DEVICES counts, since HIP_VISIBLE_DEVICES is not set
  std::vector<std::string> sources;
};
/// `gpus`: how many GPUs the kernel offers, where that is known.
Visibility read_visibility(const Evidence& evidence, std::optional<std::size_t> gpus);

}  // namespace rigfit
