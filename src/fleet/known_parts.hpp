#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fleet/record.hpp"
#include "fleet/report_reader.hpp"

namespace rigfit {

/// What the parts of reports say, by their texts. Two nodes' reports differ in a few members; the others were read
/// before, in some other report, and need not be read again. A part is a list of whole members, so that a text that
/// consists of such lists is an object: where it was cut is only a guess, which a wrong one does not pass.
class KnownParts {
 public:
  /// `is_exact`: reports that differ anywhere are told apart, also where no record does.
  explicit KnownParts(bool is_exact) : is_exact_(is_exact) {}

  struct Part {
    std::uint32_t text = 0;     ///< equal for equal texts; where the answer is not exact, for equal records
    std::uint32_t content = 0;  ///< for record()

    bool operator==(const Part&) const = default;
    bool operator<(const Part& other) const { return text != other.text ? text < other.text : content < other.content; }
  };
  using Parts = std::vector<Part>;

  /// The parts of `members`, all of a report from its brace to the comma before its last member; `last` are the others.
  /// Nothing where they are not those of a whole report, or name its node.
  std::optional<Parts> read(std::string_view members, Members last = {});

  /// What parts say together.
  Record record(const Parts& parts) const;

  /// Bytes that had to be read as JSON so far.
  std::size_t read_bytes() const { return read_bytes_; }

 private:
  struct Text {
    std::size_t size = 0;
    Part part;
    Members members;
  };

  std::vector<std::string_view> cut(std::string_view members);
  const Text* text_of(std::string_view part);
  std::optional<Parts> parts_of(const std::vector<std::string_view>& texts, Members members);

  bool is_exact_;
  std::array<std::size_t, 7> last_sizes_{};                    ///< of the parts, in the last report that had others
  std::unordered_map<std::uint64_t, Text> texts_;              ///< by their hashes
  std::unordered_map<std::string, std::uint32_t> by_content_;  ///< into `contents_`
  std::vector<Record> contents_;
  std::uint32_t text_count_ = 0;
  std::size_t read_bytes_ = 0;
};

}  // namespace rigfit
