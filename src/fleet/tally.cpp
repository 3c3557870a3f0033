#include "fleet/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "evidence/strict_json.hpp"
#include "fleet/nodeset.hpp"
#include "fleet/stream.hpp"

namespace rigfit {
namespace {

constexpr std::string_view last_member = "\"changing\":";  ///< of a report, by src/report/json
constexpr std::size_t longest_tail = 1u << 16;
constexpr std::size_t most_known = 1u << 18;  ///< texts whose record is remembered; 10 MiB
constexpr std::size_t most_extensions = 16;   ///< documents of a text that may go on behind a "{" at a line's start
constexpr std::size_t most_of_headers = 1u << 20;  ///< reports that sets of nodes stand for, more than any fleet has
constexpr std::size_t most_explained = 20;         ///< problems of which the place inside the document is looked for
constexpr std::size_t largest_explained = 4u << 20;

std::size_t count_lines(std::string_view text) {
  std::size_t count = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while ((at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at))))) ++count, ++at;
  return count;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

/// Where the last member of a report begins, 0 where it cannot be told without reading it.
std::size_t start_of_tail(std::string_view text) {
  const std::size_t from = text.size() > longest_tail ? text.size() - longest_tail : 0;
  const std::size_t found = text.substr(from).rfind(last_member);
  return found == text.npos ? 0 : from + found;
}

/// 20261127043304 of "2026-11-27T04:33:04Z".
std::int64_t moment_of(std::string_view text) {
  std::int64_t number = 0;
  std::size_t digits = 0;
  for (const char c : text) {
    if (digits == 14) break;
    if (c < '0' || c > '9') continue;
    number = number * 10 + (c - '0');
    ++digits;
  }
  return digits == 14 ? number : 0;
}

/// How much of the beginning of `text` are brackets and commas, as they stand between the documents of a list, or the
/// byte order mark of Windows; 0 where there are more of them than that.
std::size_t size_of_marks(std::string_view text) {
  constexpr std::size_t most = 8;
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) return byte_order_mark.size();
  const std::size_t end = std::min(text.find_first_not_of("[], \t\r\n"), text.size());
  return end <= most ? end : 0;
}

std::string schema_complaint(const std::string& schema) {
  if (schema.empty()) return "is JSON, but neither a report nor a machine file: it has no \"schema\"";
  return fmt::format("has the schema \"{}\", which is neither a report nor a machine file", schema);
}

/// Why a report is none to be counted; empty: it is one.
std::string report_complaint(const ReadDocument& document) {
  if (document.has_twice)
    return "has the same member twice, as where several tasks write to one file: use `srun -o 'out.%N.json'`";
  if (is_whole_report(document.members)) return "";
  const char* missing = !document.members.has(Member::machine)     ? "machine"
                        : !document.members.has(Member::platforms) ? "platforms"
                                                                   : "changing";
  return fmt::format("is not a whole report: it has no \"{}\"", missing);
}

}  // namespace

void Tally::add_problem(TextPlace place, std::string reason, std::size_t line, std::string label) {
  ++problem_count;
  if (problems.size() < most_problems)
    problems.push_back({place, static_cast<std::uint32_t>(line), std::move(label), std::move(reason)});
}

std::uint32_t Tally::index_of(Record&& record) {
  const auto [found, is_new] = by_key_.emplace(record_key(record), static_cast<std::uint32_t>(records.size()));
  if (is_new) records.push_back(std::move(record));
  return found->second;
}

std::string_view Tally::label(const Entry& entry) const {
  if (entry.label == 0) return {};
  const std::size_t begin = label_ends_[entry.label - 1];
  return std::string_view(label_text_).substr(begin, label_ends_[entry.label] - begin);
}

/// None for a text that is no set of nodes; empty where the headers before it have named too many. A few bytes can name
/// millions of nodes, before each of many documents.
std::optional<std::vector<std::string>> Tally::nodes_of_label() const {
  const bool is_enough = of_headers_ >= most_of_headers;
  auto nodes = expand_nodes(label_, is_enough ? 1 : most_of_headers);
  if (nodes && !nodes->empty()) return std::move(*nodes);
  return is_enough ? std::optional<std::vector<std::string>>(std::in_place) : std::nullopt;
}

void Tally::add_entry(std::uint32_t record, const std::string& node, const std::string& recorded) {
  Entry entry{place_, static_cast<std::uint32_t>(line_), 0, record, moment_of(recorded)};
  const auto add = [&](std::string_view name) {
    label_text_ += name;
    entry.label = static_cast<std::uint32_t>(label_ends_.size());
    label_ends_.push_back(label_text_.size());
    entries.push_back(entry);
  };
  if (!node.empty()) return add(node);
  if (label_.empty()) return entries.push_back(entry);
  if (!of_label_) of_label_ = nodes_of_label();
  if (!*of_label_) return add(label_);
  const std::vector<std::string>& nodes = **of_label_;
  if (nodes.empty() || (nodes.size() > 1 && nodes.size() > most_of_headers - of_headers_)) {
    of_headers_ = most_of_headers;
    return add_problem(place_, fmt::format("headers name more than {} nodes", most_of_headers), line_);
  }
  if (nodes.size() > 1) of_headers_ += nodes.size();
  for (const std::string& name : nodes) add(name);
}

void Tally::take(ReadDocument&& document, std::string_view text) {
  text = text.substr(0, document.size);
  if (document.kind == DocumentKind::other)
    return add_problem(place_, schema_complaint(document.schema), line_, std::string(label_));
  if (document.kind == DocumentKind::report) {
    if (std::string complaint = report_complaint(document); !complaint.empty())
      return add_problem(place_, std::move(complaint), line_, std::string(label_));
    if (complete_)
      if (auto completed = complete_(text, document.record); !completed)
        return add_problem(place_, completed.error(), line_, std::string(label_));
    return add_entry(index_of(std::move(document.record)), document.node, document.recorded);
  }
  const std::uint64_t hash = hash_of(text);
  const auto known = by_machine_.find(hash);
  if (known != by_machine_.end() && known->second.size == text.size())
    return add_entry(known->second.record, document.node, document.recorded);
  auto record = judge_(text);
  if (!record) return add_problem(place_, record.error(), line_, std::string(label_));
  const std::uint32_t index = index_of(std::move(*record));
  if (by_machine_.size() < most_known) by_machine_[hash] = {text.size(), index};
  add_entry(index, document.node, document.recorded);
}

/// The record of a report by its parts, of which most were read before; `head` are all but its last member.
std::optional<std::uint32_t> Tally::record_by_parts(std::string_view head, Members last, std::string_view text) {
  const std::size_t comma = head.find_last_not_of(" \t\r\n");
  if (comma == head.npos || head[comma] != ',') return std::nullopt;
  const auto parts = parts_.read(head.substr(0, comma), last);
  if (!parts) return std::nullopt;
  if (const auto known = by_parts_.find(*parts); known != by_parts_.end()) return known->second;
  Record record = parts_.record(*parts);
  // What cannot be answered is explained by who reads the whole.
  if (complete_ && !complete_(text, record)) return std::nullopt;
  const std::uint32_t index = index_of(std::move(record));
  if (by_parts_.size() < most_known) by_parts_.emplace(*parts, index);
  return index;
}

/// A report of which the parts but its last member were read before, or are read now: with a well-formed rest the whole
/// is one.
std::size_t Tally::read_known(std::string_view candidate) {
  const std::size_t tail = start_of_tail(candidate);
  if (tail == 0) return 0;
  const auto rest = read_report_tail(candidate.substr(tail));
  if (!rest || rest->members.has(Member::schema)) return 0;
  const std::size_t size = tail + rest->size;
  // Who completes a record reads more strictly than who compares reports, and its last member differs from what is
  // known.
  if (complete_ && !parse_strict_json("{" + std::string(candidate.substr(tail, rest->size)), 64)) return 0;
  const auto record = record_by_parts(candidate.substr(0, tail), rest->members, candidate.substr(0, size));
  if (!record) return 0;
  add_entry(*record, rest->node, rest->recorded);
  return size;
}

void Tally::explain(std::string_view candidate, const DocumentError& error) {
  std::string reason = error.reason;
  if (!error.is_cut && problems.size() < most_explained && candidate.size() <= largest_explained)
    if (const auto strict = parse_strict_json(candidate, 64); !strict)
      reason = fmt::format("{}: {}", strict.error().place, strict.error().reason);
  // A second beginning inside of a line: several tasks wrote at the same time.
  constexpr std::string_view beginning = "{\"schema\":\"rigfit.";
  const std::string_view line = candidate.substr(0, std::min(candidate.find('\n'), candidate.size()));
  if (line.find(beginning, 1) != line.npos)
    reason += "; several tasks wrote into this line: use `srun -o 'out.%N.json'`";
  add_problem(place_, std::move(reason), line_, std::string(label_));
}

std::size_t Tally::read_document(std::string_view text, std::string_view candidate) {
  if (candidate.size() > largest_document) {
    add_problem(place_, fmt::format("is longer than {} MiB", largest_document >> 20), line_, std::string(label_));
    return 0;
  }
  if (const std::size_t size = read_known(candidate); size > 0) return size;
  auto document = read_report(candidate);
  if (!document && document.error().is_cut && candidate.size() < text.size() && extensions_ < most_extensions) {
    ++extensions_;
    if (auto longer = read_report(text.substr(0, largest_document)); longer) {
      document = std::move(longer);
      candidate = text;
    }
  }
  if (!document) {
    explain(candidate, document.error());
    return 0;
  }
  const std::size_t size = document->size;
  take(std::move(*document), candidate);
  return size;
}

void Tally::add_junk(std::string_view line) {
  if (is_in_junk_) return;
  is_in_junk_ = true;
  // What begins like this is the rest of an object whose beginning is elsewhere.
  const std::size_t begin = line.find_first_not_of(" \t");
  const bool is_piece = begin != line.npos && std::string_view("\"}]").find(line[begin]) != std::string_view::npos;
  has_pieces = has_pieces || is_piece;
  // What a shell or a launcher says in the place of a report tells why there is none.
  constexpr std::size_t longest_shown = 60;
  std::string reason =
      is_piece ? "a piece of JSON without its beginning"
               : fmt::format("text that is not JSON: \"{}\"", line.substr(0, std::min(line.find('\r'), longest_shown)));
  add_problem(place_, std::move(reason), line_, std::string(label_));
}

std::size_t Tally::read(std::string_view text, TextPlace place, std::string_view label, std::size_t first_line) {
  place_ = place;
  line_ = first_line;
  label_ = label;
  of_label_.reset();
  extensions_ = 0;
  is_in_junk_ = false;
  bytes += text.size();
  std::size_t at = 0;
  const auto advance = [&](std::size_t to) {
    line_ += count_lines(text.substr(at, to - at));
    at = to;
  };
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    if (is_space(rest.front())) {
      advance(at + 1);
    } else if (rest.front() == '{') {
      is_in_junk_ = false;
      const std::string_view candidate = rest.substr(0, next_start(text, at) - at);
      const std::size_t size = read_document(rest, candidate);
      advance(at + (size > 0 ? size : candidate.size()));
    } else if (const std::size_t marks = size_of_marks(rest); marks > 0) {
      advance(at + marks);
    } else if (const FoldedHeader header = folded_header(rest); header.size > 0) {
      label_ = header.nodes;
      of_label_.reset();
      is_in_junk_ = false;
      advance(at + header.size);
    } else {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      add_junk(rest.substr(0, end));
      advance(at + end);
    }
  }
  return line_ - first_line;
}

}  // namespace rigfit
