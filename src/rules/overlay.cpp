#include <algorithm>
#include <nlohmann/json.hpp>

#include "evidence/strict_json.hpp"
#include "rules/json.hpp"

namespace rigfit {
namespace {

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

/// The file of `folder` whose id this is.
RuleFile* file_of_id(std::vector<RuleFile>& files, const std::string& folder, const RuleJson& id) {
  for (RuleFile& file : files) {
    if (folder.empty() || folder_of(file.path) != folder) continue;
    const auto json = parse_strict_json(file.text, most_rule_depth);
    if (json && json->is_object() && id.is_string() && json->contains("id") && (*json)["id"] == id) return &file;
  }
  return nullptr;
}

/// The file that one of an overlay takes the place of, and what is there then: the one that it says it extends, or the
/// one of the same path. One that only claims the id of another takes no place, and the reader refuses the second. Text
/// that is no JSON stays as it is, for the reader to tell where it is wrong.
RuleFile* place_of(std::vector<RuleFile>& files, RuleFile& over) {
  auto parsed = parse_strict_json(over.text, most_rule_depth);
  RuleJson json = parsed ? std::move(*parsed) : RuleJson();
  if (json.is_object() && json.contains("extends")) {
    RuleFile* base = file_of_id(files, folder_of(over.path), json["extends"]);
    if (!base) return nullptr;
    json.erase("extends");
    RuleJson merged = RuleJson::parse(base->text);
    merged.merge_patch(json);
    over.text = merged.dump(-1, ' ', false, RuleJson::error_handler_t::replace);
    return base;
  }
  const auto same =
      std::find_if(files.begin(), files.end(), [&](const RuleFile& file) { return file.path == over.path; });
  return same == files.end() ? nullptr : &*same;
}

}  // namespace

std::vector<RuleFile> overlaid(std::span<const RuleFile> files, std::span<const RuleFile> overlay) {
  std::vector<RuleFile> all(files.begin(), files.end());
  for (RuleFile over : overlay) {
    if (RuleFile* place = place_of(all, over))
      *place = std::move(over);
    else
      all.push_back(std::move(over));
  }
  return all;
}

}  // namespace rigfit
