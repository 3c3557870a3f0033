#include "evidence/answer.hpp"

#include <array>
#include <utility>

namespace rigfit {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 9> outcomes{{
    {Outcome::found, "found"},
    {Outcome::absent, "absent"},
    {Outcome::denied, "denied"},
    {Outcome::failed, "failed"},
    {Outcome::crashed, "crashed"},
    {Outcome::timed_out, "timed_out"},
    {Outcome::stuck, "stuck"},
    {Outcome::skipped, "skipped"},
    {Outcome::not_recorded, "not_recorded"},
}};

}  // namespace

std::string_view name_of(Outcome outcome) {
  for (const auto& [value, name] : outcomes)
    if (value == outcome) return name;
  return "";
}

std::optional<Outcome> parse_outcome(std::string_view name) {
  for (const auto& [value, text] : outcomes)
    if (text == name) return value;
  return std::nullopt;
}

}  // namespace rigfit
