#pragma once

#include <string>

#include "ask/library.hpp"

namespace rigfit::hip {

/// hiprtc, the compiler that goes with a HIP library: https://github.com/ROCm/HIP/blob/develop/include/hip/hiprtc.h
class Compiler {
 public:
  /// The one of the same major version, "7".
  bool load(const std::string& major);

  struct Result {
    std::string code;  ///< a code object; empty when it failed
    std::string error, log;
  };
  /// `target`: "gfx1100", with features where the runtime tells them ("gfx90a:sramecc+:xnack-").
  Result compile(const std::string& source, const std::string& target) const;

 private:
  std::string text_of(int result) const;

  Library library_;
};

}  // namespace rigfit::hip
