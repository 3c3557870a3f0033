#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "report/answer.hpp"
#include "report/comparison/comparison.hpp"
#include "report/report.hpp"

namespace rigfit {

/// The sources of a page, numbered in the order in which they are listed.
class References {
 public:
  explicit References(const Report& report);
  /// Of these, in their order.
  explicit References(std::vector<const Citation*> citations);
  /// [{"id", "n", "title"}] of those that are listed.
  nlohmann::ordered_json refs(const std::vector<std::string>& ids) const;
  /// [{"id", "claim", "title", "url", "year"}]
  nlohmann::ordered_json list() const;

 private:
  std::vector<const Citation*> citations_;
  std::map<std::string, std::size_t, std::less<>> numbers_;
};

// What page.html is filled with, a part each. Every name that the page uses has a value, if only null.

void add_head(nlohmann::ordered_json& page, const Report& report);
void add_findings(nlohmann::ordered_json& page, const Report& report);
void add_machine(nlohmann::ordered_json& page, const Report& report);
void add_ranking(nlohmann::ordered_json& page, const Recommendation& recommendation);
void add_comparison(nlohmann::ordered_json& page, const Report& report, const References& references);
void add_firmness(nlohmann::ordered_json& page, const Recommendation& recommendation);
void add_recommendation(nlohmann::ordered_json& page, const Report& report, const References& references);
void add_runtime(nlohmann::ordered_json& page, const Report& report);

/// What page.js ranks by: whole numbers, names and the sentences it may have to show.
nlohmann::ordered_json ranking_data(const Report& report);

/// Null for an empty text, which the page leaves out.
nlohmann::ordered_json text_or_null(const std::string& text);
/// {"text", "refs"}
nlohmann::ordered_json cited(const CitedSentence& sentence, const References& references);

/// The class of what holds or does not: "good", "bad", "unknown", "none".
std::string_view page_class(State state);
std::string_view page_class(const LayerState& layer);
/// Addresses other than http(s) become "#": nothing of a rule file runs as a script.
std::string page_url(const std::string& url);

/// How many colors the page has.
inline constexpr std::size_t page_colors = 6;
/// Which of them each candidate has: the first of the table the first.
std::vector<std::size_t> colors_of(const Recommendation& recommendation);

}  // namespace rigfit
