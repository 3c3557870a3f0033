#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rigfit {

/// A dotted version as its maker prints it: numbers compare as numbers, what follows them ("rc1", "+cu130") is kept
/// as text and compared only to break a tie of numbers: nothing < any suffix, except that a pre-release suffix
/// (a, b, rc, dev, alpha, beta, preview) sorts before nothing. "580" equals "580.0".
class Version {
 public:
  /// Empty when `text` does not start with a digit (a leading "v" is allowed), or is longer than 128 characters.
  static std::optional<Version> parse(std::string_view text);

  const std::string& text() const { return text_; }
  /// How many numbers it has: 3 of "2.4.0+cu121".
  std::size_t size() const { return size_; }
  /// The n-th number, 0 where there is none.
  std::uint64_t part(std::size_t n) const;

  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return std::is_eq(*this <=> other); }

 private:
  std::string_view numbers() const { return std::string_view(text_).substr(0, suffix_); }
  std::string_view suffix() const { return std::string_view(text_).substr(suffix_); }

  // Conditions compare versions all the time: the numbers are read where they stand, so that most versions, which are
  // short, take no memory beside themselves.
  std::string text_;
  std::uint8_t suffix_ = 0;  ///< where the numbers end
  std::uint8_t size_ = 0;
};

}  // namespace rigfit
