#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "evidence/evidence.hpp"
#include "facts/platforms.hpp"
#include "report/changing_facts.hpp"
#include "report/diff/diff.hpp"
#include "report/json/report_members.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

/// The member, or null where there is none: reports are data from strangers.
const Json& member(const Json& object, std::string_view key) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto it = object.find(std::string(key));
  return it == object.end() ? nothing : *it;
}

const Json& member(const Json& object, std::initializer_list<std::string_view> path) {
  const Json* at = &object;
  for (const std::string_view key : path) at = &member(*at, key);
  return *at;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

std::string json_text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// As people write it: "yes", "80 GiB", "a, b".
std::string value_text(std::string_view path, const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_integer()) {
    const std::string name(path.substr(path.rfind('.') + 1));
    return fact_text(name, Fact::of(Value{value.get<std::int64_t>()}));
  }
  if (value.is_array()) {
    std::vector<std::string> words;
    for (const Json& one : value) words.push_back(value_text(path, one));
    return words.empty() ? "nothing" : join(words);
  }
  return json_text(value);
}

Difference::Side side_of(std::string_view path, const Json& value, const Json& report) {
  if (!value.is_null()) return {value_text(path, value), json_text(value), "known"};
  const bool is_none = member(report, "none").is_object() && member(report, "none").contains(std::string(path));
  return is_none ? Difference::Side{"none", "null", "none"} : Difference::Side{"unknown", "null", "unknown"};
}

bool is_same(const Difference::Side& a, const Difference::Side& b) { return a.known == b.known && a.json == b.json; }

/// The union of two objects' keys, in order.
std::set<std::string> keys_of(const Json& a, const Json& b) {
  std::set<std::string> keys;
  for (const Json* object : {&a, &b})
    if (object->is_object())
      for (const auto& [key, value] : object->items()) keys.insert(key);
  return keys;
}

class Comparison {
 public:
  Comparison(const Json& before, const Json& after, const std::vector<std::string>& ignore)
      : before_(before), after_(after), ignore_(ignore) {}

  Differences compare() {
    const bool have_facts = has_facts(before_) && has_facts(after_);
    if (!have_facts) omit("facts", has_facts(before_) || has_facts(after_));
    compare_recommendations();
    for (const std::string& id : ordered_platforms()) compare_platform(id, have_facts);
    compare_findings();
    compare_frameworks();
    if (have_facts)
      compare_members("", Difference::Part::fact, member(before_, "facts"), member(after_, "facts"));
    else
      compare_flat("machine", member(before_, "machine"), member(after_, "machine"));
    compare_judges();
    std::stable_sort(found_.all.begin(), found_.all.end(),
                     [](const Difference& a, const Difference& b) { return a.part < b.part; });
    return std::move(found_);
  }

 private:
  static bool has_facts(const Json& report) { return member(report, "facts").is_object(); }
  static bool has_findings(const Json& report) { return member(report, "findings").is_array(); }
  static bool has_recommendation(const Json& report) {
    return member(report, {"recommendation", "framework"}).is_string();
  }

  void omit(std::string part, bool is_in_one) {
    if (is_in_one) found_.omitted.push_back(std::move(part));
  }

  void add(Difference difference) {
    const auto is_ignored = [&](const std::string& pattern) { return matches(pattern, difference.path); };
    if (std::any_of(ignore_.begin(), ignore_.end(), is_ignored))
      ++found_.ignored;
    else
      found_.all.push_back(std::move(difference));
  }

  void compare_values(Difference::Part part, const std::string& path, const Json& before, const Json& after,
                      const std::string& path_before = "", const std::string& path_after = "") {
    Difference::Side a = side_of(path_before.empty() ? path : path_before, before, before_),
                     b = side_of(path_after.empty() ? path : path_after, after, after_);
    if (is_same(a, b)) return;
    add({part, Difference::Change::changed, path, "", std::move(a), std::move(b)});
  }

  /// Facts by name; those that no probe stated are unknown like others.
  void compare_members(const std::string& prefix, Difference::Part part, const Json& before, const Json& after) {
    for (const std::string& key : keys_of(before, after))
      if (!is_changing_fact(key)) compare_values(part, prefix + key, member(before, key), member(after, key));
  }

  /// The leaves of nested objects.
  void compare_flat(const std::string& path, const Json& before, const Json& after) {
    if (!before.is_object() && !after.is_object()) return compare_values(Difference::Part::fact, path, before, after);
    for (const std::string& key : keys_of(before, after))
      if (!is_changing_fact(key) && key != "available_bytes")
        compare_flat(path + "." + key, member(before, key), member(after, key));
  }

  /// Those the program knows in their order, then others.
  std::vector<std::string> ordered_platforms() const {
    std::set<std::string> keys = keys_of(member(before_, "platforms"), member(after_, "platforms"));
    std::vector<std::string> ids;
    for (const PlatformInfo& info : platforms())
      if (keys.erase(std::string(info.id)) > 0) ids.emplace_back(info.id);
    ids.insert(ids.end(), keys.begin(), keys.end());
    return ids;
  }

  void compare_state(Difference::Part part, const std::string& prefix, const Json& before, const Json& after) {
    compare_values(part, prefix + "state", member(before, "state"), member(after, "state"));
    for (const std::string& layer : keys_of(member(before, "layers"), member(after, "layers")))
      compare_values(part, prefix + "layer." + layer, member(before, {"layers", layer}),
                     member(after, {"layers", layer}));
  }

  void compare_platform(const std::string& id, bool have_facts) {
    const Json &before = member(before_, {"platforms", id}), &after = member(after_, {"platforms", id});
    const std::string prefix = id + ".";
    compare_state(Difference::Part::platform, prefix, before, after);
    if (have_facts)
      for (const std::string& key : keys_of(before, after))
        if (!is_structure(key) && !is_changing_fact(key))
          compare_values(Difference::Part::platform, prefix + key, member(before, key), member(after, key));
    compare_devices(prefix + "devices.", member(before, "devices"), member(after, "devices"), have_facts);
  }

  /// Members of a platform or device that are not facts.
  static bool is_structure(std::string_view key) {
    constexpr std::string_view names[] = {"state", "because", "layers", "layer_reasons", "devices", "device_count"};
    return std::find(std::begin(names), std::end(names), key) != std::end(names);
  }

  struct Pair {
    std::optional<std::size_t> before, after;
  };

  /// By what a device keeps for life, then by where it stands among those that are left.
  static std::vector<Pair> matched(const Json& before, const Json& after) {
    const std::size_t count_before = before.is_array() ? before.size() : 0,
                      count_after = after.is_array() ? after.size() : 0;
    std::vector<Pair> pairs;
    std::vector<bool> is_taken(count_after);
    std::vector<std::optional<std::size_t>> partner(count_before);
    const auto match = [&](std::size_t a, std::size_t b) {
      partner[a] = b;
      is_taken[b] = true;
    };
    for (const std::string_view key : {"pci_address", "uuid"}) {
      std::map<std::string, std::vector<std::size_t>> places;  // of those left, the first one last
      for (std::size_t b = count_after; b-- > 0;)
        if (!is_taken[b]) places[text_of(member(after[b], key))].push_back(b);
      places.erase("");
      for (std::size_t a = 0; a < count_before; ++a) {
        const auto place = partner[a] ? places.end() : places.find(text_of(member(before[a], key)));
        if (place == places.end() || place->second.empty()) continue;
        match(a, place->second.back());
        place->second.pop_back();
      }
    }
    // By their places. Two that have addresses, and not the same one, are two devices.
    const auto has_address = [](const Json& device) { return !text_of(member(device, "pci_address")).empty(); };
    std::size_t any = 0, unaddressed = 0;
    for (std::size_t a = 0; a < count_before; ++a) {
      if (partner[a]) continue;
      const bool is_addressed = has_address(before[a]);
      std::size_t& b = is_addressed ? unaddressed : any;
      while (b < count_after && (is_taken[b] || (is_addressed && has_address(after[b])))) ++b;
      if (b < count_after) match(a, b);
    }
    for (std::size_t a = 0; a < count_before; ++a) pairs.push_back({a, partner[a]});
    for (std::size_t b = 0; b < count_after; ++b)
      if (!is_taken[b]) pairs.push_back({std::nullopt, b});
    return pairs;
  }

  static std::string device_key(const Json& device, std::size_t index) {
    const std::string address = text_of(member(device, "pci_address"));
    return address.empty() ? std::to_string(index) : address;
  }

  void compare_devices(const std::string& prefix, const Json& before, const Json& after, bool have_facts) {
    for (const Pair& pair : matched(before, after)) {
      const bool is_in_both = pair.before && pair.after;
      const Json& any = pair.before ? before[*pair.before] : after[*pair.after];
      const std::string path = prefix + device_key(any, pair.before ? *pair.before : *pair.after);
      if (is_in_both) {
        compare_device(path, prefix, before[*pair.before], *pair.before, after[*pair.after], *pair.after, have_facts);
        continue;
      }
      const std::string name = text_of(member(any, "name"));
      Difference::Side side{name.empty() ? "unnamed device" : name, json_text(name), "known"};
      Difference one{Difference::Part::device, Difference::Change::removed, path, side.text, {}, {}};
      if (!pair.before) one.change = Difference::Change::added;
      (pair.before ? one.before : one.after) = std::move(side);
      add(std::move(one));
    }
  }

  void compare_device(const std::string& path, const std::string& prefix, const Json& before, std::size_t index_before,
                      const Json& after, std::size_t index_after, bool have_facts) {
    const std::size_t first = found_.all.size();
    compare_state(Difference::Part::device, path + ".", before, after);
    if (have_facts)
      for (const std::string& key : keys_of(before, after))
        if (!is_structure(key) && !is_changing_fact(key))
          compare_values(Difference::Part::device, path + "." + key, member(before, key), member(after, key),
                         fmt::format("{}{}.{}", prefix, index_before, key),
                         fmt::format("{}{}.{}", prefix, index_after, key));
    for (std::size_t n = first; n < found_.all.size(); ++n) found_.all[n].about = text_of(member(before, "name"));
  }

  /// The devices that a finding names, by their keys.
  static std::string devices_of(const Json& finding, const Json& report) {
    std::vector<std::string> keys;
    const Json& devices = member(report, {"platforms", text_of(member(finding, "platform")), "devices"});
    if (const Json& named = member(finding, "devices"); named.is_array() && devices.is_array())
      for (const Json& index : named)
        if (index.is_number_unsigned() && index.get<std::size_t>() < devices.size())
          keys.push_back(device_key(devices[index.get<std::size_t>()], index.get<std::size_t>()));
    std::sort(keys.begin(), keys.end());
    return join(keys);
  }

  using ById = std::map<std::string, const Json*>;

  /// The first of a list for each id.
  static ById by_ids(const Json& list) {
    ById found;
    if (list.is_array())
      for (const Json& one : list) found.emplace(text_of(member(one, "id")), &one);
    return found;
  }

  static const Json* at(const ById& list, const std::string& id) {
    const auto found = list.find(id);
    return found == list.end() ? nullptr : found->second;
  }

  static const Json& by_id(const ById& list, const std::string& id) {
    static const Json nothing;
    const Json* found = at(list, id);
    return found ? *found : nothing;
  }

  static std::set<std::string> ids_of(const ById& a, const ById& b) {
    std::set<std::string> ids;
    for (const ById* list : {&a, &b})
      for (const auto& [id, one] : *list) ids.insert(id);
    return ids;
  }

  static Difference::Side finding_side(const Json& finding) {
    const std::string severity = text_of(member(finding, "severity"));
    return {severity, json_text(severity), "known"};
  }

  void compare_findings() {
    if (!has_findings(before_) || !has_findings(after_))
      return omit("findings", has_findings(before_) || has_findings(after_));
    const ById all_before = by_ids(member(before_, "findings")), all_after = by_ids(member(after_, "findings"));
    for (const std::string& id : ids_of(all_before, all_after)) {
      const Json *before = at(all_before, id), *after = at(all_after, id);
      Difference one{Difference::Part::finding,
                     Difference::Change::changed,
                     "findings." + id,
                     text_of(member(before ? *before : *after, "title")),
                     {},
                     {}};
      if (before) one.before = finding_side(*before);
      if (after) one.after = finding_side(*after);
      if (!before || !after) {
        one.change = before ? Difference::Change::removed : Difference::Change::added;
        add(std::move(one));
        continue;
      }
      if (!is_same(one.before, one.after)) add(one);
      const std::string devices = devices_of(*before, before_), now = devices_of(*after, after_);
      if (devices == now) continue;
      one.path += ".devices";
      one.before = {devices.empty() ? "all" : devices, json_text(devices), "known"};
      one.after = {now.empty() ? "all" : now, json_text(now), "known"};
      add(std::move(one));
    }
  }

  /// "2.15 (CUDA 13.2)"; null where no build runs.
  static Json build_text(const Json& build) {
    if (!build.is_object()) return nullptr;
    const std::string runtime = text_of(member(build, "runtime")),
                      platform = platform_name(text_of(member(build, "platform")));
    return fmt::format("{} ({}{})", text_of(member(build, "version")), platform, runtime.empty() ? "" : " " + runtime);
  }

  /// The build that a list of frameworks and its recommendation install. Reports of an older rigfit do not say which,
  /// so that one of them has both judged by what runs today.
  Json recommended_build(const Json& judged) const {
    const auto names_build = [](const Json& report) {
      const Json& recommendation = member(report, "recommendation");
      return recommendation.is_object() && recommendation.contains("build");
    };
    if (names_build(before_) && names_build(after_)) return build_text(member(judged, {"recommendation", "build"}));
    const std::string framework = text_of(member(judged, {"recommendation", "framework"}));
    return build_text(member(by_id(by_ids(member(judged, "frameworks")), framework), "build"));
  }

  void compare_recommendations() {
    if (!has_recommendation(before_) || !has_recommendation(after_))
      return omit("recommendation", has_recommendation(before_) || has_recommendation(after_));
    const auto part = Difference::Part::recommendation;
    const Json &before = member(before_, "recommendation"), &after = member(after_, "recommendation");
    compare_values(part, "recommendation.framework", member(before, "framework"), member(after, "framework"));
    compare_values(part, "recommendation.build", recommended_build(before_), recommended_build(after_));
    compare_values(part, "recommendation.install", member(before, "install"), member(after, "install"));
    for (const char* key : {"framework", "build", "install"})
      compare_values(part, fmt::format("runtime.{}", key), runtime_value(before_, key), runtime_value(after_, key));
  }

  /// Of the second list that some profiles have.
  Json runtime_value(const Json& report, std::string_view key) const {
    const Json& runtime = member(report, "runtime");
    return key == "build" ? recommended_build(runtime) : member(runtime, {"recommendation", key});
  }

  void compare_frameworks() {
    if (!has_recommendation(before_) || !has_recommendation(after_)) return;
    const ById before = by_ids(member(before_, "frameworks")), after = by_ids(member(after_, "frameworks")),
               ranks_before = by_ids(member(before_, "ranking")), ranks_after = by_ids(member(after_, "ranking"));
    const auto part = Difference::Part::framework;
    for (const std::string& id : ids_of(before, after)) {
      const Json &a = by_id(before, id), &b = by_id(after, id);
      const std::string prefix = "frameworks." + id + ".";
      compare_values(part, prefix + "build", build_text(member(a, "build")), build_text(member(b, "build")));
      for (const char* when : {"today_range", "after_range"})
        compare_values(part, fmt::format("{}hardware_support.{}", prefix, when), member(a, {"hardware_support", when}),
                       member(b, {"hardware_support", when}));
      const Json &rank_a = by_id(ranks_before, id), &rank_b = by_id(ranks_after, id);
      for (const char* key : {"rank", "score_exact", "adequate"})
        compare_values(part, prefix + key, member(rank_a, key), member(rank_b, key));
    }
  }

  /// Whoever judged otherwise may have found otherwise.
  void compare_judges() {
    const auto part = Difference::Part::judged_by;
    for (const auto& path : {std::pair{"tool", "version"}, {"rules", "as_of"}, {"rules", "checksum"}})
      compare_values(part, fmt::format("{}.{}", path.first, path.second), member(before_, {path.first, path.second}),
                     member(after_, {path.first, path.second}));
    if (has_recommendation(before_) && has_recommendation(after_)) {
      for (const char* key : {"profile", "ratings"})
        compare_values(part, fmt::format("priorities.{}", key), member(before_, {"priorities", key}),
                       member(after_, {"priorities", key}));
      compare_members("priorities.points.", part, member(before_, {"priorities", "points"}),
                      member(after_, {"priorities", "points"}));
    }
    compare_values(part, "target_os", member(before_, "target_os"), member(after_, "target_os"));
  }

  const Json &before_, &after_;
  const std::vector<std::string>& ignore_;
  Differences found_;
};

}  // namespace

std::string_view name_of(Difference::Part part) {
  switch (part) {
    case Difference::Part::recommendation:
      return "recommendation";
    case Difference::Part::platform:
      return "platform";
    case Difference::Part::device:
      return "device";
    case Difference::Part::finding:
      return "finding";
    case Difference::Part::framework:
      return "framework";
    case Difference::Part::fact:
      return "fact";
    case Difference::Part::judged_by:
      return "judged_by";
  }
  return "";
}

std::string_view name_of(Difference::Change change) {
  switch (change) {
    case Difference::Change::added:
      return "added";
    case Difference::Change::removed:
      return "removed";
    case Difference::Change::changed:
      break;
  }
  return "changed";
}

Differences differences(const Json& before, const Json& after, const std::vector<std::string>& ignore) {
  return Comparison(before, after, ignore).compare();
}

}  // namespace rigfit
