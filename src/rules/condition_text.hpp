#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "rules/condition.hpp"

namespace rigfit {

// The one language of conditions, in which rules, requirements of builds and demands are written: rules/README.md is
// its manual.

/// Texts that are longer are refused.
inline constexpr std::size_t most_condition_size = 16384;

/// What a name stands for.
struct NameKind {
  enum class Type { boolean, integer, number, text, version, list, size };
  Type type = Type::text;          ///< a `size` is a number of bytes that is written with its unit
  std::vector<std::string> words;  ///< of a text: the only ones there are; empty: any
};

using Vocabulary = std::map<std::string, std::string, std::less<>>;  ///< declared facts: name → type

/// Whether conditions are about the machine, or about one device: then its facts are named without "device.".
enum class ConditionScope { machine, device };

/// A condition that has a name, by which others use it.
struct NamedCondition {
  std::string about;
  Condition when;
  ConditionScope scope = ConditionScope::machine;
};
using NamedConditions = std::map<std::string, NamedCondition, std::less<>>;

/// The names that a condition may use. Rules have facts and named conditions; what users write has more.
struct ConditionNames {
  const Vocabulary& facts;
  const NamedConditions& conditions;
  std::map<std::string, NameKind, std::less<>> others = {};  ///< that are no facts, but of candidates; none of devices
  std::map<std::string, Condition, std::less<>> alone = {};  ///< what such a name means with nothing to hold it against
  bool has_short_forms = false;                              ///< those of short_forms.hpp
};

/// Why a text is no condition, and where.
struct ConditionError {
  std::size_t column = 1;  ///< of the character, from 1
  std::string problem;     ///< "no fact is named \"os.familly\""
  std::string expected;    ///< what would be right there: "yes or no"; may be empty
  std::string nearest;     ///< the right name that was probably meant; may be empty

  /// All of it: "column 5: no fact is named \"os.familly\"; did you mean \"os.family\"?"
  std::string text() const;
};

/// What `name` means in `scope`: the full name of the fact ("device.state"), and its kind.
struct ResolvedName {
  std::string fact;
  NameKind kind;
};
tl::expected<ResolvedName, ConditionError> resolve_name(std::string_view name, const ConditionNames& names,
                                                        ConditionScope scope);

/// The platform whose devices a list names: "cuda.devices".
tl::expected<std::string, ConditionError> resolve_list(std::string_view name, const ConditionNames& names);

/// The condition that `text` states. Every name and the type of every value is checked.
tl::expected<Condition, ConditionError> parse_condition(std::string_view text, const ConditionNames& names,
                                                        ConditionScope scope = ConditionScope::machine);

/// The text of a condition, which parses to the same one unless it is too long or nested too deeply then: named
/// conditions are written out.
std::string print_condition(const Condition& condition, ConditionScope scope = ConditionScope::machine);

}  // namespace rigfit
