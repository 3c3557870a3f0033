#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

class ResolutionStore;

/// The packages of one Python environment: name (lower case, "-" between words) → version as its metadata has it.
using InstalledPackages = std::map<std::string, std::string, std::less<>>;

/// Two packages that do not belong together, or that put one library into the same folder.
struct PackageFault {
  std::string id;
  std::string found;  ///< "torchvision 0.20.1+cu124 beside torch 2.4.0+cu121"
  std::string needs;  ///< as pip takes it: "torchvision>=0.19,<0.20"; of a clash: the package that has to go
  bool is_clash = false;
};

/// What is wrong among the packages, each id once, in the rules' order. `os` as in evidence; `torch_cuda`, the version
/// of CUDA that torch was built for, may be empty: then rows about one major version of it say nothing of torch.
std::vector<PackageFault> package_faults(const PackageRules& rules, const InstalledPackages& packages,
                                         std::string_view os, std::string_view torch_cuda);

/// Sets install.ID.found, .needs and .command of each fault in the environment that the facts installed.… are about.
/// And, with the devices and the build that the recommendation takes, so that both name the same: install.FRAMEWORK.
/// command, which installs it into that environment, fit.pytorch.platform and fit.pytorch.command. After all other
/// facts. `kept`: takes what was resolved on the way, for recommend(); null: nobody wants it.
void judge_installed(const RuleBook& rules, Facts& facts, ResolutionStore* kept = nullptr);

}  // namespace rigfit
