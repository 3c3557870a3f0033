#include "cli/options/declared_command.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigfit {
namespace {

constexpr std::string_view exit_codes_of_all = "2 wrong usage, unreadable input, or output that could not be written";

}  // namespace

std::vector<DeclaredCommand> declared(std::span<const Command> commands) { return DeclaredOnDemand(commands).all(); }

DeclaredOnDemand::DeclaredOnDemand(std::span<const Command> commands) {
  for (const Command& command : commands) commands_.push_back({&command});
}

const DeclaredCommand& DeclaredOnDemand::at(std::size_t n) {
  DeclaredCommand& one = commands_[n];
  if (!one.run) one.run = one.command->declare(one.options);
  return one;
}

const std::vector<DeclaredCommand>& DeclaredOnDemand::all() {
  for (std::size_t n = 0; n < commands_.size(); ++n) at(n);
  return commands_;
}

std::vector<std::string> exit_code_lines(const DeclaredCommand& command) {
  std::vector<std::string> lines;
  for (std::string_view rest = command.options.exit_codes; !rest.empty();) {
    const std::size_t end = std::min({rest.find("   "), rest.find('\n'), rest.size()});
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(rest.find_first_not_of(" \n", end), rest.size()));
  }
  lines.emplace_back(exit_codes_of_all);
  std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.front() < b.front(); });
  return lines;
}

std::string synopsis(const DeclaredCommand& command) {
  std::string text = fmt::format("rigfit {} [OPTIONS]", command.command->name);
  for (const Option& option : command.options.all) {
    if (option.kind == Option::Kind::argument) text += fmt::format(" [{}]", option.name);
    if (option.kind == Option::Kind::required_argument) text += " " + option.name;
    if (option.kind == Option::Kind::arguments) text += fmt::format(" [{}...]", option.name);
  }
  return text;
}

std::string name_and_value(const Option& option) {
  std::string name = option.is_argument() ? option.name : "";
  for (const std::string& spelling : option.spellings()) name += (name.empty() ? "" : ", ") + spelling;
  return option.value.empty() ? name : name + " " + option.value;
}

std::vector<OptionGroup> grouped(const Options& options) {
  std::vector<OptionGroup> groups{{"", {}}};
  for (const Option& option : options.all) {
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const OptionGroup& one) { return one.heading == option.heading; });
    if (group == groups.end()) group = groups.insert(group, {option.heading, {}});
    group->options.push_back(&option);
  }
  return groups;
}

}  // namespace rigfit
