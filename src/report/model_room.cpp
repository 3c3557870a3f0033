#include "report/model_room.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "fact_names/device.hpp"

namespace rigfit {
namespace {

/// Bits of a weight as it is stored: 4-bit formats keep a scale for each block of weights (32 weights of 4 bits and a
/// scale of 16: 4.5), see MEM-02.
constexpr double bits_16 = 16, bits_4 = 4.5;

struct Shape {
  double parameters;
  int layers, kv_heads, head_size;

  /// Keys and values of one token in 16 bits: two of them, two bytes each.
  double cache_bytes_per_token() const { return 2.0 * 2.0 * layers * kv_heads * head_size; }
};

/// Llama 3, see MEM-01.
constexpr Shape shapes[] = {
    {1.24e9, 16, 8, 64}, {3.21e9, 28, 8, 128}, {8.03e9, 32, 8, 128}, {70.6e9, 80, 8, 128}, {405e9, 126, 8, 128}};

/// Between two models in proportion; beyond the ends in proportion to the size.
double cache_bytes_per_token(double parameters) {
  const Shape& first = shapes[0];
  if (parameters <= first.parameters) return first.cache_bytes_per_token() * parameters / first.parameters;
  for (std::size_t n = 1; n < std::size(shapes); ++n) {
    const Shape &low = shapes[n - 1], &high = shapes[n];
    if (parameters > high.parameters) continue;
    const double part = (parameters - low.parameters) / (high.parameters - low.parameters);
    return low.cache_bytes_per_token() + part * (high.cache_bytes_per_token() - low.cache_bytes_per_token());
  }
  const Shape& last = shapes[std::size(shapes) - 1];
  return last.cache_bytes_per_token() * parameters / last.parameters;
}

/// model_bytes() grows with the parameters, so halving the range finds the largest.
std::int64_t largest_in(double bytes, double bits) {
  double low = 0, high = bytes * 8 / bits;
  for (int n = 0; n < 60; ++n) {
    const double middle = (low + high) / 2;
    (model_bytes(middle, bits) <= bytes ? low : high) = middle;
  }
  return static_cast<std::int64_t>(low);
}

}  // namespace

double model_bytes(double parameters, double bits) {
  return parameters * bits / 8 + room_context * cache_bytes_per_token(parameters);
}

ModelRoom room_in(std::int64_t usable_bytes) {
  const double bytes = static_cast<double>(std::max<std::int64_t>(usable_bytes, 0)) * room_percent / 100;
  return {largest_in(bytes, bits_16), largest_in(bytes, bits_4), usable_bytes};
}

std::optional<ModelRoom> room_on(const Device& device) {
  const auto* usable = device.facts.get(fact::device::memory_usable_bytes);
  const auto* instances = device.facts.get(fact::device::mig_instances);
  const bool* integrated = device.facts.get(fact::device::integrated);
  const bool is_own = !(instances && *instances > 0) && !(integrated && *integrated);
  // What a driver keeps of a device's own memory is less than what is left unused here anyway.
  if (!usable && is_own) usable = device.facts.get(fact::device::memory_total_bytes);
  if (!usable) return std::nullopt;
  ModelRoom room = room_in(*usable);
  if (const auto* types = device.facts.get(fact::device::dtypes))
    for (const char* type : {"fp16", "bf16"})
      if (std::find(types->begin(), types->end(), type) != types->end()) room.word = type;
  return room;
}

std::string parameters_text(std::int64_t parameters) {
  constexpr std::int64_t billion = 1'000'000'000;
  if (parameters < billion / 2) return "";
  const std::int64_t halves = parameters * 2 / billion;
  if (parameters < 3 * billion) return fmt::format("{}.{}B", halves / 2, halves % 2 * 5);
  const std::int64_t whole = parameters / billion, step = whole >= 100 ? 10 : whole >= 20 ? 5 : 1;
  return fmt::format("{}B", whole / step * step);
}

std::string room_text(const ModelRoom& room, RoomOn devices) {
  const std::string large = parameters_text(room.in_16_bit), small = parameters_text(room.in_4_bit);
  if (small.empty()) return "";
  std::string sizes;
  if (!large.empty()) sizes = fmt::format("{} parameters in {}, ", large, room.word);
  sizes += fmt::format("{}{} in 4-bit", small, large.empty() ? " parameters" : "");
  const char* before = devices == RoomOn::one ? "room for" : devices == RoomOn::each ? "each:" : "the largest:";
  return fmt::format("{} about {} ({}K context)", before, sizes, room_context / 1024);
}

}  // namespace rigfit
