// Stands in for libtpu: the start of a PJRT table of functions, which behaves
// as FAKE_LIBTPU says.
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Error {
  int code;
  const char* text;
};
Error in_use{10,
             "The TPU is already in use by process with pid 1234. Not "
             "attempting to load libtpu.so in this process."};

std::string mode() {
  const char* text = std::getenv("FAKE_LIBTPU");
  return text ? text : "";
}

// Arguments as flat words: size, extension, then what each function has.
using Words = std::size_t*;

std::size_t address(const void* p) { return reinterpret_cast<std::size_t>(p); }

int errors_alive = 0;

Error* fail(Error* error) {
  ++errors_alive;
  return error;
}

void error_destroy(Words) { --errors_alive; }
void error_message(Words words) {
  const auto* error = reinterpret_cast<const Error*>(words[2]);
  words[3] = address(error->text);
  words[4] = std::strlen(error->text);
}
Error* error_code(Words words) {
  const int code = reinterpret_cast<const Error*>(words[2])->code;
  std::memcpy(&words[3], &code, sizeof code);
  return nullptr;
}
Error* plugin_initialize(Words words) { return words[0] == 16 ? nullptr : fail(&in_use); }
Error* client_create(Words words) {
  if (mode() == "crash") std::abort();
  if (mode() == "hang") ::sleep(60);
  if (mode() == "in-use") return fail(&in_use);
  if (words[0] != 72) return fail(&in_use);
  words[8] = 4711;
  return nullptr;
}
Error* client_destroy(Words words) {
  if (words[2] != 4711 || errors_alive != 0) std::abort();
  return nullptr;
}
Error* platform_name(Words words) {
  words[3] = address("tpu-and-more"), words[4] = 3;
  return nullptr;
}
Error* platform_version(Words words) {
  words[3] = address("fake libtpu"), words[4] = 11;
  return nullptr;
}
Error* addressable_devices(Words words) {
  words[3] = 0, words[4] = 4;
  return nullptr;
}

const void* table[17 + 5];

}  // namespace

extern "C" const void* GetPjrtApi() {
  if (mode() == "null") return nullptr;
  const std::size_t size = mode() == "short" ? 48 : sizeof table;
  std::memcpy(&table[0], &size, sizeof size);
  const int version[2] = {mode() == "major" ? 1 : 0, 103};
  std::memcpy(&table[4], version, sizeof version);
  const void* functions[17] = {};
  const auto set = [&](int at, auto* function) { functions[at] = reinterpret_cast<const void*>(function); };
  set(0, error_destroy), set(1, error_message), set(2, error_code), set(3, plugin_initialize), set(10, client_create);
  set(11, client_destroy), set(12, platform_name), set(14, platform_version), set(16, addressable_devices);
  std::memcpy(&table[5], functions, sizeof functions);
  return table;
}
