#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

/// Rule files as one compressed text (zlib), so that the program carries a fifth of their bytes. A run that only judges
/// never unpacks them: it reads embedded_rule_book().
std::string pack_files(const std::vector<RuleFile>& files);

/// Throws std::runtime_error for bytes that pack_files() did not write.
std::vector<RuleFile> unpack_files(std::string_view bytes);

}  // namespace rigfit
