#include "cli/options/options.hpp"

#include <utility>

namespace rigfit {
namespace {

Options::TakeAll first_of(Options::TakeOne take) {
  return [take = std::move(take)](const std::vector<std::string>& texts) { take(texts.front()); };
}

Options::TakeOne into(std::string& text) {
  return [&text](const std::string& given) { text = given; };
}

}  // namespace

std::vector<std::string> Option::spellings() const {
  std::vector<std::string> all;
  if (is_argument()) return all;
  std::string_view rest = name;
  while (true) {
    const std::size_t comma = rest.find(',');
    all.emplace_back(rest.substr(0, comma));
    if (comma == rest.npos) return all;
    rest.remove_prefix(comma + 1);
  }
}

void Options::add(Option option) {
  option.heading = heading_;
  all.push_back(std::move(option));
}

void Options::offer(std::vector<std::string> words) {
  offer([words = std::move(words)] { return words; });
}

// The analyzer loses sight of what a std::function holds once that was moved into a list.
// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks)
void Options::flag(std::string name, std::string about, bool& given, bool value) {
  add({Option::Kind::flag, std::move(name), "", std::move(about),
       [&given, value](const std::vector<std::string>&) { given = value; }});
}
void Options::flag(std::string name, std::string about, std::function<void()> take) {
  add({Option::Kind::flag, std::move(name), "", std::move(about),
       [take = std::move(take)](const std::vector<std::string>&) { take(); }});
}
void Options::value(std::string name, std::string what, std::string about, TakeOne take) {
  add({Option::Kind::value, std::move(name), std::move(what), std::move(about), first_of(std::move(take))});
}
void Options::value(std::string name, std::string what, std::string about, std::string& text) {
  value(std::move(name), std::move(what), std::move(about), into(text));
}
void Options::values(std::string name, std::string what, std::string about, TakeAll take) {
  add({Option::Kind::values, std::move(name), std::move(what), std::move(about), std::move(take)});
}
void Options::argument(std::string name, std::string about, std::string& text) {
  add({Option::Kind::argument, std::move(name), "", std::move(about), first_of(into(text))});
}
void Options::required_argument(std::string name, std::string about, std::string& text) {
  add({Option::Kind::required_argument, std::move(name), "", std::move(about), first_of(into(text))});
}
void Options::arguments(std::string name, std::string about, TakeAll take) {
  add({Option::Kind::arguments, std::move(name), "", std::move(about), std::move(take)});
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace rigfit
