#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/requests.hpp"
#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "collect/collect.hpp"
#include "facts/platforms.hpp"
#include "report/text/terminal_text.hpp"
#include "text/edit_distance.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

struct ProbeOptions : Judging {
  bool plan = false;
  std::string platform, only;  ///< platform ids as they were given, with --only or without; empty for all
  WhatIf what_if;
};

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
      if (request.keep_anywhere) what += fmt::format(" (of its lines only those with {})", join(request.keep));
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

std::vector<std::string> platform_words() {
  std::vector<std::string> words;
  for (const PlatformInfo& platform : platforms()) words.emplace_back(platform.id);
  return words;
}

[[noreturn]] void refuse_platform(const std::string& id) {
  const std::string_view usual = usual_word_for(id);
  const std::string hint = usual.empty() || !platform_info(usual) ? did_you_mean(id, platform_words())
                                                                  : fmt::format("; did you mean \"{}\"?", usual);
  throw WrongUsage{fmt::format("there is no platform \"{}\"{}", id, hint)};
}

void declare(Options& options, ProbeOptions& given) {
  options.flag("--plan", "Print what is opened and what would be run, before it is; run nothing", given.plan);
  options.argument("PLATFORM", "This one alone", given.platform);
  options.offer(platform_words);
  options.value("--only", "PLATFORM", "One of " + platform_list(), given.only);
  options.offer(platform_words);
  add_what_if(options, given.what_if);
  add_judging(options, given, true);
  options.check([&given] {
    if (!given.platform.empty() && !given.only.empty() && given.platform != given.only)
      throw WrongUsage{fmt::format("both {} and --only {} are asked for", given.platform, given.only)};
    if (!given.platform.empty()) given.only = given.platform;
    if (!given.only.empty() && !platform_info(given.only)) refuse_platform(given.only);
    if (given.plan && given.what_if.any()) throw WrongUsage{"--plan shows what would be read of this machine as it is"};
    if (given.plan && !given.look.from.empty())
      throw WrongUsage{"--plan shows what would be read of this machine; with --from nothing is"};
    if (given.plan && given.tell.format != &formats().front()) throw WrongUsage{"--plan is reported as text only"};
  });
  options.exit_codes = "0 reported what was seen";
  options.examples =
      "  rigfit probe cuda     one platform, layer by layer\n"
      "  rigfit probe --plan   what would be opened and run, before anything is";
}

int run(const ProbeOptions& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  if (given.plan) return print_plan(given, (*rules)->devices);
  const auto compared =
      analyze_compared(given.look, *rules,
                       {.only = given.only, .what_if = given.what_if, .is_recommending = given.tell.format->is_whole});
  if (!compared) return complain(compared.error());
  return put_report(
      {compared->changed,
       {.part = Scope::Part::machine, .only = given.only, .today = compared->today ? &*compared->today : nullptr}},
      given.tell);
}

}  // namespace

Run probe_command(Options& options) { return command_of<ProbeOptions>(options, declare, run); }

}  // namespace rigfit
