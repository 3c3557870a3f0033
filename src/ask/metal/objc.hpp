#pragma once

#include <cstdint>
#include <string>

#include "ask/library.hpp"

namespace rigfit {

/// The Objective-C runtime, loaded by name: messages are sent through objc_msgSend, cast to the function type that the
/// message has. https://developer.apple.com/documentation/objectivec/objective-c_runtime
class ObjC {
 public:
  using Id = void*;
  using Selector = void*;
  using Bool = signed char;  ///< BOOL: a char on Intel, a bool on Apple silicon; the low byte is enough for both

  /// 0 when the runtime is here, else the exit status that says why not, with a line on stderr.
  int load();

  /// Sends `message` to `object` with arguments of exactly the types that it is declared with.
  template <class Result, class... Arguments>
  Result send(Id object, const char* message, Arguments... arguments) const {
    return reinterpret_cast<Result (*)(Id, Selector, Arguments...)>(send_)(object, selector_(message), arguments...);
  }

  /// Whether `object` knows `message`; sending one that it does not know ends the program.
  bool knows(Id object, const char* message) const;
  /// The object's answer when it knows the message, else `otherwise`.
  template <class Result>
  Result get(Id object, const char* message, Result otherwise) const {
    return knows(object, message) ? send<Result>(object, message) : otherwise;
  }
  /// Text of an NSString; empty for nil.
  std::string text(Id string) const;
  /// An NSString; autoreleased.
  Id string(const char* utf8) const;

  Id class_named(const char* name) const { return class_(name); }
  void* push_pool() const { return push_(); }
  void pop_pool(void* pool) const { pop_(pool); }

 private:
  Library library_;
  void* send_ = nullptr;
  Selector (*selector_)(const char*) = nullptr;
  Id (*class_)(const char*) = nullptr;
  void* (*push_)() = nullptr;
  void (*pop_)(void*) = nullptr;
};

}  // namespace rigfit
