#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rigfit {

/// RFC 4648 section 4, with padding: https://www.rfc-editor.org/rfc/rfc4648
std::string to_base64(std::string_view bytes);
/// Empty when `text` is not base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace rigfit
