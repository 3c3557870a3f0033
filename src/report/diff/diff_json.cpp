#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "report/diff/diff.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson side_json(const Difference::Side& side) {
  if (side.json.empty()) return nullptr;
  return {{"known", side.known}, {"value", OrderedJson::parse(side.json, nullptr, false)}};
}

OrderedJson difference_json(const Difference& difference) {
  return {{"path", difference.path},
          {"part", name_of(difference.part)},
          {"change", name_of(difference.change)},
          {"about", difference.about.empty() ? OrderedJson() : OrderedJson(difference.about)},
          {"before", side_json(difference.before)},
          {"after", side_json(difference.after)}};
}

}  // namespace

OrderedJson differences_json(const Differences& differences) {
  OrderedJson list = OrderedJson::array();
  for (const Difference& one : differences.all) list.push_back(difference_json(one));
  return list;
}

std::string diff_json(const DiffReport& report, const TextStyle& style) {
  const Differences& found = report.differences;
  OrderedJson json;
  json["schema"] = "rigfit.diff/1";
  json["tool"] = {{"name", "rigfit"}, {"version", tool_version()}};
  json["before"] = report.before;
  json["after"] = report.after;
  json["same"] = found.all.empty();
  json["not_compared"] = found.omitted;
  json["ignored"] = found.ignored;
  json["differences"] = differences_json(found);
  return escape_for_terminal(json.dump(style.compact ? -1 : 2, ' ', false, OrderedJson::error_handler_t::replace)) +
         "\n";
}

}  // namespace rigfit
