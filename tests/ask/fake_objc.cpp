// Stands in for macOS's Objective-C runtime and for Metal, both in one library
// that bears either name: enough of the messages that rigfit sends, with a GPU
// as FAKE_METAL says. The first arguments come in registers, as integers;
// sizes, which are structures, come behind them, as the C calling convention of
// x86-64 has it.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

struct Object {
  const char* kind;
  const char* text;
};
struct Size {
  unsigned long width, height, depth;
};
Object list{"array", ""}, device{"device", ""}, name{"string", "Apple M4"}, architecture{"architecture", ""},
    architecture_name{"string", "applegpu_g16g"}, string_class{"class", ""}, literal{"string", ""},
    library{"library", ""}, function{"function", ""}, pipeline{"pipeline", ""}, buffer{"buffer", ""},
    queue{"queue", ""}, commands{"commands", ""}, encoder{"encoder", ""}, error{"error", ""},
    error_text{"string", "program_source:3: error: unknown type name"};

std::vector<std::uint32_t> memory;
std::size_t threads = 0;
std::string source;

std::string mode() {
  const char* text = std::getenv("FAKE_METAL");
  return text ? text : "";
}

bool knows(const Object* object, const std::string& message) {
  const std::string kind = object->kind;
  if (kind == "architecture") return message == "name";
  if (kind == "error") return message == "localizedDescription";
  if (kind == "commands") return message == "error";
  if (kind != "device") return false;
  if (mode() == "old") return message == "name" || message == "recommendedMaxWorkingSetSize";
  return message == "name" || message == "architecture" || message == "recommendedMaxWorkingSetSize" ||
         message == "maxBufferLength" || message == "hasUnifiedMemory" || message == "isLowPower" ||
         message == "isRemovable" || message == "isHeadless" || message == "supportsFamily:";
}

std::uint64_t address(const void* object) { return reinterpret_cast<std::uint64_t>(object); }

/// What the GPU does: the kernel's steps, if that is the kernel it was given.
void run() {
  if (mode() == "idle" || source.find("kernel void mix(") == std::string::npos) return;
  for (std::uint32_t n = 0; n < threads && n < memory.size(); ++n) {
    std::uint32_t z = memory[n] * 2654435761u + n;
    z = (z ^ (z >> 15)) * 2246822519u;
    memory[n] = z ^ (z >> 13);
  }
  if (mode() == "wrong") ++memory[memory.size() / 2];
}

std::uint64_t prove(Object* object, const std::string& message, std::uint64_t a, std::uint64_t b, std::uint64_t c,
                    const Size& groups, const Size& group) {
  if (message == "stringWithUTF8String:") {
    literal.text = reinterpret_cast<const char*>(a);
    if (source.empty()) source = literal.text;
    return address(&literal);
  }
  if (message == "newLibraryWithSource:options:error:") {
    if (mode() != "no-compiler") return address(&library);
    const void* reported = &error;
    std::memcpy(reinterpret_cast<void*>(c), &reported, sizeof reported);
    return 0;
  }
  if (message == "newFunctionWithName:") return address(&function);
  if (message == "newComputePipelineStateWithFunction:error:") return address(&pipeline);
  if (message == "newBufferWithBytes:length:options:") {
    if (mode() == "no-memory") return 0;
    memory.resize(b / sizeof(std::uint32_t));
    std::memcpy(memory.data(), reinterpret_cast<const void*>(a), b);
    return address(&buffer);
  }
  if (message == "newCommandQueue") return address(&queue);
  if (message == "commandBuffer") return address(&commands);
  if (message == "computeCommandEncoder") return address(&encoder);
  if (message == "setComputePipelineState:" || message == "setBuffer:offset:atIndex:") return 0;
  if (message == "endEncoding") return 0;
  if (message == "dispatchThreadgroups:threadsPerThreadgroup:") {
    threads = groups.width * groups.height * groups.depth * group.width * group.height * group.depth;
    return 0;
  }
  if (message == "commit") return run(), 0;
  if (message == "status") return mode() == "gpu-error" ? 5 : mode() == "slow" ? 3 : 4;
  if (message == "error") return address(&error);
  if (message == "localizedDescription") return address(&error_text);
  if (message == "contents" && object == &buffer) return address(memory.data());
  std::abort();  // as an unknown message ends a program
}

}  // namespace

extern "C" {

const char* sel_registerName(const char* text) { return text; }
void* objc_getClass(const char*) { return &string_class; }
void* objc_autoreleasePoolPush() { return &list; }
void objc_autoreleasePoolPop(void*) {}

std::uint64_t objc_msgSend(Object* object, const char* selector, std::uint64_t a, std::uint64_t b, std::uint64_t c,
                           std::uint64_t, Size groups, Size group) {
  const std::string message = selector;
  if (message == "respondsToSelector:") return knows(object, reinterpret_cast<const char*>(a)) ? 1 : 0;
  if (message == "count") return mode() == "empty" ? 0 : 1;
  if (message == "objectAtIndex:") return address(&device);
  if (message == "release") return 0;
  if (message == "UTF8String") return address(object->text);
  if (message == "name") return address(object == &architecture ? &architecture_name : &name);
  if (!knows(object, message)) return prove(object, message, a, b, c, groups, group);
  if (message == "architecture") return address(&architecture);
  if (message == "recommendedMaxWorkingSetSize") return 11453251584ULL;
  if (message == "maxBufferLength") return 8589934592ULL;
  if (message == "hasUnifiedMemory") return 1;
  if (message == "supportsFamily:") return a == 1007 || a == 1008 || a == 1009 || a == 2002 || a == 5001;
  if (message == "error" || message == "localizedDescription") return prove(object, message, a, b, c, groups, group);
  return 0;
}

void* MTLCopyAllDevices() {
  if (mode() == "crash") std::abort();
  return mode() == "nil" ? nullptr : &list;
}

}  // extern "C"
