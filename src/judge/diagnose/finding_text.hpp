#pragma once

#include <string>
#include <string_view>

#include "facts/facts.hpp"

namespace rigfit {

/// `text` with its {fact}s filled in. A part in double brackets is left out where a fact in it has no value:
/// "{device.name}[[ at {device.pci_address}]] is on the bus."
std::string fill_in_sentence(std::string_view text, const Facts& facts, const Device* device);

/// Whether a fact that it names outside of double brackets has no value: a remedy that lacks one is not given. The name
/// of a device has words that stand for it.
bool lacks_a_fact(std::string_view text, const Facts& facts, const Device* device);

}  // namespace rigfit
