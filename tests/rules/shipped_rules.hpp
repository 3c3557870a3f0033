#pragma once

#include <gtest/gtest.h>

#include "rules/book.hpp"

namespace rigfit {

/// The rules that the program carries, checked by their schemas.
inline const RuleBook& shipped() {
  static const RuleBook book = [] {
    auto loaded = load_rules(embedded_rules(), true);
    if (!loaded) ADD_FAILURE() << loaded.error().file << " " << loaded.error().key << ": " << loaded.error().reason;
    return loaded ? std::move(*loaded) : RuleBook{};
  }();
  return book;
}

}  // namespace rigfit
