#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "judge/recommend/first_choice.hpp"
#include "report/json/report_members.hpp"
#include "report/report.hpp"
#include "report/text/short_names.hpp"
#include "report/text/terminal_text.hpp"
#include "report/text/text_layout.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

std::string name_of(const std::vector<NamedAnalysis>& machines, const std::string& id) {
  const Candidate* candidate = machines.front().analysis.recommendation->candidate(id);
  return candidate ? candidate->rule->name : id;
}

std::string names_of(const std::vector<NamedAnalysis>& machines, const std::vector<std::string>& ids) {
  std::vector<std::string> names;
  for (const std::string& id : ids) names.push_back(name_of(machines, id));
  return names.empty() ? "none" : listed(names);
}

/// Tenths, like every score that is shown. A loss is never negative for what is possible.
std::string tenths(const Fraction& number) { return fmt::format("{:.1f}", number.value()); }

/// How a framework is installed on one machine; empty where no build of it is for that.
std::string install_on(const NamedAnalysis& machine, const std::string& framework) {
  const Candidate* candidate = machine.analysis.recommendation->candidate(framework);
  const Install* install = candidate ? best_build(candidate->support).install : nullptr;
  return install ? install_command(*install) : "";
}

void write_table(Page& page, const std::vector<NamedAnalysis>& machines, const std::vector<std::string>& names,
                 const CommonChoice& choice) {
  std::vector<Column> columns{{}, {}};
  std::vector<std::vector<Cell>> rows{{{"Machine", Tint::strong}, {"best there", Tint::strong}}};
  for (const auto& row : choice.rows) {
    columns.push_back({true, false});
    rows[0].push_back({name_of(machines, row.framework), Tint::strong});
  }
  for (std::size_t m = 0; m < machines.size(); ++m) {
    rows.push_back({{names[m]}, {names_of(machines, choice.best_of[m])}});
    for (const auto& row : choice.rows)
      rows.back().push_back({row.seats[m].possible ? tenths(row.seats[m].score) : "-"});
  }
  rows.push_back({{"Largest loss"}, {}});
  for (const auto& row : choice.rows)
    rows.back().push_back({row.possible == machines.size() ? tenths(row.largest_loss) : "-"});
  page.table(columns, rows, 2);
  page.paragraph("Scores of 100, with the same priorities everywhere; - where it cannot be used.", 2, 0, Tint::faint);
}

void write_losses(Page& page, const std::vector<NamedAnalysis>& machines, const std::vector<std::string>& names,
                  const CommonChoice& choice) {
  const CommonChoice::Row& first = choice.rows.front();
  for (std::size_t m = 0; m < machines.size(); ++m) {
    const Seat& seat = first.seats[m];
    if (!seat.possible)
      page.bullet(fmt::format("{}: cannot be used. {}", names[m], as_sentence(seat.because_not)));
    else if (seat.loss == Fraction{0, 1})
      page.bullet(fmt::format("{}: loses nothing.", names[m]));
    else
      page.bullet(fmt::format("{}: loses {} points to {}.", names[m], tenths(seat.loss),
                              names_of(machines, choice.best_of[m])));
  }
}

/// What tells their files apart.
std::vector<std::string> short_names_of(const std::vector<NamedAnalysis>& machines) {
  std::vector<std::string> files;
  for (const NamedAnalysis& machine : machines) files.push_back(machine.name);
  return short_names(files);
}

}  // namespace

std::string common_text(const std::vector<NamedAnalysis>& machines, const CommonChoice& choice,
                        const TextStyle& style) {
  const std::vector<std::string> names = short_names_of(machines);
  Page page(style);
  if (choice.rows.empty()) return "";
  const CommonChoice::Row& first = choice.rows.front();
  const std::string leader = name_of(machines, first.framework);
  std::string heading = fmt::format("One framework for {} machines: {}", machines.size(), leader);
  if (choice.found && choice.is_tied)
    heading += fmt::format(" or {} (a tie)", name_of(machines, choice.rows[1].framework));
  if (!choice.found) heading = fmt::format("One framework for {} machines: none fits them all", machines.size());
  page.heading(heading);
  write_table(page, machines, names, choice);
  page.blank();
  if (!choice.found)
    page.paragraph(fmt::format("{} comes nearest: it fits {} of {}.", leader, first.possible, machines.size()), 2);
  write_losses(page, machines, names, choice);
  page.blank();
  for (std::size_t m = 0; m < machines.size(); ++m) {
    const std::string install = install_on(machines[m], first.framework);
    if (!first.seats[m].possible || install.empty()) continue;
    page.paragraph(fmt::format("Install on {}", names[m]), 2, 0, Tint::strong);
    page.command(install, 4);
  }
  page.blank();
  page.paragraph(fmt::format("Rules as of {}. `rigfit --from FILE` shows one machine in full.",
                             machines.front().analysis.rules->as_of),
                 0, 0, Tint::faint);
  return page.take();
}

std::string common_json(const std::vector<NamedAnalysis>& machines, const CommonChoice& choice, const TextStyle&) {
  const Analysis& any = machines.front().analysis;
  const auto number = [](const Fraction& fraction) {
    return Json{{"exact", fraction_text(fraction)}, {"value", fraction.value()}};
  };
  Json json;
  json["schema"] = "rigfit.choice/1";
  json["tool"] = {{"name", "rigfit"}, {"version", tool_version()}};
  json["rules"] = {{"as_of", any.rules->as_of}};
  json["priorities"] = priorities_json(any);
  json["demands"] = Json::array();
  for (const Demand& demand : any.recommendation->demands) json["demands"].push_back(demand.text);
  Json& chosen = json["choice"] = {{"framework", nullptr}, {"tied_with", nullptr}, {"nearest", nullptr}};
  if (!choice.rows.empty()) {
    const CommonChoice::Row& first = choice.rows.front();
    chosen[choice.found ? "framework" : "nearest"] = first.framework;
    if (choice.found && choice.is_tied) chosen["tied_with"] = choice.rows[1].framework;
    chosen["largest_loss"] = number(first.largest_loss);
    chosen["total_loss"] = number(first.total_loss);
  }
  json["machines"] = Json::array();
  for (std::size_t m = 0; m < machines.size(); ++m) {
    const std::string install = choice.rows.empty() ? "" : install_on(machines[m], choice.rows.front().framework);
    json["machines"].push_back({{"name", machines[m].name},
                                {"best", choice.best_of[m]},
                                {"determined", is_determined(machines[m].analysis.facts)},
                                {"install", install.empty() ? Json() : Json(install)}});
  }
  json["frameworks"] = Json::array();
  for (const auto& row : choice.rows) {
    Json entry{{"id", row.framework}, {"possible_on", row.possible}, {"seats", Json::array()}};
    for (std::size_t m = 0; m < machines.size(); ++m)
      entry["seats"].push_back(
          {{"machine", machines[m].name},
           {"possible", row.seats[m].possible},
           {"score", number(row.seats[m].score)},
           {"loss", row.seats[m].possible ? number(row.seats[m].loss) : Json()},
           {"because_not", row.seats[m].because_not.empty() ? Json() : Json(row.seats[m].because_not)}});
    json["frameworks"].push_back(std::move(entry));
  }
  return escape_for_terminal(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace rigfit
