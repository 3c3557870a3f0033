#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// A dotted version as its maker prints it: numbers compare as numbers, what follows them ("rc1", "+cu130") is kept
/// as text and compared only to break a tie of numbers: nothing < any suffix, except that a pre-release suffix
/// (a, b, rc, dev, alpha, beta, preview) sorts before nothing. "580" equals "580.0".
class Version {
 public:
  /// Empty when `text` does not start with a digit (a leading "v" is allowed), or is longer than 128 characters.
  static std::optional<Version> parse(std::string_view text);

  const std::string& text() const { return text_; }
  const std::vector<std::uint64_t>& parts() const { return parts_; }
  /// The n-th number, 0 where there is none.
  std::uint64_t part(std::size_t n) const { return n < parts_.size() ? parts_[n] : 0; }

  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return std::is_eq(*this <=> other); }

 private:
  std::string text_;
  std::vector<std::uint64_t> parts_;
  std::string suffix_;
};

}  // namespace rigfit
