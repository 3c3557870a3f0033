#include "ask/hip/hip_compiler.hpp"

#include <algorithm>
#include <cstddef>

namespace rigfit::hip {
namespace {

constexpr std::size_t most_log = 4096, most_code = 64u << 20;

}  // namespace

bool Compiler::load(const std::string& major) {
  const std::string name = "libhiprtc.so." + major;
  const std::string here = "/opt/rocm/lib/" + name, core = "/opt/rocm/core/lib/" + name;
  return library_.load({name.c_str(), here.c_str(), core.c_str()});
}

std::string Compiler::text_of(int result) const {
  auto* text = library_.find<const char*(int)>("hiprtcGetErrorString");
  const char* words = text ? text(result) : nullptr;
  return words ? words : "error " + std::to_string(result);
}

Compiler::Result Compiler::compile(const std::string& source, const std::string& target) const {
  using Program = void*;
  auto* create =
      library_.find<int(Program*, const char*, const char*, int, const char**, const char**)>("hiprtcCreateProgram");
  auto* run = library_.find<int(Program, int, const char**)>("hiprtcCompileProgram");
  auto* log_size = library_.find<int(Program, std::size_t*)>("hiprtcGetProgramLogSize");
  auto* log = library_.find<int(Program, char*)>("hiprtcGetProgramLog");
  auto* code_size = library_.find<int(Program, std::size_t*)>("hiprtcGetCodeSize");
  auto* code = library_.find<int(Program, char*)>("hiprtcGetCode");
  auto* destroy = library_.find<int(Program*)>("hiprtcDestroyProgram");
  Result result;
  if (!create || !run || !code_size || !code) {
    result.error = library_.name() + " lacks a function that compiling needs";
    return result;
  }
  Program program = nullptr;
  if (const int status = create(&program, source.c_str(), "rigfit.hip", 0, nullptr, nullptr); status != 0) {
    result.error = text_of(status);
    return result;
  }
  const std::string option = "--offload-arch=" + target;
  const char* options[] = {option.c_str()};
  const int compiled = run(program, 1, options);
  std::size_t size = 0;
  if (compiled != 0) {
    result.error = text_of(compiled);
    if (log_size && log && log_size(program, &size) == 0 && size > 1 && size < most_code) {
      result.log.assign(size, '\0');
      if (log(program, result.log.data()) != 0) result.log.clear();
      result.log.resize(std::min(result.log.find('\0'), std::min(result.log.size(), most_log)));
    }
  } else if (const int sized = code_size(program, &size); sized != 0 || size == 0 || size > most_code) {
    result.error = sized != 0 ? text_of(sized) : "it gave no code";
  } else {
    result.code.assign(size, '\0');
    if (const int got = code(program, result.code.data()); got != 0) {
      result.code.clear();
      result.error = text_of(got);
    }
  }
  if (destroy) destroy(&program);
  return result;
}

}  // namespace rigfit::hip
