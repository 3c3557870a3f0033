#include "judge/requirements/term_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "facts/size_text.hpp"
#include "rules/short_forms.hpp"

namespace rigfit {
namespace {

constexpr std::string_view size_suffix = "_bytes", device_prefix = "device.";

bool is_about_use(const Term& term) { return term.fact == short_form::usable; }
bool is_about_device(const Term& term) { return term.fact.starts_with(device_prefix); }
/// "cuda is yes"
bool is_platform(const Term& term) { return term.seen == "yes" && term.fact.find_first_of(".:") == std::string::npos; }

}  // namespace

std::vector<Term> telling_terms(std::vector<Term> terms) {
  if (!std::all_of(terms.begin(), terms.end(), is_about_use)) std::erase_if(terms, is_about_use);
  if (std::any_of(terms.begin(), terms.end(), is_about_device)) std::erase_if(terms, is_platform);
  return terms;
}

std::string seen_text(const Term& term) {
  if (!term.fact.ends_with(size_suffix) && !is_device_memory(term.fact)) return term.seen;
  std::int64_t bytes = 0;
  const char* end = term.seen.data() + term.seen.size();
  const auto [read, error] = std::from_chars(term.seen.data(), end, bytes);
  return error == std::errc() && read == end ? size_text(bytes) : term.seen;
}

std::string term_text(const Term& term) {
  std::string_view name = term.fact;
  if (name.starts_with(device_prefix)) name.remove_prefix(device_prefix.size());
  if (name.ends_with(size_suffix)) name.remove_suffix(size_suffix.size());
  return fmt::format("{} is {}{}", name, seen_text(term),
                     term.because.empty() ? "" : fmt::format(" ({})", term.because));
}

}  // namespace rigfit
