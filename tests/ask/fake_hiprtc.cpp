// Plays libhiprtc.so.7: its code object says only for which target it is; FAKE_HIPRTC says what goes wrong.
#include <cstdlib>
#include <cstring>
#include <string>

namespace {
bool plays(const char* part) {
  const char* wanted = std::getenv("FAKE_HIPRTC");
  return wanted && std::strcmp(wanted, part) == 0;
}
std::string code;
const char log_text[] = "error: unknown target CPU";
}  // namespace

extern "C" {
int hiprtcCreateProgram(void** program, const char* source, const char*, int, const char**, const char**) {
  *program = &code;
  return std::strstr(source, "__global__") ? 0 : 4;
}
int hiprtcCompileProgram(void*, int count, const char** options) {
  const std::string option = count == 1 ? options[0] : "";
  if (plays("compile-error") || !option.starts_with("--offload-arch=gfx")) return 6;
  code = "code for " + option.substr(15);
  return 0;
}
const char* hiprtcGetErrorString(int) { return "HIPRTC_ERROR_COMPILATION"; }
int hiprtcGetProgramLogSize(void*, std::size_t* size) { return *size = sizeof log_text, 0; }
int hiprtcGetProgramLog(void*, char* text) { return std::memcpy(text, log_text, sizeof log_text), 0; }
int hiprtcGetCodeSize(void*, std::size_t* size) { return *size = code.size() + 1, 0; }
int hiprtcGetCode(void*, char* text) { return std::memcpy(text, code.c_str(), code.size() + 1), 0; }
int hiprtcDestroyProgram(void** program) { return *program = nullptr, 0; }
}
