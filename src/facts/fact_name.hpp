#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rigfit {

class Version;

/// The kinds of tables that facts lie in: of the machine as a whole, of one platform, of one device.
struct HostScope;
struct PlatformScope;
struct DeviceScope;

/// A declared name as it stands in a table of that scope, whatever its type: "cpu.model", "driver_version".
template <class Scope>
class AnyFactName {
 public:
  constexpr explicit AnyFactName(std::string_view text) : text_(text) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// The same with its type. All of them are generated from rules/facts/*.json, as `fact::cuda::driver_version` in
/// "fact_names/cuda.hpp": a name or a type that is not declared does not compile.
template <class Scope, class T>
class FactName : public AnyFactName<Scope> {
 public:
  using AnyFactName<Scope>::AnyFactName;
};

template <class T>
using HostFact = FactName<HostScope, T>;
template <class T>
using PlatformFact = FactName<PlatformScope, T>;
template <class T>
using DeviceFact = FactName<DeviceScope, T>;
using AnyHostFact = AnyFactName<HostScope>;
using AnyPlatformFact = AnyFactName<PlatformScope>;
using AnyDeviceFact = AnyFactName<DeviceScope>;

using FactList = std::vector<std::string>;

/// The names that one declaration with "each" stands for: fact::framework::version_of("torch").
template <class Scope, class T, std::size_t Size>
struct FactFamily {
  std::array<std::pair<std::string_view, FactName<Scope, T>>, Size> members;

  /// For a member that is known when compiling; another one does not compile.
  consteval FactName<Scope, T> operator()(std::string_view member) const { return find(member).value(); }
  /// For a member that comes from data: empty when it is not declared.
  constexpr std::optional<FactName<Scope, T>> find(std::string_view member) const {
    for (const auto& [name, fact] : members)
      if (name == member) return fact;
    return std::nullopt;
  }
};

}  // namespace rigfit
