#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/requests.hpp"
#include "cli/commands/commands.hpp"
#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "collect/collect.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

std::string_view verb(Kind kind) {
  switch (kind) {
    case Kind::file:
      return "read file";
    case Kind::link:
      return "read link";
    case Kind::list:
      return "list";
    case Kind::node:
      return "look at node";
    case Kind::env:
      return "read variable";
    case Kind::command:
      return "RUN";
    case Kind::ask:
      return "LOAD LIBRARY";
    case Kind::metadata:
      return "ASK SERVER";
  }
  return "";
}

/// Questions that are answered by files of this system: no library is loaded for them.
bool loads_library(const Request& request) {
  const std::string& question = request.target;
  return request.kind == Kind::ask && question != "gpu-code" && question != "groups" && question != "tpu-holders";
}

/// Prints each round of requests before it is answered, and answers none that starts a program.
class Plan {
 public:
  explicit Plan(const Look& look) : look_(look) {}

  /// False when it could not be written.
  bool print(const Requests& requests, std::string_view heading) {
    std::string text;
    for (const Request& request : requests) {
      std::string key = key_of(request);
      if (!printed_.insert(key).second) continue;
      std::string what = request.target;
      for (const std::string& argument : request.args) what += " " + argument;
      if (request.kind == Kind::ask) what += " (in a child process of its own)";
      if (request.kind == Kind::metadata) what += " (Google's metadata server, only with --metadata)";
      const bool is_consented = request.proves.empty() ||
                                std::find(look_.proof.platforms.begin(), look_.proof.platforms.end(), request.proves) !=
                                    look_.proof.platforms.end();
      if (!is_consented) what += " (only with --prove)";
      if (request.wakes && !look_.wake) what += " (only with --wake)";
      if (request.opens) what += " (and open it)";
      if (request.keep_anywhere)
        what += fmt::format(" (of its lines only those with {})", fmt::join(request.keep, ", "));
      if (!request.unless_found.empty()) what += fmt::format(" (unless {} answers)", request.unless_found);
      const std::string_view does = request.kind == Kind::ask && !loads_library(request) ? "ASK" : verb(request.kind);
      text += fmt::format("  {:<14} {}\n", does, clean(what));
      if ((request.kind == Kind::command || request.kind == Kind::ask) && is_consented &&
          (look_.wake || !request.wakes))
        ++programs_;
    }
    if (text.empty()) return ok_;
    ok_ = ok_ && put(fmt::format("{}\n{}", heading, text), "") == exit_yes;
    return ok_;
  }

  int programs() const { return programs_; }

 private:
  const Look& look_;
  std::set<std::string> printed_;
  int programs_ = 0;
  bool ok_ = true;
};

int print_plan(const ProbeOptions& options, const DeviceTable& devices) {
  const ProbeList probes = probes_for(options.only);
  const Requests first = first_requests(probes);
  Plan plan(options.look);
  if (!plan.print(first, "Looked at always:")) return exit_wrong;
  CollectOptions how;
  how.root = options.look.root;
  how.start_children = false;
  how.wake = options.look.wake;
  how.prove = options.look.proof.platforms;
  bool ok = true;
  const auto next = [&](const Evidence& evidence) {
    Requests more = next_requests(probes, evidence, devices);
    ok = ok && plan.print(more, "Then, because of what that showed:");
    return ok ? more : Requests{};
  };
  const auto evidence = collect(first, next, how);
  if (!evidence) return complain(evidence.error());
  if (!ok) return exit_wrong;
  const std::string end = plan.programs() == 0
                              ? std::string("No program would be started and no library loaded.\n")
                              : fmt::format("{} of these start{} a program or load a library; none was started now.\n",
                                            plan.programs(), plan.programs() == 1 ? "s" : "");
  return put(end, "");
}

}  // namespace

int probe_command(const ProbeOptions& options) {
  const auto rules = load_rule_book(options.rules);
  if (!rules) return complain(rules.error());
  if (options.plan) return print_plan(options, (*rules)->devices);
  const bool is_text = options.tell.format == Format::text;
  const auto analysis = analyze_machine(options.look, *rules, {.only = options.only, .is_recommending = !is_text});
  if (!analysis) return complain(analysis.error());
  return put(is_text ? probe_text(*analysis, style_for(options.tell), options.only) : report_json(*analysis),
             options.tell.output);
}

}  // namespace rigfit
