#include "ask/ask.hpp"

#include <cstdio>
#include <string>

#include "ask/nvml.hpp"

namespace rigfit {

int ask(std::string_view name) {
  if (name == "nvml") return ask_nvml();
  std::fprintf(stderr, "no question \"%s\"; there is: nvml\n", std::string(name).c_str());
  return 2;
}

}  // namespace rigfit
