#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"
#include "facts/version.hpp"

namespace rigfit {

/// A package as the name of its metadata folder tells: "torch-2.14.0+cu130.dist-info".
/// https://packaging.python.org/en/latest/specifications/recording-installed-packages/
struct NamedPackage {
  std::string name;  ///< normalised: lower case, runs of - _ . as one "-"
  Version version;
};

/// Also "torch-2.1.0.egg-info" and "torch-2.1.0-py3.11.egg-info" of conda and of distributions.
std::optional<NamedPackage> parse_package_folder(std::string_view folder);

/// False where none of its names begins like that of a framework, which is sooner seen than what they all are.
bool may_hold_frameworks(const Evidence& evidence, const std::string& folder);

/// All that the list of a folder of packages names.
std::vector<NamedPackage> packages_in(const Evidence& evidence, const std::string& folder);

/// cuda: Optional[str] = '12.8'  →  "12.8"; empty for None and for what is not there.
std::string assigned_text(std::string_view python, std::string_view variable);

/// "2.14.0+cu130" → "13.0"; "+cu118" → "11.8"; empty when the suffix names no CUDA.
std::string cuda_in_suffix(std::string_view version);

/// What is worth reading in a folder of packages once its list was seen: torch/version.py.
Requests framework_requests(const Evidence& evidence);

/// Sets framework.<name>.version, .where, .cuda, .hip, .cpu_only (torch), .runtime, .cudnn, .nccl,
/// .architectures (where its libraries were looked into) and framework.installs. Where a framework is installed several
/// times, the one that a program finds first is reported; all are in .installs.
void read_frameworks(const Evidence& evidence, HostFacts& facts);

}  // namespace rigfit
