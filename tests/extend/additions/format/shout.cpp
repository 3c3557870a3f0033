// A format that a test adds to a copy of the sources.
#include "report/report.hpp"

namespace rigfit {

std::string shout_report(const Report& report, const TextStyle&) {
  std::string text = "PLATFORMS:";
  for (const Platform& platform : report.facts.platforms) text += " " + platform.id;
  return text + (report.recommendation ? "\nRECOMMENDED" : "") + "\n";
}

}  // namespace rigfit
