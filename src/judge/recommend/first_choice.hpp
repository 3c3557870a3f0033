#pragma once

#include "judge/recommend/recommend.hpp"

namespace rigfit {

/// The candidate that is first (of a tie the one that is named first); null where none is.
const Candidate* first_choice(const Recommendation& recommendation);

/// The build that the recommendation stands on, and how to install it: what runs today where that serves as well as
/// what will. Null where none runs.
struct BestBuild {
  const Build* build = nullptr;
  const Install* install = nullptr;
};
BestBuild best_build(const Support& support);

/// Whether that build runs as the machine is; no where something has to be fixed first.
Truth runs_today(const Support& support, const Build& build);

/// The command that installs it: pip's, or uv's where the machine lacks the Python that it takes, as uv brings one.
const std::string& install_command(const Install& install);

/// The newest build that the user could have by fixing what it lacks, where an older one runs as it is; null for none.
const Rejection* newer_build(const Support& support);

/// What has to be known beside the ranking of the first: what stays idle, what nobody has a build for, demands that
/// could not be checked. Sentences.
std::vector<std::string> notes_on(const Recommendation& recommendation);

}  // namespace rigfit
