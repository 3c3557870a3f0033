#pragma once

#include <string>
#include <vector>

#include "cli/options/options.hpp"

namespace rigfit {

/// Thrown while arguments are read, and caught by parse_arguments: a sentence for the user.
struct Wrong {
  std::string sentence;
};

/// Options as they are written; turned into the plain structs when all is read.
struct Raw {
  Look look;
  Tell tell;
  bool no_children = false;
  bool prove = false;
  std::string prove_memory = "64", prove_seconds = "5";
  std::string format = "text", colour = "auto", patience = "1";
  std::string rules, profile, only, action = "list", name;
  std::string ratings, priorities_file, target_os;
  std::vector<std::string> from, priorities, candidates, demands, platforms, words;
  bool plan = false, ask = false;
  bool names_candidates = false;  ///< --candidates was given, perhaps with nothing
};

// The plain structs of each command; each throws Wrong for what is no such option's value.

ProbeOptions probe_options(const Raw& raw);
DoctorOptions doctor_options(const Raw& raw);
ProveOptions prove_options(const Raw& raw);
CaptureOptions capture_options(const Raw& raw);
ExplainOptions explain_options(const Raw& raw);
RulesOptions rules_options(const Raw& raw);
RecommendOptions recommend_options(Raw raw);

}  // namespace rigfit
