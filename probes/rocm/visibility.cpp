#include "probes/rocm/visibility.hpp"

#include <set>

#include "probes/parse/text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

constexpr std::string_view rocr = "ROCR_VISIBLE_DEVICES", hip = "HIP_VISIBLE_DEVICES", cuda = "CUDA_VISIBLE_DEVICES";

/// "GPU-" and hexadecimal digits; newer releases write them longer, with hyphens
bool is_unique_id(std::string_view entry) {
  return entry.starts_with("GPU-") && entry.size() >= 5 && entry.size() <= 64;
}

/// A number as the runtime takes it: digits, no sign, no leading zero.
std::optional<std::size_t> index_in(std::string_view entry) {
  if (entry.empty() || entry.size() > 6 || (entry.size() > 1 && entry.front() == '0')) return std::nullopt;
  std::size_t number = 0;
  for (const char c : entry) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  return number;
}

/// Applies one variable to the GPUs that are left. The first entry that is no GPU, or names one again, ends the list.
void filter(std::string_view variable, std::string_view value, std::optional<std::size_t> gpus, Visibility& seen) {
  append_to_list(seen.filters, std::string(variable) + "=" + std::string(value), " ");
  const bool is_first = seen.sources.empty();
  seen.sources.push_back(key_of(Kind::env, variable));
  std::vector<std::size_t> chosen;
  std::set<std::size_t> named;
  bool none_valid = true;
  const std::size_t there = seen.left.size();
  // The entries are not trimmed: to HIP, " 1" is no number.
  while (true) {
    const std::size_t comma = value.find(',');
    const std::string_view entry = value.substr(0, comma);
    const auto index = index_in(entry);
    if (is_unique_id(entry)) {
      seen.certain = none_valid = false;
    } else if (!index || (gpus && seen.certain && *index >= there) || !named.insert(*index).second) {
      if (!value.empty() && seen.bad_entry.empty()) {
        seen.bad_entry = "\"" + std::string(entry.substr(0, 40)) + "\" of " + std::string(variable);
        seen.is_second_filter = !is_first && index && gpus && *index < *gpus;
      }
      break;
    } else {
      none_valid = false;
      chosen.push_back(*index);
    }
    if (comma == value.npos) break;
    value.remove_prefix(comma + 1);
  }
  seen.hides_all = seen.hides_all || none_valid;
  if (!gpus || !seen.certain) return;
  for (std::size_t& index : chosen) index = seen.left[index];
  seen.left = std::move(chosen);
}

}  // namespace

Requests visibility_look() {
  return {env(std::string(rocr)), env(std::string(hip)), env(std::string(cuda)), env("GPU_DEVICE_ORDINAL")};
}

Visibility read_visibility(const Evidence& evidence, std::optional<std::size_t> gpus) {
  Visibility seen;
  for (std::size_t n = 0; n < gpus.value_or(0); ++n) seen.left.push_back(n);
  const auto recorded = [&](std::string_view variable) {
    const Answer& answer = evidence.env(variable);
    return answer.found() || answer.absent();
  };
  seen.known = recorded(rocr) && recorded(hip);
  // Set and empty: no GPU for ROCR_VISIBLE_DEVICES, as good as unset for the other two.
  if (const Answer& answer = evidence.env(rocr); answer.found()) filter(rocr, answer.text, gpus, seen);
  const Answer& second = evidence.env(hip);
  const Answer& third = evidence.env(cuda);
  if (second.found() && !second.text.empty()) {
    filter(hip, second.text, gpus, seen);
  } else if (recorded(hip) && third.found() && !third.text.empty()) {
    seen.by_cuda_variable = true;
    filter(cuda, third.text, gpus, seen);
  }
  return seen;
}

}  // namespace rigfit
