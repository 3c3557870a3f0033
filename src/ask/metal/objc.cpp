#include "ask/metal/objc.hpp"

namespace rigfit {

int ObjC::load() {
  // The loader of macOS finds it in its shared cache; as a file it does not exist.
  if (!library_.load({"/usr/lib/libobjc.A.dylib", "libobjc.A.dylib"})) return library_.report_failure();
  selector_ = library_.find<Selector(const char*)>("sel_registerName");
  class_ = library_.find<Id(const char*)>("objc_getClass");
  push_ = library_.find<void*()>("objc_autoreleasePoolPush");
  pop_ = library_.find<void(void*)>("objc_autoreleasePoolPop");
  send_ = reinterpret_cast<void*>(library_.find<void()>("objc_msgSend"));
  return send_ && selector_ && class_ && push_ && pop_ ? 0 : library_.report_missing("objc_msgSend");
}

bool ObjC::knows(Id object, const char* message) const {
  return object && send<Bool, Selector>(object, "respondsToSelector:", selector_(message)) != 0;
}

std::string ObjC::text(Id string) const {
  const char* utf8 = string ? send<const char*>(string, "UTF8String") : nullptr;
  return utf8 ? utf8 : "";
}

ObjC::Id ObjC::string(const char* utf8) const {
  return send<Id, const char*>(class_("NSString"), "stringWithUTF8String:", utf8);
}

}  // namespace rigfit
