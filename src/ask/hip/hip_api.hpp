#pragma once

#include <cstddef>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "ask/library.hpp"

namespace rigfit::hip {

// The part of HIP's interface that is used: numbers and shapes as in hip_runtime_api.h of HIP 6 and 7,
// https://github.com/ROCm/HIP/blob/develop/include/hip/hip_runtime_api.h
using Json = nlohmann::ordered_json;
using Status = int;  // hipError_t
constexpr Status success = 0, no_device = 100;

enum Attribute : int {  // hipDeviceAttribute_t
  integrated = 16,
  multiprocessor_count = 63,
  warp_size = 87,
};
enum CopyKind : int { host_to_device = 1, device_to_host = 2, device_to_device = 3 };

/// libamdhip64 in this process.
class Hip {
 public:
  /// The newest: as the loader finds it, then in the folders of ROCm.
  bool load();
  const Library& library() const { return library_; }
  /// "7" of libamdhip64.so.7
  std::string major() const;

  /// Calls a function of it; `missing` when it has none of that name.
  static constexpr Status missing = -1;
  template <class... Arguments>
  Status call(const char* symbol, Arguments... arguments) const {
    auto* function = library_.find<Status(Arguments...)>(symbol);
    return function ? function(arguments...) : missing;
  }

  /// {"call": "hipInit", "code": 100, "name": "hipErrorNoDevice", "text": "no ROCm-capable device is detected"}
  Json error(const char* symbol, Status status) const;

  std::optional<int> attribute(Attribute attribute, int device) const;
  std::string pci_address(int device) const;  ///< "0000:03:00.0", lower case; empty when it does not tell
  /// The target with its features, "gfx90a:sramecc+:xnack-"; empty when no layout of its structure holds one.
  std::string target(int device) const;

 private:
  Library library_;
};

/// "6.2.41134" of 60241134: major * 10^7 + minor * 10^5 + patch.
std::string version_text(int version);

}  // namespace rigfit::hip
