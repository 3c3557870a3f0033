// Turns rules/facts/*.json into headers of typed names, one a subject: "cuda.driver_version" of type version becomes
// rigfit::fact::cuda::driver_version in fact_names/cuda.hpp. It knows nothing of the rule book, so that it is built and
// has run before the first file that includes a header of it is compiled.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct Declared {
  std::string name, type, about;
};

/// Names that one declaration with "each" stands for.
struct Family {
  std::string identifier;
  std::map<std::string, std::string> members;  ///< member → identifier of its name
};

struct Subject {
  std::string scope = "Host";
  std::vector<Declared> facts;
  std::map<std::string, Family> families;  ///< by pattern
  std::map<std::string, std::string> family_types;
};

std::string cpp_type(const std::string& type) {
  const std::map<std::string, std::string> types{{"bool", "bool"},       {"int", "std::int64_t"},
                                                 {"float", "double"},    {"text", "std::string"},
                                                 {"version", "Version"}, {"list", "FactList"}};
  const auto it = types.find(type);
  if (it == types.end()) throw std::runtime_error("no such type of facts: " + type);
  return it->second;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// "cuda.driver_version" → "driver_version" and "framework.torch.where" → "torch::where": what follows the subject.
std::string identifier(const std::string& name) { return replaced(name.substr(name.find('.') + 1), ".", "::"); }

/// "framework.{}.where" → "where_of", "device.{}_code" → "code_of".
std::string family_identifier(const std::string& pattern) {
  std::string rest = replaced(pattern.substr(pattern.find('.') + 1), "{}", "");
  rest.erase(std::remove(rest.begin(), rest.end(), '.'), rest.end());
  rest.erase(0, rest.find_first_not_of('_'));
  return rest + "_of";
}

void read_file(const Json& file, std::map<std::string, Subject>& subjects, std::set<std::string>& platforms) {
  for (const Json& platform : file.value("platforms", Json::array())) platforms.insert(platform.get<std::string>());
  for (const Json& fact : file.at("facts")) {
    const std::string pattern = fact.at("name"), type = cpp_type(fact.at("type")), about = fact.at("about");
    if (pattern.find('.') == pattern.npos) throw std::runtime_error(pattern + ": a name is SUBJECT.WHAT");
    Subject& subject = subjects[pattern.substr(0, pattern.find('.'))];
    if (!fact.contains("each")) {
      subject.facts.push_back({pattern, type, about});
      continue;
    }
    subject.family_types[pattern] = type;
    Family& family = subject.families[pattern];
    family.identifier = family_identifier(pattern);
    for (const Json& member : fact["each"]) {
      const std::string name = replaced(pattern, "{}", member.get<std::string>());
      subject.facts.push_back({name, type, replaced(about, "{}", member.get<std::string>())});
      family.members[member.get<std::string>()] = identifier(name);
    }
  }
}

std::string header(const std::string& name, const Subject& subject) {
  std::string text =
      "// Made from rules/facts/ by rules/compiler/fact_names.cpp.\n#pragma once\n\n#include "
      "\"facts/fact_name.hpp\"\n\n"
      "namespace rigfit::fact::" +
      name + " {\n\n";
  std::set<std::string> seen;
  for (const Declared& fact : subject.facts) {
    if (!seen.insert(fact.name).second) throw std::runtime_error(fact.name + " is declared twice");
    // Tables of hosts hold names with their subject, those of platforms and devices without.
    const std::string own = subject.scope == "Host" ? fact.name : fact.name.substr(name.size() + 1);
    const std::string where = identifier(fact.name), leaf = where.substr(where.rfind(':') + 1);
    const std::string inner = where.size() > leaf.size() ? where.substr(0, where.size() - leaf.size() - 2) : "";
    text += "/// " + replaced(fact.about, "\n", " ") + "\n";
    if (!inner.empty()) text += "namespace " + inner + " {\n";
    text += "inline constexpr " + subject.scope + "Fact<" + fact.type + "> " + leaf + "{\"" + own + "\"};\n";
    if (!inner.empty()) text += "}\n";
  }
  for (const auto& [pattern, family] : subject.families) {
    text += "\n/// " + pattern + "\ninline constexpr FactFamily<" + subject.scope + "Scope, " +
            subject.family_types.at(pattern) + ", " + std::to_string(family.members.size()) + "> " + family.identifier +
            "{{{\n";
    for (const auto& [member, own] : family.members) text += "    {\"" + member + "\", " + own + "},\n";
    text += "}}};\n";
  }
  return text + "\n}  // namespace rigfit::fact::" + name + "\n";
}

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: fact_names RULES/facts OUT\n";
    return 2;
  }
  std::map<std::string, Subject> subjects;
  std::set<std::string> platforms;
  std::string where = argv[1];
  try {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(argv[1]))
      if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& path : files) read_file(Json::parse(content(where = path.string())), subjects, platforms);
    for (auto& [name, subject] : subjects) {
      if (platforms.count(name)) subject.scope = "Platform";
      if (name == "device") subject.scope = "Device";
      const fs::path out = fs::path(argv[2]) / (name + ".hpp");
      where = out.string();
      const std::string text = header(name, subject);
      // What is as it was keeps its time: a fact of one platform builds nothing of another.
      if (content(out) == text) continue;
      fs::create_directories(argv[2]);
      if (!(std::ofstream(out, std::ios::binary) << text).flush()) throw std::runtime_error("cannot be written");
    }
  } catch (const std::exception& problem) {
    std::cerr << where << ": " << problem.what() << "\n";
    return 1;
  }
  return 0;
}
