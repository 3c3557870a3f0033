#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "facts/platform.hpp"

namespace rigfit {

// How large a language model fits into the memory of a device. The assumptions are those of `rigfit explain room`:
// a dense transformer of Llama 3's shapes, one sequence of `room_context` tokens, its cache of keys and values in 16
// bits, and `room_percent` of the memory that a model can use.

inline constexpr int room_context = 8192;  ///< tokens
inline constexpr int room_percent = 90;    ///< of the usable memory; the rest is the runtime's and the activations'

/// Largest number of parameters.
struct ModelRoom {
  std::int64_t in_16_bit = 0, in_4_bit = 0;
  std::int64_t memory_bytes = 0;  ///< what was counted on
  std::string word = "16-bit";    ///< the 16-bit format that the device computes in: bf16 or fp16, where it is known
};

/// Bytes that a model of so many parameters takes: its weights at `bits` each, and its cache.
double model_bytes(double parameters, double bits);

/// The room in so much usable memory.
ModelRoom room_in(std::int64_t usable_bytes);

/// The room on a device: of a MIG instance, of the unified memory it may use. Nothing where its memory is not known.
std::optional<ModelRoom> room_on(const Device& device);

/// "10B", "0.5B": rounded down, as the estimate is no better than that. Empty for less than half a billion.
std::string parameters_text(std::int64_t parameters);

/// Which devices a room is of: the only one, each of several, or the largest of several that are unlike.
enum class RoomOn { one, each, largest };

/// "room for about 10B parameters in bf16, 35B in 4-bit (8K context)"; empty where not even a small one fits.
/// Of several devices "each: about …", or of unlike ones "the largest: about …".
std::string room_text(const ModelRoom& room, RoomOn devices);

}  // namespace rigfit
