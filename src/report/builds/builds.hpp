#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/report.hpp"

namespace rigfit {

/// Which published builds are listed.
struct BuildsWanted {
  std::vector<std::string> frameworks;  ///< ids; empty: those of role "framework"
  std::vector<std::string> platforms;   ///< ids; empty: those that this machine has, or else the GPUs' usual ones
  bool every_system = false;            ///< for every system and processor, not for this machine's alone
};

/// What a build does with one generation of devices: `some` has code for a part of them.
enum class GenerationFit { yes, some, no, unknown };
std::string_view name_of(GenerationFit fit);

/// How a build stands to this machine.
enum class Here {
  installs,   ///< what `rigfit` installs
  after_fix,  ///< what it would once the remedies are done
  runs,       ///< it would run as well
  no,
  unknown,
  not_asked,  ///< the machine has no such device
};
std::string_view name_of(Here here);

/// One published build.
struct MatrixRow {
  const Build* build = nullptr;
  std::vector<std::string> systems, processors;  ///< "linux", "x86_64"; empty: any
  std::string driver;                            ///< the oldest NVIDIA driver it runs on: "580"; empty: none is needed
  std::vector<std::string> needs;                ///< what else it needs that is not of every machine: "glibc 2.28"
  std::vector<GenerationFit> generations;        ///< in the order of BuildTable::generations
  Here here = Here::not_asked;
};

/// A generation of devices of one platform, with what code of it is made for.
struct Generation {
  std::string name;                  ///< "Hopper"
  std::vector<std::string> targets;  ///< "9.0", "gfx942"
};

/// The builds of one framework for one platform, newest first.
struct BuildTable {
  const FrameworkRule* framework = nullptr;
  std::string platform;
  std::vector<Generation> generations;  ///< oldest first; empty where code is not made for generations
  std::vector<MatrixRow> rows;
};

/// What the formats of `rigfit builds` print; refers to the analysis, which has to outlive it.
struct BuildsReport {
  const Analysis& analysis;
  std::vector<BuildTable> tables;
  std::string system, processor;  ///< that rows were chosen by: "linux", "x86_64"; empty: by none
};

/// Needs a recommendation of all frameworks that are wanted, as their resolutions mark what is installed. The rules
/// alone tell the rest.
BuildsReport builds_of(const Analysis& analysis, const BuildsWanted& wanted);

/// "Turing to Blackwell": generations that a row has code for, those in a row joined.
std::string generations_text(const BuildTable& table, const MatrixRow& row);
/// "Linux/macOS x86_64": where a build runs; empty for everywhere.
std::string systems_text(const MatrixRow& row);

/// One form of the matrix.
struct BuildsFormat {
  std::string_view name;
  std::string (*write)(const BuildsReport& report, const TextStyle& style);
  bool is_markdown = false;  ///< it may become a part of a Markdown document (`--into`)
};

/// All of them. The first is the default.
std::span<const BuildsFormat> builds_formats();

}  // namespace rigfit
