#pragma once

#include <string_view>
#include <vector>

#include "probes/pci/pci.hpp"

namespace rigfit {

/// What a run of lspci printed.
struct LspciListing {
  std::vector<PciDevice> devices;  ///< see parse_lspci()
  bool is_whole = false;           ///< see lspci_is_whole()
};
LspciListing read_lspci(std::string_view text);

/// Every function any form of lspci printed: one line each (with -nn, -nnk, -v and more below it), or -vmm blocks.
/// Ids are known only where the form prints them as numbers.
std::vector<PciDevice> parse_lspci(std::string_view text);

/// Whether each function is reported as fully as the form tells any: one without its class or ids, as where the text
/// was cut, may be anything.
bool lspci_is_whole(std::string_view text);

}  // namespace rigfit
