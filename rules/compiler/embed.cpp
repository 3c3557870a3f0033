// Turns rules/ into a C++ source: all files without their white space, compressed, and all of them as one packed book.
// A file that does not hold stops the build with its name, the key and the reason.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "rules/archive.hpp"
#include "rules/packed_files.hpp"
#include "rules/schema_platforms.hpp"

namespace fs = std::filesystem;

namespace {

/// Bytes as a string literal, which compilers read a hundred times faster than a list of numbers.
void write_literal(std::ostream& out, std::string_view bytes) {
  constexpr std::size_t per_line = 96;
  std::string line;
  for (std::size_t at = 0; at < bytes.size(); at += per_line) {
    line = "\n    \"";
    for (const char c : bytes.substr(at, per_line)) {
      const auto byte = static_cast<unsigned char>(c);
      const bool is_plain = byte >= ' ' && byte < 0x7F && c != '"' && c != '\\' && c != '?';  // "??" begins a trigraph
      if (is_plain)
        line += c;
      else
        line.append({'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + (byte >> 3 & 7)),
                     static_cast<char>('0' + (byte & 7))});
    }
    out << line << '"';
  }
  out << ";\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: embed RULES OUT.cpp\n";
    return 2;
  }
  std::vector<rigfit::RuleFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(argv[1])) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    rigfit::RuleFile file{fs::relative(entry.path(), argv[1]).generic_string(),
                          std::string(std::istreambuf_iterator<char>(in), {})};
    if (file.path.starts_with("schema/")) file.text = rigfit::with_platforms(std::move(file.text));
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  const auto book = rigfit::load_rules(files, true);
  if (!book) {
    for (const rigfit::RuleError& error : rigfit::mistakes_in(files))
      std::cerr << argv[1] << "/" << error.file << ": " << error.key << ": " << error.reason << "\n";
    return 1;
  }
  for (rigfit::RuleFile& file : files)  // schemas are printed for people; the rest is only parsed
    if (!file.path.starts_with("schema/")) file.text = nlohmann::ordered_json::parse(file.text).dump();
  std::ofstream out(argv[2], std::ios::binary);
  out << "// Made from rules/ by rules/compiler/embed.cpp.\n#include \"rules/archive.hpp\"\n#include "
         "\"rules/packed_files.hpp\"\n\nnamespace rigfit {\nnamespace {\n\nconstexpr char packed_files[] =";
  write_literal(out, rigfit::pack_files(files));
  out << "constexpr char packed_book[] =";
  write_literal(out, rigfit::pack_rules(*book));
  out << "}  // namespace\n\nstd::span<const RuleFile> embedded_rules() {\n"
         "  static const std::vector<RuleFile> files = unpack_files({packed_files, sizeof packed_files - 1});\n"
         "  return files;\n}\n\nstd::string_view embedded_rule_book() { return {packed_book, sizeof packed_book - 1}; "
         "}\n\n"
         "}  // namespace rigfit\n";
  return out.flush() ? 0 : 1;
}
