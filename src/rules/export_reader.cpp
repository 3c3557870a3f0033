#include <nlohmann/json.hpp>

#include "rules/reader.hpp"

namespace rigfit {

void RuleReader::read_exports(const RuleJson& file) {
  ExportRules& exports = book_.exports.edit();
  const RuleJson& uv = at(file, "uv_backends", "");
  exports.uv_backends = texts(uv, "values", "/uv_backends");
  exports.uv_index = text(file, "uv_packages_index", "");
  read_source(uv, "/uv_backends");
  for (std::size_t n = 0; n < list(file, "variant_providers", "").size(); ++n) {
    const std::string where = item("", "variant_providers", n);
    const RuleJson& json = file["variant_providers"][n];
    exports.variant_providers.push_back({text(json, "namespace", where), text(json, "package", where),
                                         text(json, "version", where), text(json, "plugin_api", where)});
    read_source(json, where);
  }
  const RuleJson& cuda = at(file, "variant_cuda", "");
  exports.cuda_major_least = whole(cuda, "major_least", "/variant_cuda", 1, 99);
  exports.cuda_major_most = whole(cuda, "major_most", "/variant_cuda", exports.cuda_major_least, 99);
  exports.cuda_minor_most = whole(cuda, "minor_most", "/variant_cuda", 0, 99);
  read_source(cuda, "/variant_cuda");
  for (std::size_t n = 0; n < list(file, "x86_levels", "").size(); ++n) {
    const std::string where = item("", "x86_levels", n);
    const RuleJson& json = file["x86_levels"][n];
    exports.x86_levels.push_back({text(json, "name", where), texts(json, "features", where)});
  }
  source_of(at(file, "x86_source", ""), "/x86_source");
}

}  // namespace rigfit
