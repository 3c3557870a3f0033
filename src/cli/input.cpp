#include "cli/input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "collect/named_pipe.hpp"
#include "rules/archive.hpp"
#include "rules/exported_rules.hpp"
#include "rules/schema_platforms.hpp"

namespace rigfit {
namespace {

constexpr std::string_view schema_folder = "schema/";
constexpr std::size_t largest_rule_file = 8u << 20, largest_exported_file = 64u << 20, most_rule_files = 1000;

tl::expected<std::string, std::string> read_all(int descriptor, const std::string& name, std::size_t most) {
  std::string text;
  char buffer[1 << 14];  // a stack may have no more than 64 KiB
  while (true) {
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(fmt::format("{}: {}", name, std::strerror(errno)));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > most)
      return tl::unexpected(most < 1u << 20 ? fmt::format("{}: is longer than {} KiB", name, most >> 10)
                                            : fmt::format("{}: is longer than {} MiB", name, most >> 20));
  }
}

/// Holds the rules until the process ends: to take them down piece by piece is a tenth of a run (1.6 of 15.8 million
/// instructions of `rigfit --from` for a machine with one GPU, by callgrind), and serves nobody then.
SharedRules kept(RuleBook book) {
  static auto& all = *new std::vector<SharedRules>;
  return all.emplace_back(std::move(book));
}

}  // namespace

tl::expected<std::string, std::string> read_input(const std::string& path, std::size_t most) {
  if (path == "-") return read_all(STDIN_FILENO, "stdin", most);
  // Else opening it waits for somebody who writes.
  if (is_named_pipe(path)) return tl::unexpected(fmt::format("{}: is a named pipe, no file", path));
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return tl::unexpected(fmt::format("{}: {}", path, std::strerror(errno)));
  auto text = read_all(descriptor, path, most);
  ::close(descriptor);
  return text;
}

tl::expected<std::vector<RuleFile>, std::string> read_rule_files(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<RuleFile> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() != ".json" || !it->is_regular_file(error)) continue;
    if (files.size() == most_rule_files) return tl::unexpected(fmt::format("{}: holds too many files", folder));
    auto text = read_input(it->path().string(), largest_rule_file);
    if (!text) return tl::unexpected(text.error());
    std::string path = it->path().lexically_relative(folder).generic_string();
    // The sources of a schema name the platforms by a placeholder.
    if (path.starts_with(schema_folder)) *text = with_platforms(std::move(*text));
    files.push_back({std::move(path), std::move(*text), it->path().string()});
  }
  if (error) return tl::unexpected(fmt::format("{}: {}", folder, error.message()));
  std::sort(files.begin(), files.end(), [](const RuleFile& a, const RuleFile& b) { return a.path < b.path; });
  return files;
}

std::string to_text(const RuleError& error) { return fmt::format("{}: {}: {}", error.file, error.key, error.reason); }

tl::expected<std::vector<RuleFile>, std::string> rule_files_of(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    const auto overlay = read_rule_files(path);
    if (!overlay) return tl::unexpected(overlay.error());
    return overlaid(embedded_rules(), *overlay);
  }
  const auto text = read_input(path, largest_exported_file);
  if (!text) return tl::unexpected(text.error());
  auto files = parse_exported_rules(*text, path);
  if (!files) return tl::unexpected(fmt::format("{}: {}", path, files.error()));
  for (const RuleFile& own : embedded_rules())
    if (own.path.starts_with(schema_folder)) files->push_back(own);
  return files;
}

tl::expected<SharedRules, std::string> load_rule_book(const std::string& path) {
  if (path.empty()) return kept(unpack_rules(embedded_rule_book()));
  const auto files = rule_files_of(path);
  if (!files) return tl::unexpected(files.error());
  auto book = load_rules(*files, true);
  if (!book) return tl::unexpected(fmt::format("{} (of {} or built in)", to_text(book.error()), path));
  return kept(std::move(*book));
}

}  // namespace rigfit
