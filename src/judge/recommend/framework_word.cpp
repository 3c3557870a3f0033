#include "judge/recommend/framework_word.hpp"

#include <fmt/format.h>

#include <utility>

#include "text/edit_distance.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// Letters and digits alone, in lower case.
std::string plain(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c >= 'A' && c <= 'Z')
      result += static_cast<char>(c - 'A' + 'a');
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      result += c;
  return result;
}

/// "torch" of "torch<2.16", "jax" of "jax[cuda13]<0.13".
std::string_view package_name(std::string_view package) {
  return package.substr(0, package.find_first_of("<>=!~[; @"));
}

/// What people say in short.
constexpr std::pair<std::string_view, std::string_view> short_words[] = {
    {"tf", "tensorflow"}, {"pt", "pytorch"}, {"tflite", "litert"}, {"ort", "onnxruntime"}, {"onnx", "onnxruntime"}};

}  // namespace

std::string framework_meant(std::string_view word, const RuleBook& rules) {
  if (rules.framework(word)) return std::string(word);
  const std::string wanted = plain(word);
  for (const FrameworkRule& framework : rules.frameworks)
    if (!wanted.empty() && (plain(framework.id) == wanted || plain(framework.name) == wanted)) return framework.id;
  for (const FrameworkRule& framework : rules.frameworks)
    for (const Build& build : framework.builds)
      if (!build.packages.empty() && package_name(build.packages.front()) == word) return framework.id;
  for (const auto& [said, id] : short_words)
    if (said == wanted && rules.framework(id)) return std::string(id);
  return std::string(word);
}

std::string no_such_framework(std::string_view word, const RuleBook& rules) {
  std::vector<std::string> ids, known;
  for (const FrameworkRule& framework : rules.frameworks) {
    ids.push_back(framework.id);
    for (const Build& build : framework.builds)
      if (!build.packages.empty()) known.emplace_back(package_name(build.packages.front()));
  }
  known.insert(known.end(), ids.begin(), ids.end());
  const std::string meant = nearest(word, known);
  return fmt::format(
      "there is no framework \"{}\"{}", word,
      meant.empty() ? "; there are: " + join(ids) : "; did you mean \"" + framework_meant(meant, rules) + "\"?");
}

}  // namespace rigfit
