#include <fmt/format.h>

#include <algorithm>

#include "analysis/version.hpp"
#include "export/machine_values.hpp"
#include "export/shell_variables.hpp"
#include "fact_names/host.hpp"
#include "fact_names/os.hpp"
#include "facts/platforms.hpp"
#include "rules/short_forms.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// "RIGFIT_CUDA_" for cuda.
std::string prefix_of(std::string_view platform) {
  std::string prefix = "RIGFIT_";
  for (const char c : platform) prefix += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return prefix + '_';
}

/// `values`: null where the platform cannot exist here, which unsets what another machine had.
void add_platform(std::string_view id, const PlatformValues* values, const HostFacts& host, ShellVariables& shell) {
  const std::string prefix = prefix_of(id);
  const std::string devices = std::string(id) + std::string(short_form::devices);
  const bool has_any = values && !values->usable.empty();
  shell.set(prefix + "STATE", std::string(name_of(values ? values->platform->state : State::not_applicable)));
  shell.set(prefix + "DEVICES", values ? text_of(host.at_by_name(devices)) : std::nullopt);
  shell.set(prefix + "ARCHITECTURES", has_any ? std::optional(join(values->architectures, " ")) : std::nullopt);
  shell.set(prefix + "MEMORY_BYTES",
            has_any && values->least_memory ? std::optional(std::to_string(*values->least_memory)) : std::nullopt);
  shell.set(prefix + "DRIVER_VERSION", values ? values->driver_version : std::nullopt);
}

}  // namespace

Exported export_env(const Analysis& analysis, const ExportWishes&) {
  const MachineValues values(analysis);
  const HostFacts& host = values.facts.host;
  ShellVariables shell("This machine; DEVICES are those that can be used, MEMORY_BYTES is that of the smallest");
  shell.set("RIGFIT_VERSION", std::string(tool_version()));
  shell.set("RIGFIT_OS", text_of(host.at(fact::os::family)));
  shell.set("RIGFIT_ARCH", text_of(host.at(fact::host::arch)));
  const auto& framework = values.framework;
  shell.set("RIGFIT_FRAMEWORK", framework ? std::optional(framework->id) : std::nullopt);
  const Build* build = framework ? framework->build : nullptr;
  shell.set("RIGFIT_FRAMEWORK_VERSION", build ? std::optional(build->version) : std::nullopt);
  shell.set("RIGFIT_FRAMEWORK_PLATFORM", build ? std::optional(build->platform) : std::nullopt);
  shell.set("RIGFIT_INSTALL", build ? std::optional(framework->install) : std::nullopt);
  shell.set("RIGFIT_ERRORS", std::to_string(values.errors));
  shell.set("RIGFIT_WARNINGS", std::to_string(values.warnings));
  std::vector<std::string> usable;
  for (const PlatformValues& platform : values.platforms)
    if (!platform.usable.empty()) usable.push_back(platform.platform->id);
  shell.set("RIGFIT_PLATFORMS", join(usable, " "));
  for (const PlatformInfo& info : platforms()) {
    const auto there = std::find_if(values.platforms.begin(), values.platforms.end(),
                                    [&](const PlatformValues& one) { return one.platform->id == info.id; });
    if (info.is_accelerator) add_platform(info.id, there == values.platforms.end() ? nullptr : &*there, host, shell);
  }
  return std::move(shell).finish();
}

}  // namespace rigfit
