#include "judge/ranking/fraction.hpp"

namespace rigfit {
namespace {

// Products of two 64-bit numbers; results are reduced before they go back into 64 bits. Points are at most 10^6 a
// factor, so every value here stays far below 2^63 (see the bound in ranking.cpp).
__extension__ typedef __int128 Wide;

Fraction reduced(Wide numerator, Wide denominator) {
  if (denominator < 0) numerator = -numerator, denominator = -denominator;
  Wide a = numerator < 0 ? -numerator : numerator, b = denominator;
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return {static_cast<std::int64_t>(numerator / a), static_cast<std::int64_t>(denominator / a)};
}

}  // namespace

Fraction Fraction::of(std::int64_t numerator, std::int64_t denominator) { return reduced(numerator, denominator); }

std::strong_ordering Fraction::operator<=>(const Fraction& other) const {
  const Wide left = Wide{numerator} * other.denominator, right = Wide{other.numerator} * denominator;
  return left < right   ? std::strong_ordering::less
         : left > right ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

Fraction operator+(Fraction a, Fraction b) {
  return reduced(Wide{a.numerator} * b.denominator + Wide{b.numerator} * a.denominator,
                 Wide{a.denominator} * b.denominator);
}
Fraction operator-(Fraction a, Fraction b) { return a + Fraction{-b.numerator, b.denominator}; }
Fraction operator*(Fraction a, Fraction b) {
  return reduced(Wide{a.numerator} * b.numerator, Wide{a.denominator} * b.denominator);
}

}  // namespace rigfit
