#include <algorithm>
#include <cctype>

#include "report/env/env.hpp"

namespace rigfit {
namespace {

bool is_of_a_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

/// The package in the file name of a wheel: NAME-VERSION-….whl (https://packaging.python.org/en/latest/specifications/
/// binary-distribution-format/).
std::string name_in_wheel(std::string_view url) {
  std::string_view file = url.substr(url.rfind('/') + 1);
  std::string name(file.substr(0, file.find('-')));
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

}  // namespace

PackageRequirement parse_requirement(const std::string& text) {
  PackageRequirement package;
  if (text.find("://") != text.npos) {
    package.name = name_in_wheel(text);
    package.url = text;
    package.text = package.name + " @ " + text;
    return package;
  }
  package.text = text;
  const auto end = std::find_if_not(text.begin(), text.end(), is_of_a_name);
  package.name.assign(text.begin(), end);
  std::string_view rest(text);
  rest.remove_prefix(package.name.size());
  if (const std::size_t close = rest.find(']'); rest.starts_with('[') && close != rest.npos) {
    std::string_view extras = rest.substr(1, close - 1);
    while (!extras.empty()) {
      const std::size_t comma = std::min(extras.find(','), extras.size());
      package.extras.push_back(trimmed(extras.substr(0, comma)));
      extras.remove_prefix(std::min(comma + 1, extras.size()));
    }
    rest.remove_prefix(close + 1);
  }
  package.version = trimmed(rest);
  return package;
}

}  // namespace rigfit
