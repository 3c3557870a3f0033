#pragma once

#include <string>
#include <string_view>

// What a check knows beside facts and their short forms.
namespace rigfit::check_name {

inline const std::string framework = "framework:";            ///< + id: the version that runs here today
inline constexpr std::string_view on_platform = ".platform";  ///< behind that: the platform it would run on
inline const std::string no_findings = "no-findings:";        ///< + severity: there is none as bad as that
inline constexpr std::string_view recommend = "recommend";    ///< the framework that is recommended

}  // namespace rigfit::check_name
