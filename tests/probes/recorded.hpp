#pragma once

#include <string>
#include <utility>

#include "evidence/evidence.hpp"

namespace rigfit {

/// A machine of which one answer was recorded.
inline Evidence recorded(std::string os, std::string key, std::string text) {
  Evidence evidence;
  evidence.os = std::move(os);
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = std::move(text);
  evidence.set(std::move(key), std::move(answer));
  return evidence;
}

}  // namespace rigfit
