#pragma once

#include <compare>
#include <cstdint>

namespace rigfit {

/// An exact fraction, always reduced, denominator positive.
struct Fraction {
  std::int64_t numerator = 0, denominator = 1;

  static Fraction of(std::int64_t numerator, std::int64_t denominator);  ///< `denominator` is not zero
  double value() const { return static_cast<double>(numerator) / static_cast<double>(denominator); }
  bool operator==(const Fraction&) const = default;
  std::strong_ordering operator<=>(const Fraction& other) const;
};

Fraction operator+(Fraction a, Fraction b);
Fraction operator-(Fraction a, Fraction b);
Fraction operator*(Fraction a, Fraction b);

}  // namespace rigfit
