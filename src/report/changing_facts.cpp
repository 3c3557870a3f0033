#include "report/changing_facts.hpp"

#include <algorithm>
#include <iterator>

namespace rigfit {

bool is_changing_fact(std::string_view name) {
  constexpr std::string_view changing[] = {"memory.available_bytes", "memory_free_bytes", "power_state",
                                           "compute_processes"};
  return std::find(std::begin(changing), std::end(changing), name) != std::end(changing);
}

}  // namespace rigfit
