#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.hpp"

namespace rigfit {

/// A condition, as parsed from its text (condition_text.hpp, rules/README.md). One-fact comparisons; `all`, `any`,
/// `negate` over conditions; `some`, `every`, `count` over the devices of a platform. A list fact `is` a word when it
/// contains it. Versions compare as versions.
struct Condition {
  enum class Op {
    always,
    is,
    is_one_of,
    at_least,
    below,
    known,
    all,
    any,
    negate,
    some,
    every,
    at_most,
    above,
    unknown,
    none,
    count,
  };
  Op op = Op::always;
  std::string fact;  ///< of one-fact comparisons: "cuda.driver_version", "cuda.state", "cuda.layer.bus",
                     ///< "os.id", or of a device "device.architecture", "device.state"
  std::vector<Value>
      wanted;              ///< of one-fact comparisons; `known`, `unknown` and `none` hold true; the number of `count`
  std::string devices_of;  ///< some/every/count: platform
  std::vector<Condition> parts;  ///< all, any, negate (1), some, every, count (1)
  Op compared = Op::always;      ///< count: how the number of devices compares (is, at_least, below, at_most, above)

  bool operator==(const Condition&) const = default;
};

/// The word of a comparison in reports: "at least".
std::string_view name_of(Condition::Op op);

/// One comparison that decided, with what was seen.
struct Term {
  std::string fact;
  Condition::Op op = Condition::Op::always;
  std::string wanted, seen;
  Truth truth = Truth::unknown;
  std::string because;               ///< why the fact is unknown
  std::vector<std::string> sources;  ///< keys of the answers behind the fact
  /// Unknown, although somebody tried to find out: denied, or not recorded. What no probe states and what a passive run
  /// does not try are no gaps.
  bool is_gap = false;
};

struct Verdict {
  Truth truth = Truth::unknown;
  std::vector<Term> terms;  ///< those that decided `truth`: of an `all` that fails the failing ones, and so on
};

/// Evaluates in three-valued logic. A fact nobody knows makes `unknown`, never `no`; a fact that is `none` makes
/// every comparison `no` (and so its negation `yes`). `device` gives "device.*" a meaning.
Verdict evaluate(const Condition& condition, const Facts& facts, const Device* device = nullptr);

/// The truth alone, for what is asked often and reported of seldom: `evaluate(…).truth`.
Truth holds(const Condition& condition, const Facts& facts, const Device* device = nullptr);

/// Whether a comparison with the fact of that name can hold: it has a value, or may have one that is known.
bool has_values(std::string_view name, const Facts& facts, const Device* device = nullptr);

/// Names of facts that a condition compares ("os.glibc_version", "device.architecture"), those inside any(), all() and
/// count() included; a name may come more than once.
void add_compared_facts(const Condition& condition, std::vector<std::string>& names);

/// The fact a dotted name means: "cuda.driver_version" (platform fact), "cuda.state", "cuda.layer.kernel_driver",
/// "cuda.device_count", "device.name", else a host fact ("cpu.model").
Fact look_up(std::string_view name, const Facts& facts, const Device* device = nullptr);

/// The {fact} placeholders in `text`, without their braces. Only what is written like the name of a fact is one: words
/// of a-z, 0-9 and _ with points between. Other braces ("{{.Names}}", "${HOME}", "{1..4}") are text.
std::vector<std::string_view> placeholders(std::string_view text);

/// Replaces each {fact} in `text` by its value; an unknown one by "unknown".
std::string fill_in(std::string_view text, const Facts& facts, const Device* device = nullptr);

}  // namespace rigfit
