#pragma once

#include <string>
#include <string_view>

namespace rigfit {

/// `plain` as text of an HTML document or as a quoted attribute's value, harmless whatever it is: one line of UTF-8,
/// without what `clean` takes the force out of, cut where it is longer than any name or sentence.
std::string html_text(std::string_view plain);

/// JSON that may stand inside a <script> element that is no program: no "<", no "&".
std::string json_in_html(std::string_view json);

/// A SHA-256 in hexadecimal as content security policies write it, without "sha256-" before it:
/// https://www.w3.org/TR/CSP3/#grammardef-hash-source
std::string policy_hash(std::string_view hexadecimal);

}  // namespace rigfit
