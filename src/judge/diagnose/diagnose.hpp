#pragma once

#include <string>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

struct Remedy {
  std::string text, command;
};

/// Something that is wrong, why, and what to do.
struct Finding {
  std::string id, severity, platform, title;
  std::vector<std::size_t> devices;  ///< indices into the platform's devices; empty: the platform as a whole
  std::string cause;
  std::vector<Remedy> remedy;
  std::string verify;
  Source source;
  std::vector<Term> terms;  ///< what decided, with evidence
  bool fixable = false;
  bool explains_block = false;  ///< it says why what it is about is blocked
  std::size_t layer = 0;        ///< as its rule's
  bool generic = false;         ///< it says that something fails, and not why
  /// The id of the finding whose consequence this one is: it is one cause, and that one has the remedy. Empty: none.
  std::string folded_under;
};

/// A rule that would hold but for facts nobody knows.
struct Undecided {
  std::string id, title;
  std::vector<Term> terms;  ///< the unknown ones
};

struct Diagnosis {
  std::vector<Finding> findings;  ///< errors first, then warnings, then notes; rule order within
  std::vector<Undecided> undecided;
};

/// Adds the facts that follow from others, where they are unknown: of the host, of a platform, or (device.NAME) of each
/// device. Their sources are those of what they follow from.
void derive(const RuleBook& rules, Facts& facts);

/// Whether the rules that nobody could decide are wanted, with what was unknown, or the findings alone.
enum class Wanting { all, findings };

/// A device that is blocked, and a platform that is, always has a finding that explains it: where no rule knows the
/// cause, one that names the layer that fails.
Diagnosis diagnose(const RuleBook& rules, const Facts& facts, Wanting wanting = Wanting::all);

}  // namespace rigfit
