#pragma once

#include <string>
#include <string_view>

#include "rules/book.hpp"

namespace rigfit {

/// The rules as bytes that are read back without parsing anything: rules/compiler writes them when the program is
/// built, and every run starts with them. They are of one build of the program only, and no format for anybody else.
std::string pack_rules(const RuleBook& book);

/// `bytes` have to outlive the book, which looks most of them up only when asked. Throws std::exception for bytes that
/// pack_rules() did not write; for what is lazy, when it is looked at.
RuleBook unpack_rules(std::string_view bytes);

/// embedded_rules(), checked, read and packed; defined by what rules/ builds.
std::string_view embedded_rule_book();

}  // namespace rigfit
