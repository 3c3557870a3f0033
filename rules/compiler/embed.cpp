// Turns rules/ into a C++ source: each file without its white space, as a string, and all of them as one packed book. A
// file that does not hold stops the build with its name, the key and the reason.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "rules/archive.hpp"
#include "rules/schema_platforms.hpp"

namespace fs = std::filesystem;

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
  std::ofstream out(argv[2], std::ios::binary);
  out << "// Made from rules/ by rules/compiler/embed.cpp.\n#include \"rules/archive.hpp\"\n\nnamespace rigfit "
         "{\n\nstd::span<const RuleFile> embedded_rules() {\n"
         "  static const RuleFile files[] = {\n";
  for (const auto& file : files) {
    // Schemas are printed for people; the rest is only parsed.
    const std::string text =
        file.path.starts_with("schema/") ? file.text : nlohmann::ordered_json::parse(file.text).dump();
    out << "      {\"" << file.path << "\",\n";
    for (std::size_t at = 0; at < text.size();) {  // compilers limit the length of one literal
      std::size_t end = std::min(at + 8000, text.size());
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        ++end;  // not inside a character
      out << "       R\"~~~~(" << text.substr(at, end - at) << ")~~~~\"\n";
      at = end;
    }
    out << "      },\n";
  }
  out << "  };\n  return files;\n}\n\nstd::string_view embedded_rule_book() {\n  static constexpr unsigned char "
         "bytes[] = {";
  const std::string packed = rigfit::pack_rules(*book);
  for (std::size_t n = 0; n < packed.size(); ++n)
    out << (n % 32 == 0 ? "\n      " : "") << static_cast<unsigned>(static_cast<unsigned char>(packed[n])) << ',';
  out << "\n  };\n  return {reinterpret_cast<const char*>(bytes), sizeof bytes};\n}\n\n}  // namespace rigfit\n";
  return out.flush() ? 0 : 1;
}
