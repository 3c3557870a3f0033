#include "rules/schema_platforms.hpp"

#include <string_view>

#include "facts/platforms.hpp"
#include "text/join.hpp"

namespace rigfit {

std::string with_platforms(std::string schema) {
  constexpr std::string_view mark = "\"$platforms\"";
  std::string ids;
  for (const PlatformInfo& platform : platforms()) append_to_list(ids, '"' + std::string(platform.id) + '"');
  for (std::size_t at = 0; (at = schema.find(mark, at)) != std::string::npos; at += ids.size())
    schema.replace(at, mark.size(), ids);
  return schema;
}

}  // namespace rigfit
