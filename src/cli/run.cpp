#include <algorithm>

#include "ask/ask.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output.hpp"

namespace rigfit {
namespace {

struct Run {
  int operator()(const RecommendOptions& options) const { return recommend_command(options); }
  int operator()(const ProbeOptions& options) const { return probe_command(options); }
  int operator()(const DoctorOptions& options) const { return doctor_command(options); }
  int operator()(const ProveOptions& options) const { return prove_command(options); }
  int operator()(const CaptureOptions& options) const { return capture_command(options); }
  int operator()(const ExplainOptions& options) const { return explain_command(options); }
  int operator()(const RulesOptions& options) const { return rules_command(options); }
  int operator()(const AskOptions& options) const { return ask(options.words); }
  int operator()(const Said& said) const {
    if (!said.is_error) return put(said.text, "");
    std::string_view rest = said.text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      remark(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return exit_wrong;
  }
};

}  // namespace

int run(const Command& command) { return std::visit(Run{}, command); }

}  // namespace rigfit
