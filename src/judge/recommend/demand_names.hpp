#pragma once

#include <string>
#include <string_view>

// What a demand may say of a candidate, beside the ids of factors and frameworks.
namespace rigfit::demand_name {

inline constexpr std::string_view platform = "platform";    ///< that it uses after the remedies
inline constexpr std::string_view memory = "memory";        ///< of the largest accelerator that it can use
inline constexpr std::string_view python = "python";        ///< that a build takes
inline constexpr std::string_view offline = "offline";      ///< it can be installed without a network
inline constexpr std::string_view os = "os";                ///< a build is published for that system
inline constexpr std::string_view arch = "arch";            ///< and for that processor
inline constexpr std::string_view framework = "framework";  ///< its id

}  // namespace rigfit::demand_name

namespace rigfit {

/// "framework:pytorch >= 2.8" is the same as "pytorch >= 2.8".
inline const std::string framework_prefix = "framework:";

}  // namespace rigfit
