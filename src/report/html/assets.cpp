#include "report/html/assets.hpp"

#include <fmt/format.h>

#include "report/html/html_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

std::string policy_source(const PageFile& file) { return fmt::format("'sha256-{}'", policy_hash(file.sha256)); }

}  // namespace

std::map<std::string, std::string, std::less<>> page_constants(std::initializer_list<PageFile> styles,
                                                               const PageFile& script) {
  std::string sources, texts;
  for (const PageFile& style : styles) {
    append_to_list(sources, policy_source(style), " ");
    append_to_list(texts, fmt::format("<style>{}</style>", style.text), "\n");
  }
  const bool has_script = !script.text.empty();
  return {{"style_sources", sources},
          {"styles", texts},
          {"script_sources", has_script ? policy_source(script) : "'none'"},
          {"script", has_script ? fmt::format("<script>{}</script>", script.text) : ""}};
}

}  // namespace rigfit
