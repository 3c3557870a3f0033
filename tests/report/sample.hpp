#pragma once

#include "report/report.hpp"

namespace rigfit {

RuleBook sample_rules();

/// An analysis made by hand: a machine with one GPU that no driver drives, two frameworks A and B, and hostile text
/// wherever a machine can put some.
struct Sample {
  Analysis analysis;

  explicit Sample(RuleBook rules = sample_rules());
};

/// An escape sequence, a control character and a byte that is not UTF-8.
inline constexpr const char* hostile = "evil\x1b[2J\x07\xff";

}  // namespace rigfit
