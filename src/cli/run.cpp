#include "cli/run.hpp"

#include <algorithm>

#include "cli/options/parse.hpp"
#include "cli/output.hpp"

namespace rigfit {

int run_program(std::vector<std::string> arguments) {
  const auto meant = parse_arguments(std::move(arguments));
  if (const Run* run = std::get_if<Run>(&meant)) return (*run)();
  const Message& message = std::get<Message>(meant);
  if (!message.is_error) return put(message.text, "");
  std::string_view rest = message.text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    remark(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return exit_wrong;
}

}  // namespace rigfit
