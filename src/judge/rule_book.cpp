#include "judge/rule_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "evidence/strict_json.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

constexpr std::size_t most_depth = 32;  // of brackets in a rule file
using Op = Condition::Op;

/// Thrown inside of this file only.
struct Bad {
  std::string key, reason;
};

const Json& at(const Json& object, const char* key, const std::string& where) {
  const auto it = object.find(key);
  if (it == object.end()) throw Bad{where, fmt::format("\"{}\" is missing", key)};
  return *it;
}

std::string text(const Json& object, const char* key, const std::string& where) {
  const Json& value = at(object, key, where);
  if (!value.is_string()) throw Bad{where + "/" + key, "is not a string"};
  return value.get<std::string>();
}

std::string text_or(const Json& object, const char* key, const std::string& where, std::string otherwise = "") {
  return object.contains(key) ? text(object, key, where) : std::move(otherwise);
}

bool flag(const Json& object, const char* key, const std::string& where) {
  if (!object.contains(key)) return false;
  if (!object[key].is_boolean()) throw Bad{where + "/" + key, "is not true or false"};
  return object[key].get<bool>();
}

int whole(const Json& object, const char* key, const std::string& where, int low, int high) {
  const Json& value = at(object, key, where);
  if (!value.is_number_integer() || value < low || value > high)
    throw Bad{where + "/" + key, fmt::format("is not a whole number from {} to {}", low, high)};
  return value.get<int>();
}

const Json& list(const Json& object, const char* key, const std::string& where) {
  static const Json none = Json::array();
  const auto it = object.find(key);
  if (it == object.end()) return none;
  if (!it->is_array()) throw Bad{where + "/" + key, "is not a list"};
  return *it;
}

std::vector<std::string> texts(const Json& object, const char* key, const std::string& where) {
  std::vector<std::string> result;
  for (const Json& one : list(object, key, where)) {
    if (!one.is_string()) throw Bad{where + "/" + key, "holds something that is not a string"};
    result.push_back(one.get<std::string>());
  }
  return result;
}

std::string item(const std::string& where, const char* key, std::size_t n) {
  return fmt::format("{}/{}/{}", where, key, n);
}

/// The name in `names` that takes the fewest changes, for the error about one that is not there.
template <class Names>
std::string nearest(const std::string& name, const Names& names) {
  std::string best;
  std::size_t fewest = name.size() / 2 + 2;
  for (const std::string& other : names) {
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t j = 0; j <= other.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= name.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= other.size(); ++j) {
        const std::size_t changed = diagonal + (name[i - 1] != other[j - 1]);
        diagonal = row[j];
        row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
      }
    }
    if (row.back() < fewest) fewest = row.back(), best = other;
  }
  return best.empty() ? "" : fmt::format("; did you mean \"{}\"?", best);
}

Source source_of(const Json& source, const std::string& where) {
  return {text(source, "title", where), text(source, "url", where), whole(source, "year", where, 1990, 2100)};
}

Source read_source(const Json& object, const std::string& where) {
  return source_of(at(object, "source", where), where + "/source");
}

class Reader {
 public:
  explicit Reader(RuleBook& book) : book_(book) {}

  void read_facts(const Json& file) {
    for (const Json& fact : list(file, "facts", "")) {
      const std::string name = text(fact, "name", "/facts");
      book_.vocabulary.edit().emplace(name, text(fact, "type", "/facts"));
      book_.fact_abouts.edit().emplace(name, text_or(fact, "about", "/facts"));
    }
  }

  /// After all facts are declared: the conditions name those of other files.
  void read_derived(const Json& file) {
    const Json& derived = list(file, "derived", "");
    for (std::size_t n = 0; n < derived.size(); ++n) {
      const std::string where = item("", "derived", n), fact = text(derived[n], "fact", where);
      book_.derived.push_back({fact, condition(at(derived[n], "when", where), where + "/when"),
                               value(at(derived[n], "value", where), type_of(fact, where), where + "/value"),
                               read_source(derived[n], where)});
    }
  }

  Condition condition(const Json& json, const std::string& where) const {
    if (!json.is_object()) throw Bad{where, "is no condition"};
    Condition condition;
    if (json.contains("all") || json.contains("any")) {
      condition.op = json.contains("all") ? Op::all : Op::any;
      const char* key = json.contains("all") ? "all" : "any";
      for (std::size_t n = 0; n < list(json, key, where).size(); ++n)
        condition.parts.push_back(this->condition(json[key][n], item(where, key, n)));
      return condition;
    }
    if (json.contains("not")) {
      condition.op = Op::negate;
      condition.parts.push_back(this->condition(json["not"], where + "/not"));
      return condition;
    }
    for (const auto& [key, op] : {std::pair{"some", Op::some}, {"every", Op::every}})
      if (json.contains(key)) {
        condition.op = op;
        condition.devices_of = text(json, key, where);
        condition.parts.push_back(this->condition(at(json, "where", where), where + "/where"));
        return condition;
      }
    condition.fact = text(json, "fact", where);
    const std::string type = type_of(condition.fact, where);
    for (const auto& [key, op] : {std::pair{"is", Op::is},
                                  {"is_one_of", Op::is_one_of},
                                  {"at_least", Op::at_least},
                                  {"below", Op::below},
                                  {"known", Op::known}}) {
      if (!json.contains(key)) continue;
      condition.op = op;
      if (op == Op::is_one_of)
        for (const Json& one : list(json, key, where)) condition.wanted.push_back(value(one, type, where));
      else
        condition.wanted.push_back(op == Op::known ? Value(flag(json, key, where)) : value(json[key], type, where));
      return condition;
    }
    throw Bad{where, "has no operator: is, is_one_of, at_least, below or known"};
  }

  std::optional<Condition> optional_condition(const Json& object, const char* key, const std::string& where) const {
    if (!object.contains(key)) return std::nullopt;
    return condition(object[key], where + "/" + key);
  }

  void read_findings(const Json& file, const std::string& origin) {
    for (std::size_t n = 0; n < list(file, "findings", "").size(); ++n) {
      const std::string where = item("", "findings", n);
      const Json& json = file["findings"][n];
      FindingRule rule;
      rule.id = text(json, "id", where);
      if (!finding_ids_.insert(rule.id).second) throw Bad{where + "/id", fmt::format("\"{}\" is there twice", rule.id)};
      rule.severity = text(json, "severity", where);
      rule.platform = text(json, "platform", where);
      rule.title = text(json, "title", where);
      rule.when = condition(at(json, "when", where), where + "/when");
      rule.device = optional_condition(json, "device", where);
      FindingText& told = rule.text.edit();
      told.cause = sentence(json, "cause", where);
      told.verify = text_or(json, "verify", where);
      rule.curable = flag(json, "curable", where);
      told.source = read_source(json, where);
      for (std::size_t step = 0; step < list(json, "remedy", where).size(); ++step) {
        const std::string at_step = item(where, "remedy", step);
        const Json& one = json["remedy"][step];
        RemedyStep remedy;
        if (const auto when = optional_condition(one, "when", at_step)) remedy.when = *when;
        remedy.text = sentence(one, "text", at_step);
        remedy.command = text_or(one, "command", at_step);
        told.remedy.push_back(std::move(remedy));
      }
      rule.origin = origin;
      book_.findings.push_back(std::move(rule));
    }
  }

  static void read_devices(const Json& file, std::vector<DeviceModel>& rows) {
    std::map<std::string, std::string> sources;
    const Json& cited = at(file, "sources", "");
    for (const auto& [id, source] : cited.items()) sources[id] = source_of(source, "/sources/" + id).url;
    const Json& devices = list(file, "devices", "");
    for (std::size_t n = 0; n < devices.size(); ++n) {
      const std::string where = item("", "devices", n);
      const Json& json = devices[n];
      DeviceModel model;
      model.bus = text_or(json, "bus", where, "pci");
      model.vendor = text(json, "vendor", where);
      const Json& id = at(json, "device", where);
      if (id.is_array() && id.size() == 2 && id[0].is_string() && id[1].is_string())
        model.device_first = id[0].get<std::string>(), model.device_last = id[1].get<std::string>();
      else
        model.device_first = model.device_last = text(json, "device", where);
      model.platform = text(json, "platform", where);
      model.kind = text(json, "kind", where);
      model.name = text(json, "name", where);
      model.architecture = text_or(json, "architecture", where);
      model.generation = text_or(json, "generation", where);
      if (json.contains("integrated")) model.integrated = flag(json, "integrated", where);
      if (json.contains("infinity_cache")) model.infinity_cache = flag(json, "infinity_cache", where);
      if (json.contains("memory_bytes") && json["memory_bytes"].is_number_integer())
        model.memory_bytes = json["memory_bytes"].get<std::int64_t>();
      const std::string source = text(json, "source", where);
      if (!sources.count(source))
        throw Bad{where + "/source", fmt::format("\"{}\" is none of the file's sources", source)};
      model.source = sources[source];
      rows.push_back(std::move(model));
    }
  }

  void read_evidence(const Json& file, const std::string& origin) {
    for (std::size_t n = 0; n < list(file, "evidence", "").size(); ++n) {
      const std::string where = item("", "evidence", n);
      const Json& json = file["evidence"][n];
      Citation citation{text(json, "id", where),
                        text(json, "claim", where),
                        text_or(json, "value", where),
                        read_source(json, where),
                        text_or(json, "date", where),
                        text_or(json, "reliability", where),
                        origin};
      if (book_.citation(citation.id)) throw Bad{where + "/id", fmt::format("\"{}\" is there twice", citation.id)};
      book_.evidence.edit().push_back(std::move(citation));
    }
  }

  void read_factors(const Json& file) {
    for (std::size_t n = 0; n < list(file, "factors", "").size(); ++n)
      book_.factors.push_back(factor(file["factors"][n], item("", "factors", n)));
  }

  void read_levels(const Json& file) {
    for (const Json& level : list(file, "levels", "")) {
      LevelWord word{text(level, "id", "/levels"), text(level, "about", "/levels"), std::nullopt};
      if (!at(level, "points", "/levels").is_null()) word.points = whole(level, "points", "/levels", 0, 100);
      book_.levels.push_back(std::move(word));
    }
  }

  void read_statistics(const Json& file) {
    book_.verdict = text(file, "verdict", "");
    book_.verdict_evidence = cited(file, "verdict_evidence", "");
    for (std::size_t n = 0; n < list(file, "statistics", "").size(); ++n) {
      const std::string where = item("", "statistics", n);
      const Json& json = file["statistics"][n];
      book_.statistics.edit().push_back({text(json, "value", where), text(json, "sentence", where),
                                         cited(json, "evidence", where), texts(json, "frameworks", where)});
    }
  }

  void read_profile(const Json& file) {
    Profile profile;
    profile.id = text(file, "id", "");
    profile.name = text(file, "name", "");
    profile.about = text(file, "about", "");
    profile.aliases = texts(file, "aliases", "");
    for (const auto& [factor, points] : at(file, "points", "").items()) {
      require_factor(factor, "/points/" + factor);
      profile.points[factor] = whole(file["points"], factor.c_str(), "/points", 0, 1'000'000);
    }
    profile.reasons = cited_sentences(file, "reasons", "");
    profile.advice = cited_sentences(file, "advice", "");
    profile.candidates = texts(file, "candidates", "");
    for (const std::string& id : profile.candidates) require_framework(id, "/candidates");
    profile.ratings = ratings_by_framework(file, "ratings");
    if (file.contains("fit")) profile.fit = fit(file["fit"]);
    if (file.contains("runtimes")) {
      const Json& runtimes = file["runtimes"];
      profile.runtimes = RuntimeSlot{text(runtimes, "about", "/runtimes"), texts(runtimes, "candidates", "/runtimes")};
      for (const std::string& id : profile.runtimes->candidates) require_framework(id, "/runtimes/candidates");
    }
    book_.profiles.edit().push_back(std::move(profile));
  }

  Fit fit(const Json& json) const {
    Fit fit;
    fit.factor = factor(json, "/fit");
    if (book_.factor(fit.factor.id)) throw Bad{"/fit/id", "is the id of a factor that is there already"};
    fit.points = whole(json, "points", "/fit", 0, 1'000'000);
    fit.otherwise = text(json, "otherwise", "/fit");
    for (std::size_t n = 0; n < list(json, "ratings", "/fit").size(); ++n) {
      const std::string where = item("/fit", "ratings", n);
      const Json& one = json["ratings"][n];
      FitRating row;
      row.framework = text(one, "framework", where);
      require_framework(row.framework, where + "/framework");
      if (const auto when = optional_condition(one, "when", where)) row.when = *when;
      row.rating = rating(one, where);
      fit.ratings.push_back(std::move(row));
    }
    return fit;
  }

  void read_rating_set(const Json& file) {
    RatingSet set;
    set.id = text(file, "id", "");
    if (set.id == default_ratings) throw Bad{"/id", "is the name of the ratings in the framework files"};
    set.name = text(file, "name", "");
    set.about = text(file, "about", "");
    set.verdict = text(file, "verdict", "");
    const Json& choose = at(file, "choose_when", "");
    for (const auto& [framework, sentences] : choose.items()) {
      require_framework(framework, "/choose_when");
      set.choose_when[framework] = texts(choose, framework.c_str(), "/choose_when");
    }
    set.ratings = ratings_by_framework(file, "ratings");
    for (const auto& [framework, ratings] : set.ratings)
      for (const Factor& factor : book_.factors)
        if (!ratings.count(factor.id))
          throw Bad{"/ratings/" + framework, fmt::format("has no rating for \"{}\"", factor.id)};
    for (const auto& [factor, json] : at(file, "today", "").items()) {
      const std::string where = "/today/" + factor;
      require_factor(factor, where);
      set.today[factor] = {text(json, "verdict", where), cited_sentence(json, where)};
    }
    book_.rating_sets.edit().push_back(std::move(set));
  }

  void read_framework(const Json& file, const std::string& origin) {
    FrameworkRule framework;
    framework.origin = origin;
    framework.id = text(file, "id", "");
    if (book_.framework(framework.id)) throw Bad{"/id", fmt::format("\"{}\" is there twice", framework.id)};
    framework.name = text(file, "name", "");
    framework.role = text(file, "role", "");
    framework.about = text(file, "about", "");
    framework.choose_when = texts(file, "choose_when", "");
    const Json& hardware = at(file, "hardware", "");
    framework.hardware_sentence = text(hardware, "sentence", "/hardware");
    framework.hardware_evidence = cited(hardware, "evidence", "/hardware");
    for (const auto& [factor, json] : at(file, "ratings", "").items()) {
      const std::string where = "/ratings/" + factor;
      require_factor(factor, where);
      framework.ratings.emplace(factor, rating(json, where));
    }
    for (const Factor& factor : book_.factors)
      if (!factor.from_probes && !framework.ratings.count(factor.id))
        throw Bad{"/ratings", fmt::format("has no rating for \"{}\"", factor.id)};
    std::map<std::string, Requirement> requirements;
    for (const auto& [name, json] : at(file, "requirements", "").items()) {
      const std::string where = "/requirements/" + name;
      requirements[name] = {text(json, "name", where), condition(at(json, "when", where), where + "/when"),
                            sentence(json, "miss", where), text_or(json, "cure", where), flag(json, "curable", where)};
    }
    for (std::size_t n = 0; n < list(file, "support", "").size(); ++n) {
      const std::string where = item("", "support", n);
      const Json& json = file["support"][n];
      SupportLevel level;
      level.platform = text(json, "platform", where);
      if (const auto when = optional_condition(json, "when", where)) level.when = *when;
      level.level = text(json, "level", where);
      const auto known = std::find_if(book_.levels.begin(), book_.levels.end(),
                                      [&](const LevelWord& word) { return word.id == level.level; });
      if (known == book_.levels.end())
        throw Bad{where + "/level", fmt::format("\"{}\" is no level of levels.json", level.level)};
      level.points = known->points;
      level.note = text_or(json, "note", where);
      level.evidence = cited(json, "evidence", where);
      framework.support.push_back(std::move(level));
    }
    for (std::size_t n = 0; n < list(file, "builds", "").size(); ++n) {
      const std::string where = item("", "builds", n);
      const Json& json = file["builds"][n];
      Build build;
      build.id = text(json, "id", where);
      if (!build_ids_.insert(build.id).second) throw Bad{where + "/id", fmt::format("\"{}\" is there twice", build.id)};
      build.framework = framework.id;
      build.platform = text(json, "platform", where);
      build.version = text(json, "version", where);
      build.runtime = text_or(json, "runtime", where);
      for (const std::string& name : texts(json, "needs", where)) {
        const auto it = requirements.find(name);
        std::set<std::string> names;
        for (const auto& [known, requirement] : requirements) names.insert(known);
        if (it == requirements.end())
          throw Bad{where + "/needs",
                    fmt::format("\"{}\" is no requirement of this file{}", name, nearest(name, names))};
        build.needs.push_back(it->second);
      }
      build.released = text_or(json, "released", where);
      if (json.contains("code_for")) build.code_for = texts(json, "code_for", where);
      build.code_unconfirmed = texts(json, "code_unconfirmed", where);
      build.device = optional_condition(json, "device", where);
      if (build.device) build.device_miss = sentence(json, "device_miss", where);
      const Json& python = at(json, "python", where);
      build.python = {text(python, "least", where), text(python, "most", where), text(python, "advised", where)};
      build.packages = texts(json, "packages", where);
      build.options = texts(json, "options", where);
      build.environment = text_or(json, "environment", where);
      build.check = text(json, "check", where);
      build.note = text_or(json, "note", where);
      build.evidence = cited(json, "evidence", where);
      build.origin = origin;
      framework.builds.push_back(std::move(build));
    }
    book_.frameworks.push_back(std::move(framework));
  }

 private:
  std::string type_of(const std::string& fact, const std::string& where) const {
    const auto it = book_.vocabulary->find(fact);
    if (it != book_.vocabulary->end()) return it->second;
    // Built in: <platform>.state, <platform>.layer.<name>, <platform>.device_count, and the same of a device.
    const std::size_t dot = fact.find('.');
    const std::string rest = dot == fact.npos ? "" : fact.substr(dot + 1);
    if (rest == "state" || rest.starts_with("layer.")) return "text";
    if (rest == "device_count") return "int";
    std::vector<std::string> names;
    for (const auto& [name, type] : book_.vocabulary) names.push_back(name);
    throw Bad{where + "/fact", fmt::format("no fact is named \"{}\"{}", fact, nearest(fact, names))};
  }

  static Value value(const Json& json, const std::string& type, const std::string& where) {
    if (type == "bool" && json.is_boolean()) return json.get<bool>();
    if ((type == "int" || type == "float") && json.is_number_integer()) return json.get<std::int64_t>();
    if (type == "float" && json.is_number()) return json.get<double>();
    if (type == "version" && json.is_string())
      if (const auto version = Version::parse(json.get_ref<const std::string&>())) return *version;
    if ((type == "text" || type == "list") && json.is_string()) return json.get<std::string>();
    if (type == "list" && json.is_array() &&
        std::all_of(json.begin(), json.end(), [](const Json& word) { return word.is_string(); }))
      return json.get<std::vector<std::string>>();
    throw Bad{where, fmt::format("{} is no value of a fact of type {}", json.dump(), type)};
  }

  static Factor factor(const Json& json, const std::string& where) {
    return {text(json, "id", where),   text(json, "name", where),   text(json, "about", where),
            text(json, "at_0", where), text(json, "at_100", where), flag(json, "from_probes", where)};
  }

  Rating rating(const Json& json, const std::string& where) const {
    Rating rating{whole(json, "score", where, 0, 100), text(json, "sentence", where), text(json, "confidence", where),
                  cited(json, "evidence", where)};
    if (rating.evidence.empty()) throw Bad{where + "/evidence", "is empty: no rating without evidence"};
    return rating;
  }

  Ratings ratings_by_framework(const Json& file, const char* key) const {
    Ratings ratings;
    if (!file.contains(key)) return ratings;
    for (const auto& [framework, factors] : file[key].items()) {
      const std::string where = fmt::format("/{}/{}", key, framework);
      require_framework(framework, where);
      for (const auto& [factor, json] : factors.items()) {
        require_factor(factor, where + "/" + factor);
        ratings[framework][factor] = rating(json, where + "/" + factor);
      }
    }
    return ratings;
  }

  CitedSentence cited_sentence(const Json& json, const std::string& where) const {
    return {text(json, "sentence", where), cited(json, "evidence", where)};
  }

  std::vector<CitedSentence> cited_sentences(const Json& file, const char* key, const std::string& where) const {
    std::vector<CitedSentence> sentences;
    const Json& rows = list(file, key, where);
    for (std::size_t n = 0; n < rows.size(); ++n) sentences.push_back(cited_sentence(rows[n], item(where, key, n)));
    return sentences;
  }

  /// Text whose {placeholders} all name facts.
  std::string sentence(const Json& object, const char* key, const std::string& where) const {
    std::string result = text(object, key, where);
    for (std::size_t open = result.find('{'); open != result.npos; open = result.find('{', open + 1))
      if (const std::size_t close = result.find('}', open); close != result.npos)
        type_of(result.substr(open + 1, close - open - 1), where + "/" + key);
    return result;
  }

  std::vector<std::string> cited(const Json& object, const char* key, const std::string& where) const {
    std::vector<std::string> ids = texts(object, key, where);
    for (const std::string& id : ids)
      if (!book_.citation(id)) {
        std::vector<std::string> names;
        for (const Citation& citation : book_.evidence) names.push_back(citation.id);
        throw Bad{where + "/" + key, fmt::format("no evidence is named \"{}\"{}", id, nearest(id, names))};
      }
    return ids;
  }

  void require_factor(const std::string& factor, const std::string& where) const {
    if (book_.factor(factor)) return;
    std::vector<std::string> names;
    for (const Factor& known : book_.factors) names.push_back(known.id);
    throw Bad{where, fmt::format("no factor is named \"{}\"{}", factor, nearest(factor, names))};
  }

  void require_framework(const std::string& framework, const std::string& where) const {
    if (book_.framework(framework)) return;
    std::vector<std::string> names;
    for (const FrameworkRule& known : book_.frameworks) names.push_back(known.id);
    throw Bad{where, fmt::format("no framework is named \"{}\"{}", framework, nearest(framework, names))};
  }

  RuleBook& book_;
  std::set<std::string> finding_ids_, build_ids_;
};

/// The schema of a rule file, by its folder or name.
std::string schema_of(const std::string& path) {
  const std::size_t slash = path.find('/');
  const std::string kind = slash == path.npos ? path.substr(0, path.rfind('.')) : path.substr(0, slash);
  return "schema/" + kind + ".schema.json";
}

}  // namespace

const FrameworkRule* RuleBook::framework(std::string_view id) const {
  const auto it = std::find_if(frameworks.begin(), frameworks.end(), [&](const auto& one) { return one.id == id; });
  return it == frameworks.end() ? nullptr : &*it;
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

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

/// The file of `folder` whose id this is.
RuleFile* file_of_id(std::vector<RuleFile>& files, const std::string& folder, const Json& id) {
  for (RuleFile& file : files) {
    if (folder.empty() || folder_of(file.path) != folder) continue;
    const auto json = parse_strict_json(file.text, most_depth);
    if (json && json->is_object() && id.is_string() && json->contains("id") && (*json)["id"] == id) return &file;
  }
  return nullptr;
}

/// The file that one of an overlay takes the place of, and what is there then. Text that is no JSON stays as it is, for
/// the reader to tell where it is wrong.
RuleFile* place_of(std::vector<RuleFile>& files, RuleFile& over) {
  auto parsed = parse_strict_json(over.text, most_depth);
  Json json = parsed ? std::move(*parsed) : Json();
  if (json.is_object() && json.contains("extends")) {
    RuleFile* base = file_of_id(files, folder_of(over.path), json["extends"]);
    if (!base) return nullptr;
    json.erase("extends");
    Json merged = Json::parse(base->text);
    merged.merge_patch(json);
    over.text = merged.dump(-1, ' ', false, Json::error_handler_t::replace);
    return base;
  }
  const auto same =
      std::find_if(files.begin(), files.end(), [&](const RuleFile& file) { return file.path == over.path; });
  if (same != files.end()) return &*same;
  return json.is_object() && json.contains("id") ? file_of_id(files, folder_of(over.path), json["id"]) : nullptr;
}

}  // namespace

std::vector<RuleFile> overlaid(std::span<const RuleFile> files, std::span<const RuleFile> overlay) {
  std::vector<RuleFile> all(files.begin(), files.end());
  for (RuleFile over : overlay) {
    if (RuleFile* place = place_of(all, over))
      *place = std::move(over);
    else
      all.push_back(std::move(over));
  }
  return all;
}

namespace {

constexpr std::string_view built_in = "built-in";

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

}  // namespace

tl::expected<RuleBook, RuleError> load_rules(std::span<const RuleFile> files, bool check) {
  RuleBook book;
  Reader reader(book);
  std::vector<DeviceModel> rows;
  // What others refer to comes first.
  const std::vector<std::string> order{"facts/",    "evidence",        "factors.json", "levels.json", "devices/",
                                       "findings/", "statistics.json", "frameworks/",  "profiles/",   "ratings/"};
  std::vector<bool> read(files.size());
  std::vector<std::size_t> with_facts;
  for (const std::string& kind : order) {
    for (std::size_t n = 0; n < files.size(); ++n) {
      const RuleFile& file = files[n];
      if (!file.path.starts_with(kind)) continue;
      read[n] = true;
      const std::string schema_path = schema_of(file.path);
      const auto schema =
          std::find_if(files.begin(), files.end(), [&](const RuleFile& other) { return other.path == schema_path; });
      try {
        auto parsed = parse_strict_json(file.text, most_depth);
        if (!parsed) throw Bad{parsed.error().place, parsed.error().reason};
        const Json& json = *parsed;
        if (json.is_object() && json.contains("extends"))
          throw Bad{"/extends", "no rule file of this folder has this id"};
        if (check && schema != files.end())
          if (auto error = check_schema(file.text, schema->text, file.path)) return tl::unexpected(std::move(*error));
        if (!json.is_object()) throw Bad{"/", "is not an object"};
        if (const std::string as_of = text_or(json, "as_of", ""); as_of > book.as_of) book.as_of = as_of;
        if (kind == "facts/") reader.read_facts(json), with_facts.push_back(n);
        if (kind == "evidence") reader.read_evidence(json, file.origin);
        if (kind == "factors.json") reader.read_factors(json);
        if (kind == "levels.json") reader.read_levels(json);
        if (kind == "devices/") Reader::read_devices(json, rows);
        if (kind == "findings/") reader.read_findings(json, file.origin);
        if (kind == "statistics.json") reader.read_statistics(json);
        if (kind == "profiles/") reader.read_profile(json);
        if (kind == "frameworks/") reader.read_framework(json, file.origin);
        if (kind == "ratings/") reader.read_rating_set(json);
      } catch (const Bad& bad) {
        return tl::unexpected(RuleError{file.path, bad.key.empty() ? "/" : bad.key, bad.reason});
      } catch (const Json::exception& error) {
        return tl::unexpected(RuleError{file.path, "/", error.what()});
      }
    }
  }
  for (const std::size_t n : with_facts) try {
      reader.read_derived(Json::parse(files[n].text));
    } catch (const Bad& bad) {
      return tl::unexpected(RuleError{files[n].path, bad.key, bad.reason});
    }
  for (std::size_t n = 0; n < files.size(); ++n) {
    if (!read[n] && !files[n].path.starts_with("schema/"))
      return tl::unexpected(RuleError{files[n].path, "/", "no kind of rule file has this name"});
    if (files[n].origin != built_in) book.overlays.push_back(files[n].origin);
  }
  if (auto error = from_the_future(book)) return tl::unexpected(std::move(*error));
  book.devices = DeviceTable(std::move(rows));
  return book;
}

}  // namespace rigfit
