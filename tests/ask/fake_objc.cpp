// Stands in for macOS's Objective-C runtime and for Metal, both in one library that bears either name: enough of the
// messages that rigfit sends, with a GPU as FAKE_METAL says. Arguments come in registers, as integers.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Object {
  const char* kind;
  const char* text;
};
Object list{"array", ""}, device{"device", ""}, name{"string", "Apple M4"}, architecture{"architecture", ""},
    architecture_name{"string", "applegpu_g16g"};

std::string mode() {
  const char* text = std::getenv("FAKE_METAL");
  return text ? text : "";
}

bool knows(const Object* object, const std::string& message) {
  if (std::strcmp(object->kind, "architecture") == 0) return message == "name";
  if (std::strcmp(object->kind, "device") != 0) return false;
  if (mode() == "old") return message == "name" || message == "recommendedMaxWorkingSetSize";
  return message == "name" || message == "architecture" || message == "recommendedMaxWorkingSetSize" ||
         message == "maxBufferLength" || message == "hasUnifiedMemory" || message == "isLowPower" ||
         message == "isRemovable" || message == "isHeadless" || message == "supportsFamily:";
}

std::uint64_t address(const void* object) { return reinterpret_cast<std::uint64_t>(object); }

}  // namespace

extern "C" {

const char* sel_registerName(const char* text) { return text; }
void* objc_getClass(const char*) { return nullptr; }
void* objc_autoreleasePoolPush() { return &list; }
void objc_autoreleasePoolPop(void*) {}

std::uint64_t objc_msgSend(Object* object, const char* selector, std::uint64_t argument) {
  const std::string message = selector;
  if (message == "respondsToSelector:") return knows(object, reinterpret_cast<const char*>(argument)) ? 1 : 0;
  if (message == "count") return mode() == "empty" ? 0 : 1;
  if (message == "objectAtIndex:") return address(&device);
  if (message == "release") return 0;
  if (message == "UTF8String") return address(object->text);
  if (message == "name") return address(object == &architecture ? &architecture_name : &name);
  if (!knows(object, message)) std::abort();  // as an unknown message ends a program
  if (message == "architecture") return address(&architecture);
  if (message == "recommendedMaxWorkingSetSize") return 11453251584ULL;
  if (message == "maxBufferLength") return 8589934592ULL;
  if (message == "hasUnifiedMemory") return 1;
  if (message == "supportsFamily:")
    return argument == 1007 || argument == 1008 || argument == 1009 || argument == 2002 || argument == 5001;
  return 0;
}

void* MTLCopyAllDevices() {
  if (mode() == "crash") std::abort();
  return mode() == "nil" ? nullptr : &list;
}

}  // extern "C"
