#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analysis.hpp"

namespace rigfit {

/// Something that is not in what was written, and why: nobody knows it, or the format cannot carry it.
struct LeftOut {
  std::string what, because;
};

/// What a target gets.
struct Exported {
  std::string text;  ///< well-formed for its target whatever was left out; UTF-8, without control characters
  std::vector<LeftOut> left_out;
};

/// What the user says beside the machine.
struct ExportWishes {
  std::string node;  ///< Slurm: the NodeName of this machine, or of all like it ("gpu[001-128]"); empty: none
};

/// One tool that is told about this machine, in its own format.
struct ExportTarget {
  std::string_view name;
  std::string_view about;        ///< for --help
  bool is_recommending = false;  ///< it needs the recommendation
  Exported (*write)(const Analysis& analysis, const ExportWishes& wishes);
};

/// All of them. A file with the function and a row of targets.cpp are all that a target needs.
std::span<const ExportTarget> export_targets();

}  // namespace rigfit
