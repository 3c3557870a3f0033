#include <fmt/format.h>

#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {

void write_demands(Page& page, const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  if (recommendation.demands.empty()) return;
  page.heading("Demands");
  std::vector<std::vector<Cell>> rows;
  for (std::size_t n = 0; n < recommendation.demands.size(); ++n) {
    rows.push_back({{recommendation.demands[n].text, Tint::strong}});
    bool any = false;
    for (const Candidate& candidate : recommendation.candidates)
      for (const Unmet& unmet : candidate.unmet) {
        if (unmet.demand != n) continue;
        if (any) rows.push_back({{}});
        const bool is_removed = unmet.met == Truth::no;
        rows.back().push_back({fmt::format("{} {}: {}", is_removed ? "removes" : "could not be checked for",
                                           candidate.rule->name, as_sentence(unmet.because)),
                               is_removed ? Tint::bad : Tint::doubtful});
        any = true;
      }
    if (!any) rows.back().push_back({"is met by every candidate", Tint::good});
  }
  page.table({{}, {false, true}}, rows, 2);
}

}  // namespace rigfit
