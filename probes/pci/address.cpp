#include "probes/pci/address.hpp"

#include "probes/parse/text.hpp"

namespace rigfit {

std::string pci_address(std::string_view word) {
  const auto parts = split(word, ':');
  if (parts.size() < 2 || parts.size() > 3) return "";
  const std::string_view last = parts.back(), bus = parts[parts.size() - 2];
  if (last.size() != 4 || last[2] != '.' || !is_hex(last.substr(0, 2)) || !is_hex(last.substr(3)) || bus.size() != 2 ||
      !is_hex(bus))
    return "";
  if (parts.size() == 3 && (parts[0].size() < 4 || parts[0].size() > 8 || !is_hex(parts[0]))) return "";
  return lower((parts.size() == 2 ? "0000:" : "") + std::string(word));
}

}  // namespace rigfit
