#include "fleet/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "fleet/nodeset.hpp"
#include "fleet/parts.hpp"
#include "fleet/references.hpp"
#include "judge/check/requirements.hpp"

namespace rigfit {
namespace {

/// One node's report, with all that tells which of two is meant.
struct Row {
  std::string_view name;  ///< of a label, or in Rows::names
  std::int64_t recorded = 0;
  TextPlace place;
  std::uint32_t line = 0;
  std::uint32_t record = 0;
};

struct Rows {
  std::vector<Row> all;
  std::deque<std::string> names;  ///< of reports that no label names
};

/// The records of all threads, each once.
struct Records {
  std::vector<const Record*> all;
  std::vector<std::vector<std::uint32_t>> index_of;  ///< by tally, then by its own index
};

Records joined(const std::vector<Tally>& tallies) {
  Records records;
  std::unordered_map<std::string, std::uint32_t> known;
  for (const Tally& tally : tallies) {
    records.index_of.emplace_back();
    for (const Record& record : tally.records) {
      const auto [found, is_new] = known.emplace(record_key(record), static_cast<std::uint32_t>(records.all.size()));
      if (is_new) records.all.push_back(&record);
      records.index_of.back().push_back(found->second);
    }
  }
  return records;
}

/// How many lines of an input come before each of its parts.
std::map<TextPlace, std::size_t> lines_before(const std::vector<Tally>& tallies) {
  std::map<TextPlace, std::size_t> lines;
  for (const Tally& tally : tallies)
    for (const auto& [place, count] : tally.lines_) lines[place] = count;
  std::uint32_t input = 0;
  std::size_t before = 0;
  for (auto& [place, count] : lines) {
    if (place.input != input || place.part == 0) before = 0;
    input = place.input;
    before += std::exchange(count, before);
  }
  return lines;
}

/// Names each report: by its label, by its file, or by file and line where that holds several.
Rows rows_of(const std::vector<Tally>& tallies, const Records& records, const std::vector<std::string>& names,
             const std::map<TextPlace, std::size_t>& before) {
  std::vector<std::uint32_t> unnamed(names.size());
  std::size_t count = 0;
  for (const Tally& tally : tallies) {
    count += tally.entries.size();
    for (const Entry& entry : tally.entries)
      if (entry.label == 0) ++unnamed[entry.place.input];
  }
  Rows rows;
  rows.all.reserve(count);
  for (std::size_t t = 0; t < tallies.size(); ++t)
    for (const Entry& entry : tallies[t].entries) {
      const auto first = before.find(entry.place);
      const std::size_t line = entry.line + (first == before.end() ? 0 : first->second);
      std::string_view name = tallies[t].label(entry);
      if (entry.label == 0) {
        const std::string& input = names[entry.place.input];
        name = rows.names.emplace_back(unnamed[entry.place.input] == 1 ? input : fmt::format("{}:{}", input, line + 1));
      }
      rows.all.push_back(
          {name, entry.recorded, entry.place, static_cast<std::uint32_t>(line), records.index_of[t][entry.record]});
    }
  return rows;
}

/// One row a node, the one that was recorded last, else the one that was read last; the names of those with several.
std::vector<std::string> drop_repeated(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.name, b.recorded, b.place, b.line) < std::tie(b.name, a.recorded, a.place, a.line);
  });
  std::vector<std::string> repeated;
  std::size_t kept = 0;
  for (std::size_t n = 0; n < rows.size(); ++n) {
    if (kept > 0 && rows[kept - 1].name == rows[n].name) {
      if (repeated.empty() || repeated.back() != rows[n].name) repeated.emplace_back(rows[n].name);
    } else {
      rows[kept] = rows[n];
      ++kept;
    }
  }
  rows.resize(kept);
  return repeated;
}

void sort_by_node(std::vector<Row>& rows) {
  std::vector<std::string_view> names;
  names.reserve(rows.size());
  for (const Row& row : rows) names.push_back(row.name);
  const std::vector<std::size_t> order = node_order(names);
  if (std::is_sorted(order.begin(), order.end())) return;
  std::vector<Row> sorted;
  sorted.reserve(rows.size());
  for (const std::size_t n : order) sorted.push_back(rows[n]);
  rows = std::move(sorted);
}

NodeList list_of(const std::vector<std::string_view>& names) { return {names.size(), fold_nodes(names)}; }

/// Classes from the nodes' records, the largest first; of equal sizes in the order of their first node.
void add_classes(const std::vector<Row>& rows, const Records& records, Fleet& fleet) {
  std::unordered_map<std::string, std::size_t> by_key;
  std::vector<std::size_t> class_of_record(records.all.size(), 0);
  std::vector<std::size_t> first_record;
  for (std::size_t r = 0; r < records.all.size(); ++r) {
    const auto [found, is_new] = by_key.emplace(class_key(*records.all[r]), first_record.size());
    if (is_new) first_record.push_back(r);
    class_of_record[r] = found->second;
  }
  std::vector<std::size_t> nodes_of_record(records.all.size());
  std::vector<std::vector<std::size_t>> members(first_record.size());
  for (std::size_t n = 0; n < rows.size(); ++n) {
    ++nodes_of_record[rows[n].record];
    members[class_of_record[rows[n].record]].push_back(n);
  }
  std::vector<std::size_t> order;
  for (std::size_t c = 0; c < members.size(); ++c)
    if (!members[c].empty()) order.push_back(c);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (members[a].size() != members[b].size()) return members[a].size() > members[b].size();
    return members[a].front() < members[b].front();
  });
  fleet.class_of.resize(rows.size());
  for (const std::size_t c : order) {
    FleetClass one;
    std::vector<std::string_view> names;
    // The record of most of its nodes; of equally many that of the first.
    std::size_t most = rows[members[c].front()].record;
    for (const std::size_t n : members[c]) {
      names.push_back(rows[n].name);
      if (nodes_of_record[rows[n].record] > nodes_of_record[most]) most = rows[n].record;
      fleet.class_of[n] = fleet.classes.size();
    }
    one.record = *records.all[most];
    one.nodes = list_of(names);
    fleet.classes.push_back(std::move(one));
  }
  fleet.nodes.reserve(rows.size());
  for (const Row& row : rows) fleet.nodes.emplace_back(row.name);
}

std::size_t rank_of(const std::string& severity) {
  const auto& known = severities();
  return static_cast<std::size_t>(std::find(known.begin(), known.end(), severity) - known.begin());
}

void add_findings(Fleet& fleet) {
  const Gather gather(fleet);
  std::map<std::string, NodeFinding> findings;
  for (const FleetClass& one : fleet.classes)
    for (const NodeFinding& finding : one.record.findings) {
      const auto [found, is_new] = findings.emplace(finding.id, finding);
      if (is_new) found->second.devices = 0;
      found->second.devices += finding.devices * one.nodes.count;
    }
  for (const auto& [id, finding] : findings)
    fleet.findings.push_back({finding, gather.nodes([&id = id](const FleetClass& one) {
                                const auto& own = one.record.findings;
                                return std::any_of(own.begin(), own.end(), [&](const auto& f) { return f.id == id; });
                              })});
  std::stable_sort(fleet.findings.begin(), fleet.findings.end(), [](const FleetFinding& a, const FleetFinding& b) {
    const std::size_t one = rank_of(a.finding.severity), other = rank_of(b.finding.severity);
    return one != other ? one < other : a.nodes.count > b.nodes.count;
  });
}

void add_requirements(Fleet& fleet) {
  const Gather gather(fleet);
  std::vector<std::string> texts;
  for (const FleetClass& one : fleet.classes)
    for (const NodeAnswer& answer : one.record.answers)
      if (std::find(texts.begin(), texts.end(), answer.requirement) == texts.end()) texts.push_back(answer.requirement);
  for (const std::string& text : texts) {
    FleetRequirement requirement{.requirement = text};
    const auto answer_of = [&](const FleetClass& one) -> const NodeAnswer* {
      for (const NodeAnswer& answer : one.record.answers)
        if (answer.requirement == text) return &answer;
      return nullptr;
    };
    for (const FleetClass& one : fleet.classes) {
      const NodeAnswer* answer = answer_of(one);
      if (answer && !answer->applies) requirement.does_not_apply += one.nodes.count;
      if (answer && answer->applies && answer->met == Truth::yes) requirement.met += one.nodes.count;
      if (answer && answer->met == Truth::no && requirement.found.empty()) requirement.found = answer->found;
    }
    const auto nodes = [&](Truth met) {
      return gather.nodes([&](const FleetClass& one) {
        const NodeAnswer* answer = answer_of(one);
        return answer && answer->applies && answer->met == met;
      });
    };
    requirement.failed = nodes(Truth::no);
    requirement.unknown = nodes(Truth::unknown);
    fleet.requirements.push_back(std::move(requirement));
  }
}

/// What the input itself gives away.
void add_notes_on_input(const std::vector<Tally>& tallies, const std::vector<Row>& rows, Fleet& fleet) {
  if (std::any_of(tallies.begin(), tallies.end(), [](const Tally& tally) { return tally.has_pieces; }))
    fleet.notes.emplace_back(
        "pieces of reports lie between others, as where several tasks write to one stream; what else was read of it "
        "may be "
        "mixed up. Use `srun -o 'out.%N.json'`");
  const auto is_number = [](const Row& row) { return row.name.find_first_not_of("0123456789") == row.name.npos; };
  if (rows.size() > 1 && std::all_of(rows.begin(), rows.end(), is_number))
    fleet.notes.emplace_back("the nodes are named by numbers, as `srun -l` numbers its tasks");
}

void compare_names(const std::vector<std::string>& expected, Fleet& fleet) {
  std::vector<std::string> there = fleet.nodes, wanted = expected, missing, unexpected;
  std::sort(there.begin(), there.end());
  std::sort(wanted.begin(), wanted.end());
  std::set_difference(wanted.begin(), wanted.end(), there.begin(), there.end(), std::back_inserter(missing));
  std::set_difference(there.begin(), there.end(), wanted.begin(), wanted.end(), std::back_inserter(unexpected));
  fleet.missing = {missing.size(), fold_nodes(missing)};
  fleet.unexpected = {unexpected.size(), fold_nodes(unexpected)};
  fleet.was_expected = true;
}

void add_problems(const std::vector<Tally>& tallies, const std::vector<std::string>& paths,
                  const std::map<TextPlace, std::size_t>& before, Fleet& fleet) {
  struct At {
    TextPlace place;
    std::size_t line;
    const Problem* problem;
  };
  std::vector<At> all;
  for (const Tally& tally : tallies) {
    fleet.problem_count += tally.problem_count;
    fleet.bytes += tally.bytes;
    for (const Problem& problem : tally.problems) {
      const auto first = before.find(problem.place);
      all.push_back({problem.place, problem.line + (first == before.end() ? 0 : first->second), &problem});
    }
  }
  std::sort(all.begin(), all.end(),
            [](const At& a, const At& b) { return std::tie(a.place, a.line) < std::tie(b.place, b.line); });
  for (const At& at : all) {
    if (fleet.problems.size() == Tally::most_problems) break;
    std::string place = fmt::format("{}, line {}", paths[at.place.input], at.line + 1);
    if (!at.problem->label.empty()) place += fmt::format(" ({})", at.problem->label);
    fleet.problems.push_back({std::move(place), at.problem->reason});
  }
}

}  // namespace

Truth Fleet::is_fine() const {
  const auto any_of = [&](auto holds) { return std::any_of(requirements.begin(), requirements.end(), holds); };
  if (all.faulty.count > 0 || missing.count > 0 || any_of([](const auto& one) { return one.failed.count > 0; }))
    return Truth::no;
  if (problem_count > 0 || undetermined.count > 0 || any_of([](const auto& one) { return one.unknown.count > 0; }))
    return Truth::unknown;
  return Truth::yes;
}

Fleet assemble(std::vector<Tally>&& tallies, const std::vector<std::string>& names,
               const std::vector<std::string>& paths, const FleetWishes& wishes) {
  Fleet fleet;
  fleet.inputs = paths.size();
  fleet.notes = wishes.notes;
  const std::map<TextPlace, std::size_t> before = lines_before(tallies);
  const Records records = joined(tallies);
  Rows named = rows_of(tallies, records, names, before);
  for (Tally& tally : tallies) std::vector<Entry>().swap(tally.entries);
  std::vector<Row>& rows = named.all;
  fleet.named_by_inputs = named.names.size();
  const std::vector<std::string> repeated = drop_repeated(rows);
  sort_by_node(rows);
  std::set<std::string> rules;
  for (const Row& row : rows) {
    rules.insert(records.all[row.record]->rules);
    if (row.recorded == 0) continue;
    if (fleet.oldest == 0 || row.recorded < fleet.oldest) fleet.oldest = row.recorded;
    fleet.newest = std::max(fleet.newest, row.recorded);
  }
  fleet.rules.assign(rules.begin(), rules.end());
  add_classes(rows, records, fleet);
  add_notes_on_input(tallies, rows, fleet);
  for (std::string& note : add_references(fleet.classes)) fleet.notes.push_back(std::move(note));
  add_findings(fleet);
  add_requirements(fleet);
  add_best(fleet);
  add_parts(wishes.partitions, fleet);
  const Gather gather(fleet);
  fleet.undetermined = gather.nodes([](const FleetClass& one) { return !one.record.is_determined; });
  fleet.repeated = {repeated.size(), fold_nodes(repeated)};
  if (wishes.expected) compare_names(*wishes.expected, fleet);
  add_problems(tallies, paths, before, fleet);
  return fleet;
}

}  // namespace rigfit
