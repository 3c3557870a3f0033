#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "facts/platform.hpp"
#include "facts/platforms.hpp"
#include "facts/size_text.hpp"
#include "judge/ranking/ranking.hpp"
#include "judge/support/support.hpp"

namespace rigfit {

/// "2.95 TB/s", "448.0 GB/s": powers of ten, as makers of memory count.
std::string bandwidth_text(std::int64_t bytes_per_second);
/// A fact for people: sizes (names ending in _bytes) in GiB, bandwidths and seconds with their units, else as
/// `to_text`.
std::string fact_text(std::string_view name, const Fact& fact);
/// The value alone, empty when it is not known.
template <class Scope>
std::string value_or_nothing(AnyFactName<Scope> name, const FactsOf<Scope>& facts) {
  const Fact& fact = facts.at(name);
  return fact.known() ? fact_text(name.text(), fact) : "";
}

/// "Linux", "Windows", "macOS": as a fact names a system ("darwin").
std::string system_name(std::string_view family);

/// "not applicable", "kernel driver": names with spaces for underscores.
std::string spaced(std::string_view name);
/// The memory that a framework finds there: of an instance where MIG divides it, of the host where it shares that.
std::string device_memory(const Device& device);

/// "NVIDIA H100 (sm_90, 80.0 GiB, 0000:01:00.0)": a device in a line.
std::string device_line(const Device& device);
/// The same without the address: what several devices have in common.
std::string device_kind(const Device& device);

/// What stands before the command that verifies a finding, whether a step of its remedy can change anything or not.
inline constexpr std::string_view verify_label = "This shows whether it is still so:";

/// "3 warnings", "1 error".
std::string count_text(std::size_t count, std::string_view singular);
/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& words);
/// With a capital at its beginning.
std::string capital(std::string text);
/// With a full stop, whether it had one or not. Its first letter stays: "fast.ai" has no capital.
std::string as_sentence(std::string_view text);

/// numerator / denominator with one decimal, rounded half up: "84.5". Both are at least 0, the denominator above it.
std::string decimal_text(std::int64_t numerator, std::int64_t denominator);
/// "70" or "0-100".
std::string score_text(const Score& score);
/// "3/7".
std::string fraction_text(const Fraction& fraction);
/// A share in percent: "82%", "under 1%".
std::string percent_text(const Fraction& fraction);

}  // namespace rigfit
