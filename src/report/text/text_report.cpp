#include "report/report.hpp"

namespace rigfit {

/// The format "text" of formats.cpp.
std::string text_report(const Report& report, const TextStyle& style) {
  if (report.scope.today) return what_if_text(report, style);
  switch (report.scope.part) {
    case Scope::Part::recommendation:
      return recommend_text(report, style);
    case Scope::Part::machine:
      return probe_text(report, style, report.scope.only);
    case Scope::Part::findings:
      return doctor_text(report, style);
    case Scope::Part::proofs:
      return prove_text(report, style, report.scope.platforms);
  }
  return "";
}

}  // namespace rigfit
