#pragma once

#include "judge/recommend/recommend.hpp"

namespace rigfit {

/// A framework, and for profiles that ask for it what runs the models it has trained.
struct Answers {
  Recommendation framework;
  std::optional<Recommendation> runtime;
};

/// Both lists of a profile, each ranked by itself: a runtime trains nothing, so it does not compete with a framework.
/// There is one list only where the profile has no other, where the candidates were named, and under a rating set,
/// which knows no runtimes. A demand for a framework that is in one list only says nothing about the other list.
/// `kept`: see recommend().
tl::expected<Answers, std::string> answer(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                                          const Wishes& wishes, ResolutionStore* kept = nullptr);

}  // namespace rigfit
