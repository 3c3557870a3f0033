#include "ask/metal/metal.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "ask/metal/objc.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;
using Id = ObjC::Id;

struct Family {
  long value;  // MTLGPUFamily: https://developer.apple.com/documentation/metal/mtlgpufamily
  const char* name;
};
constexpr Family families[] = {{1001, "apple1"}, {1002, "apple2"},  {1003, "apple3"}, {1004, "apple4"},
                               {1005, "apple5"}, {1006, "apple6"},  {1007, "apple7"}, {1008, "apple8"},
                               {1009, "apple9"}, {1010, "apple10"}, {2002, "mac2"},   {5001, "metal3"},
                               {5002, "metal4"}};

Json describe(const ObjC& objc, Id device) {
  Json one = Json::object();
  one["name"] = objc.text(objc.get<Id>(device, "name", nullptr));
  if (Id architecture = objc.get<Id>(device, "architecture", nullptr))  // macOS 14
    one["architecture"] = objc.text(objc.get<Id>(architecture, "name", nullptr));
  if (objc.knows(device, "recommendedMaxWorkingSetSize"))
    one["recommended_working_set_bytes"] = objc.send<std::uint64_t>(device, "recommendedMaxWorkingSetSize");
  if (objc.knows(device, "maxBufferLength"))
    one["max_buffer_bytes"] = static_cast<std::uint64_t>(objc.send<unsigned long>(device, "maxBufferLength"));
  for (const auto& [message, key] : {std::pair{"hasUnifiedMemory", "unified_memory"},
                                     {"isLowPower", "low_power"},
                                     {"isRemovable", "removable"},
                                     {"isHeadless", "headless"}})
    if (objc.knows(device, message)) one[key] = objc.send<ObjC::Bool>(device, message) != 0;
  if (objc.knows(device, "supportsFamily:")) {
    one["families"] = Json::array();
    for (const Family& family : families)
      if (objc.send<ObjC::Bool, long>(device, "supportsFamily:", family.value) != 0)
        one["families"].push_back(family.name);
  }
  return one;
}

}  // namespace

int ask_metal(const Words&) {
  ObjC objc;
  if (const int status = objc.load(); status != 0) return status;
  Library metal;
  if (!metal.load({"/System/Library/Frameworks/Metal.framework/Metal", "Metal"})) return metal.report_failure();
  auto* copy_all = metal.find<Id()>("MTLCopyAllDevices");
  if (!copy_all) return metal.report_missing("MTLCopyAllDevices");
  void* pool = objc.push_pool();
  Json answer{{"library", "Metal"}, {"devices", Json::array()}};
  // Nil or empty in a sandbox, in some virtual machines and without a login: that is an answer, too.
  if (Id list = copy_all()) {
    const unsigned long count = objc.send<unsigned long>(list, "count");
    for (unsigned long n = 0; n < count && n < 64; ++n)
      answer["devices"].push_back(describe(objc, objc.send<Id, unsigned long>(list, "objectAtIndex:", n)));
    objc.send<void>(list, "release");
  }
  objc.pop_pool(pool);
  return print_answer(answer);
}

}  // namespace rigfit
