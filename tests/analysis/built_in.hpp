#pragma once

#include "analysis/shared_rules.hpp"
#include "rules/archive.hpp"

namespace rigfit {

inline const SharedRules& built_in() {
  static const SharedRules rules(unpack_rules(embedded_rule_book()));
  return rules;
}

}  // namespace rigfit
