#include "fuzz/fleet_properties.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <vector>

#include "evidence/machine_file.hpp"
#include "fleet/input_names.hpp"
#include "fleet/nodeset.hpp"
#include "fleet/report_facts.hpp"
#include "fleet/stream.hpp"
#include "fleet/tally.hpp"

namespace rigfit {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Numbers beyond a double are JSON for one reader and not for the other.
bool may_hold_huge_numbers(std::string_view text) {
  std::size_t digits = 0;
  for (std::size_t n = 0; n < text.size(); ++n) {
    const bool is_digit = text[n] >= '0' && text[n] <= '9';
    if (is_digit && ++digits > 300) return true;
    if (digits > 0 && (text[n] == 'e' || text[n] == 'E')) return true;
    if (!is_digit && text[n] != '.') digits = 0;
  }
  return false;
}

bool is_same(const ReadDocument& a, const ReadDocument& b) {
  return a.kind == b.kind && a.schema == b.schema && a.node == b.node && a.recorded == b.recorded &&
         record_key(a.record) == record_key(b.record);
}

std::string broken_document(std::string_view text) {
  if (!text.starts_with('{')) return "";
  const auto whole = read_report(text);
  if (!whole) return whole.error().reason.empty() || whole.error().at > text.size() ? "an error without a place" : "";
  if (whole->size > text.size()) return "a report is longer than its text";
  std::string_view own = text.substr(0, whole->size);
  own = own.substr(0, own.find_last_of('}') + 1);  // white space behind it counts, too
  const auto again = read_report(own);
  if (!again || again->size != own.size() || !is_same(*whole, *again)) return "what stands behind a report changes it";
  const auto cut = read_report(own.substr(0, own.size() - 1));
  if (cut || !cut.error().is_cut) return "a part of a report passes for the whole";
  if (!nlohmann::json::accept(own) && !may_hold_huge_numbers(own)) return "what is read is not JSON";
  return "";
}

/// What a tally holds of one place.
struct Told {
  std::vector<std::tuple<std::uint32_t, std::string, std::uint32_t, std::int64_t>> entries;
  std::vector<std::tuple<std::uint32_t, std::string, std::string>> problems;

  bool operator==(const Told&) const = default;
};

Told told_of(const Tally& tally, std::uint32_t input) {
  Told told;
  for (const Entry& entry : tally.entries)
    if (entry.place.input == input)
      told.entries.emplace_back(entry.line, std::string(tally.label(entry)), entry.record, entry.recorded);
  for (const Problem& problem : tally.problems)
    if (problem.place.input == input) told.problems.emplace_back(problem.line, problem.label, problem.reason);
  return told;
}

std::string broken_tally(std::string_view text, const RuleBook& rules) {
  Tally tally(
      [](std::string_view machine) -> tl::expected<Record, std::string> {
        auto evidence = parse_machine_file(machine, "fuzz");
        if (!evidence) return tl::unexpected(evidence.error());
        Record record;
        record.attributes = {{"os", evidence->os}};
        return record;
      },
      [&](std::string_view report, Record&) -> tl::expected<void, std::string> {
        const auto machine = read_back(report, rules);
        return machine ? tl::expected<void, std::string>() : tl::unexpected(machine.error());
      });
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  for (const std::uint32_t input : {0u, 1u})
    if (tally.read(text, {input, 0}) != lines) return "lines are not counted";
  const std::size_t records = tally.records.size();
  if (text.starts_with('{') && tally.entries.empty() && tally.problem_count == 0)
    return "a document is passed over in silence";
  if (records > tally.entries.size()) return "there are records without a report";
  // Where the first time used up what is explained or kept, the second says less.
  if (tally.problem_count < 20 && told_of(tally, 0) != told_of(tally, 1)) return "a second reading is another one";
  return "";
}

using Taken = std::vector<std::tuple<std::string, std::string, std::size_t>>;

/// What is told apart of a stream that arrives in pieces of so many bytes; 0: as a whole.
Taken demultiplexed(std::string_view text, std::size_t piece, std::size_t& stray) {
  Taken taken;
  Demultiplexer demultiplexer([&](std::string_view label, std::string_view document,
                                  std::size_t line) { taken.emplace_back(label, document, line); },
                              [](std::string_view document) {
                                const auto read = read_report(document);
                                return read.has_value() && read->size == document.size();
                              });
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view part = rest.substr(0, piece == 0 ? rest.size() : piece);
    demultiplexer.add(part);
    rest.remove_prefix(part.size());
  }
  demultiplexer.finish();
  stray = demultiplexer.stray_lines();
  return taken;
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

std::string broken_fold(const std::vector<std::string>& names) {
  const std::string folded = fold_nodes(names);
  if (node_order({names.begin(), names.end()}).size() != names.size()) return "the order has more names, or fewer";
  if (!std::all_of(names.begin(), names.end(), is_plain_name)) return "";
  const auto again = expand_nodes(folded);
  if (!again) return "what was folded is refused: " + folded + ": " + again.error();
  return std::set(again->begin(), again->end()) == std::set(names.begin(), names.end())
             ? ""
             : "what was folded are other nodes: " + folded;
}

}  // namespace

std::string broken_report(std::string_view text, const RuleBook& rules) {
  if (std::string broken = broken_document(text); !broken.empty()) return broken;
  return broken_tally(text, rules);
}

std::string broken_stream(std::string_view text) {
  static_cast<void>(kind_of_stream(text));
  if (const std::size_t last = last_start(text); last > 0 && next_start(text, last - 1) != last)
    return "the last document begins nowhere";
  std::size_t stray = 0, stray_of_pieces = 0;
  const Taken whole = demultiplexed(text, 0, stray);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}})
    if (demultiplexed(text, piece, stray_of_pieces) != whole || stray != stray_of_pieces)
      return "a stream in pieces is another one";
  return "";
}

std::string broken_nodes(std::string_view text) {
  if (std::string broken = broken_fold(lines_of(text)); !broken.empty()) return broken;
  constexpr std::size_t most = 5'000;  // more take long, and nothing else happens
  const auto names = expand_nodes(text, most);
  if (!names) return names.error().empty() ? "a set is refused without a reason" : "";
  return names->size() > most ? "more nodes than the limit" : broken_fold(*names);
}

std::string broken_input_names(std::string_view text) {
  std::vector<FleetInput> inputs;
  for (std::string& line : lines_of(text)) {
    const std::size_t root = line.find("//");  // below a folder that was given
    inputs.push_back({line, root == line.npos ? "" : line.substr(0, root)});
  }
  return node_names(inputs).size() == inputs.size() ? "" : "a file has no name, or two";
}

}  // namespace rigfit
