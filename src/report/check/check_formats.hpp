#pragma once

#include <span>
#include <string>
#include <string_view>

#include "judge/check/check.hpp"
#include "report/report.hpp"

namespace rigfit {

/// What the formats of `rigfit check` print; what it refers to has to outlive this.
struct CheckReport {
  const Analysis& analysis;
  const CheckResult& result;
  std::string about = {};  ///< of the policy; may be empty
  bool is_terse = false;   ///< text: only what is not met, a line each
};

/// One form of the answers of `rigfit check`.
struct CheckFormat {
  std::string_view name;
  std::string (*write)(const CheckReport& report, const TextStyle& style);
};

/// All of them. The first is the default. A file with the function and a row are all that a format needs.
std::span<const CheckFormat> check_formats();

// What formats share.

/// "yes", "no", "unknown", and "does not apply".
std::string_view answer_of(const CheckedLine& line);
/// Why it is not met, and for what it is required: "no: 550.54.15. For CUDA 12.4".
std::string message_of(const CheckedLine& line);
/// The keys of the answers that decided, each once.
std::vector<std::string> evidence_of(const CheckedLine& line);

}  // namespace rigfit
