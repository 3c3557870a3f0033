#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "analysis/analysis.hpp"

namespace rigfit {

/// A package as pip takes it, in its parts (PEP 508: https://peps.python.org/pep-0508/).
struct PackageRequirement {
  std::string name;                 ///< "torch"
  std::vector<std::string> extras;  ///< "cuda13"
  std::string version;              ///< "<2.16"; empty: any
  std::string url;                  ///< of a wheel, in the place of a version; empty: none
  std::string text;                 ///< all of it on one line of a requirements file
};

/// "jax[cuda13]<0.13", or the address of a wheel, whose file name tells the package's.
PackageRequirement parse_requirement(const std::string& text);

/// What an environment for one build is made of, in whatever form it is written. Refers to the analysis.
struct EnvPlan {
  const FrameworkRule* framework = nullptr;
  const Build* build = nullptr;
  std::string python;             ///< "3.13"
  std::string system, processor;  ///< it is for: "linux", "x86_64"
  std::vector<PackageRequirement> packages;
  std::string index_url;  ///< in the place of PyPI; empty: PyPI
  std::vector<std::string> extra_indexes, find_links;
  std::vector<std::string> warnings;  ///< sentences: what is to be fixed first, what it cannot do; first in the file
  std::vector<std::string> remarks;   ///< sentences: what else to know
  std::string as_of;                  ///< of the rules

  // Of containers.
  const BaseImage* base = nullptr;
  const DeviceAccess* access = nullptr;     ///< null where no device is given to it
  std::string image;                        ///< with the Python filled in
  std::vector<std::string> docker_options;  ///< of `docker run`, for this machine's devices
  /// Nodes whose group is not known here: a shell finds its number.
  std::vector<std::string> groups_to_look_up;

  /// "PyTorch 2.15 (CUDA 13.2)"
  std::string title() const;
  /// "rigfit-pytorch"
  std::string name() const;
};

/// One kind of file.
struct EnvKind {
  std::string_view name, file, about;
  bool is_container;
  std::string (*write)(const EnvPlan& plan);
};

/// All of them. A file with the function and a row are all that one needs.
std::span<const EnvKind> env_kinds();

/// The plan for the recommended framework, or for the one of that id, which has to be among the analysis' candidates. A
/// container brings its own C library and Python, and what its image provides; of the host count the devices and their
/// drivers. The error is a sentence: nothing is recommended, no build runs here, or pip has none of it.
tl::expected<EnvPlan, std::string> plan_environment(const Analysis& analysis, const std::string& framework,
                                                    const EnvKind& kind);

// What the writers share.

/// Lines of a comment, each behind `mark`: the title, the remarks.
std::string comment_of(const EnvPlan& plan, std::string_view mark, const std::vector<std::string>& more = {});
/// A text in double quotes, as TOML, YAML and JSON have it alike.
std::string in_quotes(std::string_view text);
/// The arguments of `pip install`, each quoted for sh where it has to be.
std::string pip_arguments(const EnvPlan& plan);
/// Whether its container has a /dev/shm of its own, which then needs a size: not with the host's.
bool has_own_ipc(const EnvPlan& plan);
/// `docker run` with its options, up to the image. The folder it is called in is /app.
std::string docker_run(const EnvPlan& plan);

}  // namespace rigfit
