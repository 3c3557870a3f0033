#include <fmt/format.h>

#include <algorithm>

#include "export/machine_values.hpp"
#include "export/shell_variables.hpp"
#include "judge/recommend/first_choice.hpp"

namespace rigfit {
namespace {

constexpr std::string_view variable = "UV_TORCH_BACKEND";

/// The value of pip's --index-url; empty where the build is on PyPI.
std::string index_of(const Build& build) {
  for (std::size_t n = 0; n + 1 < build.options.size(); ++n)
    if (build.options[n] == "--index-url") return build.options[n + 1];
  return "";
}

/// What uv calls the index of a build: "cu132", "rocm7.2", "xpu", "cpu"; empty where it is on none of PyTorch's.
std::string backend_of(const Build& build, const ExportRules& rules) {
  const std::string index = index_of(build);
  if (index.starts_with(rules.uv_index)) {
    const std::string backend = index.substr(rules.uv_index.size());
    return backend.substr(0, backend.find('/'));
  }
  if (!index.empty() || !build.command.empty()) return "";
  if (build.platform == "cpu" || build.platform == "mps") return "cpu";  // one wheel on macOS
  if (build.platform != "cuda" || build.runtime.empty() || build.packages.empty() ||
      !build.packages.front().starts_with("torch"))
    return "";
  std::string backend = "cu";
  for (const char c : build.runtime)
    if (c != '.') backend += c;
  return backend;
}

}  // namespace

// https://docs.astral.sh/uv/guides/integration/pytorch/#automatic-backend-selection
Exported export_uv(const Analysis& analysis, const ExportWishes&) {
  ShellVariables shell("The index of PyTorch's build for this machine, for uv pip install");
  const ExportRules& rules = *analysis.rules->exports;
  const Candidate* torch = analysis.recommendation ? analysis.recommendation->candidate("pytorch") : nullptr;
  const Build* build = torch ? best_build(torch->support).build : nullptr;
  if (!build) {
    shell.leave_out(variable, torch ? "no published build of PyTorch runs here today: rigfit explain pytorch.build"
                                    : "PyTorch is not among the candidates");
    return std::move(shell).finish();
  }
  const std::string backend = backend_of(*build, rules);
  if (backend.empty())
    shell.leave_out(variable, fmt::format("the build that fits, {}, is on no index of PyTorch's", build->id));
  else if (std::find(rules.uv_backends.begin(), rules.uv_backends.end(), backend) == rules.uv_backends.end())
    shell.leave_out(variable,
                    fmt::format("uv knows no backend {}; pip takes --index-url {}", backend, index_of(*build)));
  else
    shell.set(variable, backend);
  return std::move(shell).finish();
}

}  // namespace rigfit
