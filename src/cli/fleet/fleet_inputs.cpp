#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/fleet/fleet_reading.hpp"

namespace rigfit {
namespace {

namespace fs = std::filesystem;

bool is_wanted(const fs::path& path) {
  const std::string name = path.filename().string();
  return !name.starts_with('.') && name != "stderr";
}

tl::expected<void, std::string> add_folder(const std::string& root, std::vector<FleetInput>& inputs) {
  std::error_code error;
  std::vector<FleetInput> found;
  constexpr auto options =
      fs::directory_options::follow_directory_symlink | fs::directory_options::skip_permission_denied;
  fs::recursive_directory_iterator it(root, options, error), end;
  for (; !error && it != end; it.increment(error)) {
    constexpr int deepest = 32;  // links may lead in circles
    if (!is_wanted(it->path()) || it.depth() >= deepest) it.disable_recursion_pending();
    std::error_code unreadable;
    if (is_wanted(it->path()) && it->is_regular_file(unreadable)) found.push_back({it->path().string(), root});
  }
  if (error) return tl::unexpected(fmt::format("{}: {}", root, error.message()));
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  std::move(found.begin(), found.end(), std::back_inserter(inputs));
  return {};
}

}  // namespace

tl::expected<std::vector<FleetInput>, std::string> fleet_inputs(const std::vector<std::string>& words) {
  std::vector<FleetInput> inputs;
  for (const std::string& word : words) {
    std::error_code error;
    if (word != "-" && fs::is_directory(word, error)) {
      if (auto added = add_folder(word, inputs); !added) return tl::unexpected(added.error());
    } else if (word == "-" || fs::exists(word, error)) {
      inputs.push_back({word, ""});
    } else {
      return tl::unexpected(fmt::format("{}: there is no such file or folder", word));
    }
  }
  if (inputs.empty()) return tl::unexpected(std::string("there is no file in it"));
  return inputs;
}

}  // namespace rigfit
