#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// A page whose places were filled in.
struct Filled {
  std::string text;
  std::vector<std::string> missing;  ///< names that the page has and the values do not: mistakes in the page
};

/// Fills in a page in a small part of the Mustache language (https://mustache.github.io/mustache.5.html):
///   {{name}}               a text or number, always escaped; {{a.b}} is b of a, {{.}} the item of a list itself
///   {{#name}} … {{/name}}  for each item of a list; once for an object, for true and for a text that is not empty
///   {{^name}} … {{/name}}  where that would be nothing
///   {{&name}}              one of `constants`, as it is: what is not escaped can come from nowhere else
/// Names are looked up from the innermost section outwards. A line that holds nothing but one mark of a section leaves
/// none behind. Throws std::logic_error for a page whose sections do not match.
Filled fill(std::string_view page, const nlohmann::ordered_json& values,
            const std::map<std::string, std::string, std::less<>>& constants = {});

}  // namespace rigfit
