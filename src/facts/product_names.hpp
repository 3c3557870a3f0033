#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/device_table.hpp"

namespace rigfit {

/// What code GPUs run that are sold under a name, by the longest product of the table that the name holds: one target
/// where the name tells it, several where products of that name differ or where the name was cut ("GeForce RTX
/// 309..."), none where no product fits. Vendors, brands that tools leave out, form factors and sizes do not matter:
/// "NVIDIA A100-SXM4-40GB MIG 1g.5gb", "GRID A100-10C", "RTX 3060 Laptop GPU".
std::vector<std::string> architectures_of_product(const DeviceTable& table, std::string_view vendor,
                                                  std::string_view name);

/// The words of a product's name: lower case, without marks, makers and the brands that tools leave out.
std::vector<std::string> product_words(std::string_view name);

/// The products in a row's name, each by its words: two of "Radeon RX 470/480". A word alone without a digit is a
/// series, and none.
std::vector<std::vector<std::string>> products_in(std::string_view name);

/// The targets of all PCI devices of a generation, as nvidia-smi -q tells it: "Ampere".
std::vector<std::string> architectures_of_generation(const DeviceTable& table, std::string_view vendor,
                                                     std::string_view generation);

}  // namespace rigfit
