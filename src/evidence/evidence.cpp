#include "evidence/evidence.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace rigfit {
namespace {

const Answer not_recorded;

void expand_below(const Evidence& evidence, const std::string& folder, std::string_view rest,
                  std::vector<std::string>& found) {
  const std::size_t slash = rest.find('/');
  const std::string_view component = rest.substr(0, slash);
  const std::string_view remainder = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  const auto take = [&](std::string_view name) {
    std::string path = folder + "/" + std::string(name);
    if (slash == std::string_view::npos)
      found.push_back(std::move(path));
    else
      expand_below(evidence, path, remainder, found);
  };
  if (component.find('*') == std::string_view::npos) return take(component);

  std::set<std::string, std::less<>> names;
  for (const std::string& name : evidence.list(folder.empty() ? "/" : folder).names)
    if (matches(component, name)) names.insert(name);
  // A recording may hold files without the lists that led to them.
  for (const Kind kind : {Kind::file, Kind::link, Kind::list, Kind::node}) {
    const std::string prefix = key_of(kind, folder + "/");
    for (auto it = evidence.answers.lower_bound(prefix); it != evidence.answers.end() && it->first.starts_with(prefix);
         ++it) {
      if (it->second.absent() || it->second.outcome == Outcome::not_recorded) continue;
      const std::string_view tail = std::string_view(it->first).substr(prefix.size());
      const std::string_view name = tail.substr(0, tail.find('/'));
      if (!name.empty() && matches(component, name)) names.emplace(name);
    }
  }
  for (const std::string& name : names) take(name);
}

/// Like key_of, without a string on the heap: this is most of what probes do.
const Answer& at_key(const Evidence& evidence, Kind kind, std::string_view target) {
  std::array<char, 256> key;
  const std::string_view name = name_of(kind);
  const std::size_t size = name.size() + 1 + target.size();
  if (size > key.size()) return evidence.at(key_of(kind, target));
  char* end = std::copy(name.begin(), name.end(), key.begin());
  *end++ = ':';
  std::copy(target.begin(), target.end(), end);
  return evidence.at({key.data(), size});
}

}  // namespace

const Answer& Evidence::at(std::string_view key) const {
  const auto it = answers.find(key);
  return it == answers.end() ? not_recorded : it->second;
}

const Answer& Evidence::file(std::string_view path) const { return at_key(*this, Kind::file, path); }
const Answer& Evidence::link(std::string_view path) const { return at_key(*this, Kind::link, path); }
const Answer& Evidence::list(std::string_view path) const { return at_key(*this, Kind::list, path); }
const Answer& Evidence::node(std::string_view path) const { return at_key(*this, Kind::node, path); }
const Answer& Evidence::env(std::string_view variable) const { return at_key(*this, Kind::env, variable); }
const Answer& Evidence::ask(std::string_view question) const { return at_key(*this, Kind::ask, question); }

std::string_view Evidence::text(std::string_view path) const {
  const Answer& answer = file(path);
  return answer.found() ? std::string_view(answer.text) : std::string_view{};
}

std::vector<std::pair<std::string_view, const Answer*>> Evidence::commands(std::string_view program) const {
  std::vector<std::pair<std::string_view, const Answer*>> runs;
  const std::string prefix = key_of(Kind::command, program);
  for (auto it = answers.lower_bound(prefix); it != answers.end() && it->first.starts_with(prefix); ++it) {
    if (it->first.size() > prefix.size() && it->first[prefix.size()] != ' ') continue;
    runs.emplace_back(std::string_view(it->first).substr(std::string_view("command:").size()), &it->second);
  }
  return runs;
}

std::vector<std::string> Evidence::expand(std::string_view glob) const {
  std::vector<std::string> found;
  if (!glob.starts_with('/') && !glob.starts_with('~')) return found;
  // Everything up to the folder that holds the first '*' is taken as it stands.
  const std::size_t star = glob.find('*');
  if (star == std::string_view::npos) return {std::string(glob)};
  const std::size_t slash = glob.rfind('/', star);
  expand_below(*this, std::string(glob.substr(0, slash)), glob.substr(slash + 1), found);
  std::sort(found.begin(), found.end());
  return found;
}

void Evidence::set(std::string key, Answer answer) { answers.insert_or_assign(std::move(key), std::move(answer)); }

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0, star = std::string_view::npos, mark = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p, ++n;
    } else if (star != std::string_view::npos && name[mark] != '/') {
      p = star + 1;
      n = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace rigfit
