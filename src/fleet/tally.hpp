#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <unordered_map>
#include <vector>

#include "fleet/known_parts.hpp"
#include "fleet/record.hpp"
#include "fleet/report_reader.hpp"

namespace rigfit {

/// Where a text was read from: an input by its number, a part of it by its number (large ones are cut).
struct TextPlace {
  std::uint32_t input = 0, part = 0;

  bool operator==(const TextPlace& other) const { return input == other.input && part == other.part; }
  bool operator<(const TextPlace& other) const {
    return input != other.input ? input < other.input : part < other.part;
  }
};

/// One report that was read.
struct Entry {
  TextPlace place;
  std::uint32_t line = 0;     ///< of its beginning, from 0 in its part
  std::uint32_t label = 0;    ///< for Tally::label(); 0: none
  std::uint32_t record = 0;   ///< into `records`
  std::int64_t recorded = 0;  ///< 20261127043304 for 04:33:04 on 27 November 2026; 0: not known
};

/// What could not be read.
struct Problem {
  TextPlace place;
  std::uint32_t line = 0;  ///< as of an entry
  std::string label;       ///< of the node, where a label says it; else empty
  std::string reason;      ///< "is cut off"
};

/// Judges a machine file: all that `rigfit --from` would say of it, as a report. The error is a sentence.
using JudgeMachine = std::function<tl::expected<Record, std::string>(std::string_view text)>;
/// Adds to a record what only the whole report can answer.
using CompleteReport = std::function<tl::expected<void, std::string>(std::string_view text, Record& record)>;

/// What one thread has read. Equal reports become one record; of a report whose text was seen before only the end is
/// read, in which times and free memory stand, and of another one the parts that were not. Not for several threads.
class Tally {
 public:
  explicit Tally(JudgeMachine judge, CompleteReport complete = {})
      : judge_(std::move(judge)), complete_(std::move(complete)), parts_(complete_ != nullptr) {}

  /// All documents in a text, which has to begin and end where documents do. `label` names the nodes that wrote it (a
  /// set of them); empty: unknown. Returns how many line breaks it holds.
  std::size_t read(std::string_view text, TextPlace place, std::string_view label = {}, std::size_t first_line = 0);
  /// An input, or a part of one, that could not be read at all.
  void add_problem(TextPlace place, std::string reason, std::size_t line = 0, std::string label = {});
  /// For inputs of several parts: how many line breaks a part holds.
  void set_lines(TextPlace place, std::size_t lines) { lines_.emplace_back(place, lines); }

  std::vector<Entry> entries;
  /// Of an entry; empty: it has none.
  std::string_view label(const Entry& entry) const;
  std::vector<Record> records;
  std::vector<Problem> problems;  ///< the first `most_problems` of them
  std::size_t problem_count = 0, bytes = 0;
  bool has_pieces = false;  ///< ends of objects without beginnings, as several tasks leave them in one stream
  std::vector<std::pair<TextPlace, std::size_t>> lines_;

  static constexpr std::size_t most_problems = 1000;
  static constexpr std::size_t largest_document = 64u << 20;  ///< bytes

 private:
  struct Known {
    std::uint64_t size = 0;
    std::uint32_t record = 0;
  };

  /// Reads the document that `text` begins with; its size. 0: nothing was read, and a problem was noted.
  std::size_t read_document(std::string_view text, std::string_view candidate);
  std::size_t read_known(std::string_view candidate);
  std::optional<std::uint32_t> record_by_parts(std::string_view head, Members last, std::string_view text);
  void take(ReadDocument&& document, std::string_view text);
  std::optional<std::vector<std::string>> nodes_of_label() const;
  void add_entry(std::uint32_t record, const std::string& node, const std::string& recorded);
  std::uint32_t index_of(Record&& record);
  void add_junk(std::string_view line);
  void explain(std::string_view candidate, const DocumentError& error);

  JudgeMachine judge_;
  CompleteReport complete_;
  std::unordered_map<std::string, std::uint32_t> by_key_;
  std::unordered_map<std::uint64_t, Known> by_machine_;  ///< by the hash of a machine file
  KnownParts parts_;
  std::map<KnownParts::Parts, std::uint32_t> by_parts_;
  std::vector<std::size_t> label_ends_{0};  ///< in `label_text_`, of each label; the first is none
  std::string label_text_;
  std::size_t of_headers_ = 0;  ///< entries that sets of nodes stand for, in all texts
  // Of the text that is being read:
  TextPlace place_;
  std::size_t line_ = 0;
  std::string_view label_;
  std::size_t extensions_ = 0;
  std::optional<std::optional<std::vector<std::string>>> of_label_;  ///< its nodes, once somebody asked
  bool is_in_junk_ = false;
};

}  // namespace rigfit
