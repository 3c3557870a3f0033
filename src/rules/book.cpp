#include "rules/book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "evidence/strict_json.hpp"
#include "rules/exported_rules.hpp"
#include "rules/reader.hpp"

namespace rigfit {

const FrameworkRule* RuleBook::framework(std::string_view id) const {
  const auto it = std::find_if(frameworks.begin(), frameworks.end(), [&](const auto& one) { return one.id == id; });
  return it == frameworks.end() ? nullptr : &*it;
}
const FindingRule* RuleBook::finding(std::string_view id) const {
  const auto it = std::find_if(findings.begin(), findings.end(), [&](const FindingRule& one) { return one.id == id; });
  return it == findings.end() ? nullptr : &*it->rule;
}
const Factor* RuleBook::factor(std::string_view id) const {
  const auto it = std::find_if(factors.begin(), factors.end(), [&](const auto& one) { return one.id == id; });
  return it == factors.end() ? nullptr : &*it;
}
const Citation* RuleBook::citation(std::string_view id) const {
  const auto it = std::find_if(evidence.begin(), evidence.end(), [&](const auto& one) { return one.id == id; });
  return it == evidence.end() ? nullptr : &*it;
}
const Profile* RuleBook::profile(std::string_view id) const {
  if (id.empty()) return nullptr;  // nobody asked for one: they need not be unpacked
  const auto it = std::find_if(profiles.begin(), profiles.end(), [&](const Profile& one) {
    return one.id == id || std::find(one.aliases.begin(), one.aliases.end(), id) != one.aliases.end();
  });
  return it == profiles.end() ? nullptr : &*it;
}
const RatingSet* RuleBook::rating_set(std::string_view id) const {
  const auto it = std::find_if(rating_sets.begin(), rating_sets.end(), [&](const auto& one) { return one.id == id; });
  return it == rating_sets.end() ? nullptr : &*it;
}

namespace {

constexpr std::string_view built_in_origin = "built-in";

/// The schema of a rule file, by its folder or name.
std::string schema_of(const std::string& path) {
  const std::size_t slash = path.find('/');
  const std::string kind = slash == path.npos ? path.substr(0, path.rfind('.')) : path.substr(0, slash);
  return "schema/" + kind + ".schema.json";
}

/// A source of a year after that of the rules has a slip in it.
std::optional<RuleError> from_the_future(const RuleBook& book) {
  const int year = book.as_of.empty() ? 9999 : std::stoi(book.as_of.substr(0, 4));
  for (const Citation& citation : book.evidence)
    if (citation.source.year > year)
      return RuleError{
          "evidence", citation.id,
          fmt::format("its source is of {}, and the rules are as of {}", citation.source.year, book.as_of)};
  for (const FindingRule& rule : book.findings)
    if (rule.text->source.year > year)
      return RuleError{
          "findings", rule.id,
          fmt::format("its source is of {}, and the rules are as of {}", rule.text->source.year, book.as_of)};
  return std::nullopt;
}

/// The kinds of rule files by how their paths begin. What others refer to comes first.
constexpr std::string_view kinds[] = {"facts/",       "conditions",      "sources",     "remedies",  "evidence",
                                      "factors.json", "levels.json",     "devices/",    "tables/",   "packages/",
                                      "findings/",    "statistics.json", "frameworks/", "profiles/", "ratings/",
                                      "environments", "exports.json"};

void read_file(RuleReader& reader, std::string_view kind, const RuleJson& json, const RuleFile& file,
               std::vector<DeviceModel>& rows) {
  const std::string& origin = file.origin;
  if (kind == "conditions") reader.read_conditions(json);
  if (kind == "sources") reader.read_sources(json);
  if (kind == "remedies") reader.read_remedies(json);
  if (kind == "facts/") reader.read_facts(json);
  if (kind == "evidence") reader.read_evidence(json, origin);
  if (kind == "factors.json") reader.read_factors(json);
  if (kind == "levels.json") reader.read_levels(json);
  if (kind == "devices/") reader.read_devices(json, rows);
  if (kind == "tables/") reader.read_table(json);
  if (kind == "packages/") reader.read_packages(json);
  if (kind == "findings/") reader.read_findings(json, file.path, origin);
  if (kind == "statistics.json") reader.read_statistics(json);
  if (kind == "frameworks/") reader.read_framework(json, origin);
  if (kind == "environments") reader.read_environments(json);
  if (kind == "profiles/") reader.read_profile(json);
  if (kind == "ratings/") reader.read_rating_set(json);
  if (kind == "exports.json") reader.read_exports(json);
}

/// What `read` does, or why it could not.
template <class Read>
std::optional<RuleError> trying(const RuleFile& file, const Read& read) {
  try {
    read();
    return std::nullopt;
  } catch (const BadRule& bad) {
    return RuleError{file.path, bad.key.empty() ? "/" : bad.key, bad.reason};
  } catch (const RuleJson::exception& error) {
    return RuleError{file.path, "/", error.what()};
  }
}

RuleJson parsed(const RuleFile& file) {
  auto json = parse_strict_json(file.text, most_rule_depth);
  if (!json) throw BadRule{json.error().place, json.error().reason};
  if (json->is_object() && json->contains("extends"))
    throw BadRule{"/extends", "no rule file of this folder has this id"};
  return std::move(*json);
}

std::optional<RuleError> against_schema(const RuleFile& file, std::span<const RuleFile> files) {
  const std::string path = schema_of(file.path);
  const auto schema = std::find_if(files.begin(), files.end(), [&](const RuleFile& one) { return one.path == path; });
  return schema == files.end() ? std::nullopt : check_schema(file.text, schema->text, file.path);
}

/// Where two rows have the same id the first one counts: what was written by hand, before what a chip's list has. It
/// takes the chip's code name from there.
void put_chips_behind(std::vector<DeviceModel>& rows) {
  const auto chips =
      std::stable_partition(rows.begin(), rows.end(), [](const DeviceModel& row) { return row.chip.empty(); });
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> codes;
  for (auto chip = chips; chip != rows.end(); ++chip)
    if (chip->bus == "pci")
      codes.emplace(std::pair<std::string_view, std::string_view>(chip->vendor, chip->device_first), chip->chip);
  for (auto row = rows.begin(); row != chips; ++row) {
    const auto code = codes.find({row->vendor, row->device_first});
    if (row->bus == "pci" && row->device_first == row->device_last && code != codes.end()) row->chip = code->second;
  }
}

/// What a condition cannot hold without: its first comparison, where nothing stands beside it but further conditions.
const Condition* opening_of(const Condition& condition) {
  const Condition* first = &condition;
  while (first->op == Condition::Op::all && !first->parts.empty()) first = &first->parts.front();
  return first->fact.empty() ? nullptr : first;
}

/// Most rules are about platforms and systems that a machine has not. A few comparisons, with which several of them
/// begin, rule them out, so that their conditions need not be looked at.
void find_openings(RuleBook& book) {
  struct Use {
    const Condition* opening;
    std::vector<std::optional<std::size_t>*> rules;
  };
  std::vector<Use> uses;
  const auto note = [&](const Condition& when, std::optional<std::size_t>& rule) {
    const Condition* opening = opening_of(when);
    if (!opening || opening->fact.starts_with("device.")) return;
    auto use = std::find_if(uses.begin(), uses.end(), [&](const Use& one) { return *one.opening == *opening; });
    if (use == uses.end()) use = uses.insert(uses.end(), {opening, {}});
    use->rules.push_back(&rule);
  };
  for (FindingRow& row : book.findings) note(row.rule->when, row.opening);
  for (const Use& use : uses) {
    if (use.rules.size() < 2) continue;
    for (std::optional<std::size_t>* rule : use.rules) *rule = book.openings.size();
    book.openings.push_back(*use.opening);
  }
}

/// Most tables are about what a machine has not: their rows need not be looked at one by one.
void find_what_is_derived_from(RuleBook& book) {
  for (DerivedRow& row : book.derived) {
    const Condition* opening = opening_of(row.derived->when);
    if (!opening || opening->op == Condition::Op::unknown || opening->op == Condition::Op::none) continue;
    auto& names = book.derived_from;
    const auto name = std::find(names.begin(), names.end(), opening->fact);
    row.from = static_cast<std::size_t>(name - names.begin());
    if (name == names.end()) names.push_back(opening->fact);
  }
}

void sort_each_once(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

/// Devices that differ in nothing that is compared are judged once, and builds once for all that is known.
void find_compared(RuleBook& book) {
  for (FrameworkRule& framework : book.frameworks) {
    std::map<std::string, std::vector<std::string>> compared;
    for (const Build& build : framework.builds) {
      std::vector<std::string>& names = compared[build.platform];
      for (const Requirement& need : build.needs) add_compared_facts(need.when, names);
      if (build.device) add_compared_facts(*build.device, names);
    }
    for (auto& [platform, names] : compared) sort_each_once(names);
    framework.compared = std::move(compared);
  }
  std::vector<std::string> all, of_devices;
  for (const FindingRule& rule : book.findings) {
    add_compared_facts(rule.when, all);
    if (rule.device) add_compared_facts(*rule.device, all);
  }
  constexpr std::string_view prefix = "device.";
  for (const std::string& name : all)
    if (name.starts_with(prefix)) of_devices.push_back(name.substr(prefix.size()));
  sort_each_once(of_devices);
  book.compared_of_devices = std::move(of_devices);
}

}  // namespace

tl::expected<RuleBook, RuleError> load_rules(std::span<const RuleFile> files, bool check) {
  RuleBook book;
  RuleReader reader(book);
  std::vector<DeviceModel> rows;
  std::vector<bool> is_read(files.size());
  std::vector<std::pair<const RuleFile*, RuleJson>> facts;  // what follows from others is read once all are declared
  for (const std::string_view kind : kinds)
    for (std::size_t n = 0; n < files.size(); ++n) {
      const RuleFile& file = files[n];
      if (!file.path.starts_with(kind)) continue;
      is_read[n] = true;
      RuleJson json;
      if (auto error = trying(file, [&] { json = parsed(file); })) return tl::unexpected(std::move(*error));
      if (check && !file.is_checked)
        if (auto error = against_schema(file, files)) return tl::unexpected(std::move(*error));
      const auto read = [&] {
        if (!json.is_object()) throw BadRule{"/", "is not an object"};
        if (const std::string as_of = text_or(json, "as_of", ""); as_of > book.as_of) book.as_of = as_of;
        read_file(reader, kind, json, file, rows);
      };
      if (auto error = trying(file, read)) return tl::unexpected(std::move(*error));
      if (kind == "facts/") facts.emplace_back(&file, std::move(json));
    }
  reader.order_findings();
  for (const auto& [file, json] : facts)
    if (auto error = trying(*file, [&, derived = &json] { reader.read_derived(*derived); }))
      return tl::unexpected(std::move(*error));
  for (std::size_t n = 0; n < files.size(); ++n) {
    if (!is_read[n] && !files[n].path.starts_with("schema/"))
      return tl::unexpected(RuleError{files[n].path, "/", "no kind of rule file has this name"});
    const std::string& origin = files[n].origin;
    if (origin != built_in_origin && std::count(book.overlays.begin(), book.overlays.end(), origin) == 0)
      book.overlays.push_back(origin);
  }
  if (auto error = from_the_future(book)) return tl::unexpected(std::move(*error));
  put_chips_behind(rows);
  book.devices = DeviceTable(std::move(rows));
  find_openings(book);
  find_what_is_derived_from(book);
  find_compared(book);
  book.checksum = checksum_of(files);
  if (check)
    if (std::vector<RuleError> errors = incoherences(book); !errors.empty())
      return tl::unexpected(std::move(errors.front()));
  return book;
}

}  // namespace rigfit
