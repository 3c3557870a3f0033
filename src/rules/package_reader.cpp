#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "rules/reader.hpp"

namespace rigfit {
namespace {

void require_version(const std::string& text, const std::string& where) {
  if (!text.empty() && !Version::parse(text)) throw BadRule{where, fmt::format("\"{}\" is no version", text)};
}

}  // namespace

void RuleReader::read_packages(const RuleJson& file) {
  PackageRules& packages = book_.packages.edit();
  for (std::size_t n = 0; n < list(file, "pairs", "").size(); ++n) {
    const std::string where = item("", "pairs", n);
    const RuleJson& json = file["pairs"][n];
    PackagePair pair;
    pair.id = text(json, "id", where);
    pair.package = text(json, "package", where);
    pair.beside = text(json, "beside", where);
    pair.os = text_or(json, "os", where);
    pair.beside_cuda = text_or(json, "beside_cuda", where);
    for (const auto& [key, member] : {std::pair{"beside_from", &pair.beside_from},
                                      {"beside_below", &pair.beside_below},
                                      {"from", &pair.from},
                                      {"below", &pair.below}}) {
      *member = text_or(json, key, where);
      require_version(*member, where + "/" + key);
    }
    pair.same = json.contains("same") && flag(json, "same", where);
    pair.same_release = json.contains("same_release") && flag(json, "same_release", where);
    const bool has_range = !pair.from.empty() || !pair.below.empty();
    if (int{pair.same} + int{pair.same_release} + int{has_range} != 1)
      throw BadRule{where, "says one of \"same\", \"same_release\", and from which version on or below which one"};
    for (const char* fact : {"found", "needs", "command"}) type_of(fmt::format("install.{}.{}", pair.id, fact), where);
    read_source(json, where);
    packages.pairs.push_back(std::move(pair));
  }
  for (std::size_t n = 0; n < list(file, "clashes", "").size(); ++n) {
    const std::string where = item("", "clashes", n);
    const RuleJson& json = file["clashes"][n];
    PackageClash clash{text(json, "id", where), text(json, "library", where), texts(json, "packages", where)};
    for (const char* fact : {"found", "needs", "command"}) type_of(fmt::format("install.{}.{}", clash.id, fact), where);
    read_source(json, where);
    packages.clashes.push_back(std::move(clash));
  }
}

}  // namespace rigfit
