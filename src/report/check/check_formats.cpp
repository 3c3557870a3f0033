#include "report/check/check_formats.hpp"

#include <fmt/format.h>

#include <set>

namespace rigfit {

std::string check_text(const CheckReport&, const TextStyle&);
std::string check_json(const CheckReport&, const TextStyle&);
std::string check_junit(const CheckReport&, const TextStyle&);
std::string check_tap(const CheckReport&, const TextStyle&);
std::string check_github(const CheckReport&, const TextStyle&);

std::span<const CheckFormat> check_formats() {
  static constexpr CheckFormat rows[] = {
      {"text", check_text}, {"json", check_json}, {"junit", check_junit}, {"tap", check_tap}, {"github", check_github}};
  return rows;
}

std::string_view answer_of(const CheckedLine& line) { return line.applies ? name_of(line.met) : "does not apply"; }

std::string message_of(const CheckedLine& line) {
  return fmt::format("{}{}{}{}", answer_of(line), line.found.empty() ? "" : ": " + line.found,
                     line.about.empty() ? "" : ". Required: ", line.about);
}

std::vector<std::string> evidence_of(const CheckedLine& line) {
  std::vector<std::string> all;
  std::set<std::string_view> seen;
  for (const Term& term : line.terms)
    for (const std::string& source : term.sources)
      if (seen.insert(source).second) all.push_back(source);
  return all;
}

}  // namespace rigfit
