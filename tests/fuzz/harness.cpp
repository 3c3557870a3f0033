// The libFuzzer program for all targets. RIGFIT_FUZZ_TARGET chooses one; RIGFIT_FUZZ_SEEDS, a folder: write the seeds
// that are made for it there, of the recordings below RIGFIT_FUZZ_FIXTURES too, and end. `./dev fuzz` runs it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "fuzz/targets.hpp"

namespace {

const rigfit::FuzzTarget* target = nullptr;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  target = rigfit::fuzz_target(variable("RIGFIT_FUZZ_TARGET"));
  if (!target) {
    for (const rigfit::FuzzTarget& one : rigfit::fuzz_targets()) std::printf("%s %zu\n", one.name.c_str(), one.longest);
    std::exit(variable("RIGFIT_FUZZ_TARGET").empty() ? 0 : 2);
  }
  if (const std::string folder = variable("RIGFIT_FUZZ_SEEDS"); !folder.empty()) {
    for (const auto& [name, text] : rigfit::made_seeds(*target, variable("RIGFIT_FUZZ_FIXTURES")))
      std::ofstream(folder + "/" + name, std::ios::binary) << text;
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string broken = target->broken({reinterpret_cast<const char*>(data), size});
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s: %s\n", target->name.c_str(), broken.c_str());
  std::abort();
}
