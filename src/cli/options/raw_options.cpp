#include "cli/options/raw_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "cli/provers.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

Format format_of(const std::string& text) {
  if (text == "text") return Format::text;
  if (text == "json") return Format::json;
  throw Wrong{fmt::format("--format is text or json, not \"{}\"{}", text, did_you_mean(text, {"text", "json"}))};
}

Colour colour_of(const std::string& text) {
  if (text == "auto") return Colour::automatic;
  if (text == "always") return Colour::always;
  if (text == "never") return Colour::never;
  throw Wrong{fmt::format("--color is auto, always or never, not \"{}\"{}", text,
                          did_you_mean(text, {"auto", "always", "never"}))};
}

double patience_of(const std::string& text) {
  // The C++ library of macOS 15 and older has no from_chars for double. So digits and a point, and nothing else.
  if (text.find_first_not_of("0123456789.") == text.npos && !text.empty()) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (*end == '\0' && number >= 0.01 && number <= 1000) return number;
  }
  throw Wrong{fmt::format("--patience is a number from 0.01 to 1000, not \"{}\"", text)};
}

int whole_number_of(const std::string& option, const std::string& text, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 1 && number <= most) return number;
  throw Wrong{fmt::format("{} is a whole number from 1 to {}, not \"{}\"", option, most, text)};
}

/// What can be proven, or those of it that are named.
std::vector<std::string> proven_platforms(const std::vector<std::string>& named) {
  std::vector<std::string> known, usual;
  for (const Prover& prover : provers) {
    known.emplace_back(prover.platform);
    if (prover.warning.empty()) usual.emplace_back(prover.platform);
  }
  if (named.empty()) return usual;
  for (const std::string& platform : named)
    if (std::find(known.begin(), known.end(), platform) == known.end()) {
      std::string all;
      for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
      const std::string hint = did_you_mean(platform, known);
      throw Wrong{
          fmt::format("nothing can be proven of \"{}\"{}", platform, hint.empty() ? "; only of: " + all : hint)};
    }
  return named;
}

std::map<std::string, int> points_of(const std::vector<std::string>& priorities) {
  std::map<std::string, int> points;
  for (const std::string& priority : priorities) {
    const std::size_t equals = priority.find('=');
    const std::string factor = priority.substr(0, equals);
    const std::string_view number =
        equals == priority.npos ? std::string_view{} : std::string_view(priority).substr(equals + 1);
    int value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (factor.empty() || number.empty() || error != std::errc() || end != number.data() + number.size() || value < 0 ||
        value > 1'000'000)
      throw Wrong{fmt::format("--priority is FACTOR=POINTS with 0 to 1000000 points, not \"{}\"", priority)};
    if (!points.emplace(factor, value).second) throw Wrong{fmt::format("--priority names \"{}\" twice", factor)};
  }
  return points;
}

std::vector<Demand> demands_of(const std::vector<std::string>& texts) {
  std::vector<Demand> demands;
  for (const std::string& text : texts) {
    auto demand = parse_demand(text);
    if (!demand) throw Wrong{demand.error()};
    demands.push_back(std::move(*demand));
  }
  return demands;
}

std::string target_of(const std::string& os) {
  if (os.empty() || os == "linux" || os == "windows" || os == "darwin") return os;
  if (os == "macos") return "darwin";
  throw Wrong{fmt::format("--target-os is linux, windows or macos, not \"{}\"{}", os,
                          did_you_mean(os, {"linux", "windows", "macos"}))};
}

Look look_of(const Raw& raw) {
  if (!raw.from.empty() && !raw.look.root.empty())
    throw Wrong{"--from and --root exclude each other: a machine file has been looked at already"};
  if (raw.from.size() > 1) throw Wrong{"only `rigfit recommend` takes several --from"};
  Look look = raw.look;
  if (!raw.from.empty()) look.from = raw.from.front();
  look.patience = patience_of(raw.patience);
  look.start_children = !raw.no_children;
  look.proof.memory_mib = whole_number_of("--prove-memory", raw.prove_memory, 1 << 20);
  look.proof.seconds = whole_number_of("--prove-seconds", raw.prove_seconds, 3600);
  if (raw.prove) {
    if (!look.from.empty() || !look.root.empty())
      throw Wrong{"--prove works with this machine's accelerators; what a recording proved is told without it"};
    look.proof.platforms = proven_platforms({});
  }
  return look;
}

Tell tell_of(const Raw& raw) {
  Tell tell = raw.tell;
  tell.format = format_of(raw.format);
  tell.colour = colour_of(raw.colour);
  return tell;
}

}  // namespace

ProbeOptions probe_options(const Raw& raw) {
  ProbeOptions probe{look_of(raw), tell_of(raw), raw.rules, raw.plan, raw.only};
  const std::vector<std::string> platforms{"cuda",  "rocm",   "mps",    "tpu", "xpu",
                                           "gaudi", "neuron", "ascend", "npu", "cpu"};
  if (!probe.only.empty() && std::find(platforms.begin(), platforms.end(), probe.only) == platforms.end())
    throw Wrong{fmt::format("there is no platform \"{}\"{}", probe.only, did_you_mean(probe.only, platforms))};
  if (probe.plan && !raw.from.empty()) throw Wrong{"--plan tells what would be looked at; with --from nothing is"};
  if (probe.plan && probe.tell.format == Format::json) throw Wrong{"--plan is told as text only"};
  return probe;
}

DoctorOptions doctor_options(const Raw& raw) { return {look_of(raw), tell_of(raw), raw.rules}; }

ProveOptions prove_options(const Raw& raw) {
  ProveOptions prove{look_of(raw), tell_of(raw), raw.rules, raw.platforms.empty()};
  prove.look.proof.platforms = proven_platforms(raw.platforms);
  return prove;
}

CaptureOptions capture_options(const Raw& raw) { return {look_of(raw), raw.tell.output}; }

ExplainOptions explain_options(const Raw& raw) {
  if (raw.name.empty()) throw Wrong{"`rigfit explain` needs to be told what, such as pytorch.ease_of_use"};
  const Tell tell = tell_of(raw);
  if (tell.format == Format::json) throw Wrong{"`rigfit explain` tells text only"};
  ExplainOptions explain{look_of(raw), tell, raw.rules, raw.name, {}};
  explain.wishes.points = points_of(raw.priorities);
  explain.wishes.profile = raw.profile;
  explain.wishes.ratings = raw.ratings;
  return explain;
}

RulesOptions rules_options(const Raw& raw) {
  const std::vector<std::string> actions{"list", "evidence", "schema", "show", "check"};
  if (std::find(actions.begin(), actions.end(), raw.action) == actions.end())
    throw Wrong{fmt::format("`rigfit rules` can list, evidence, schema, show and check, not \"{}\"{}", raw.action,
                            did_you_mean(raw.action, actions))};
  if (raw.action != "list" && raw.action != "evidence" && raw.action != "schema" && raw.name.empty())
    throw Wrong{fmt::format("`rigfit rules {}` needs to be told which", raw.action)};
  return RulesOptions{raw.action, raw.name, raw.rules};
}

RecommendOptions recommend_options(Raw raw) {
  RecommendOptions recommend;
  if (raw.ask && (raw.priorities_file == "-" || std::count(raw.from.begin(), raw.from.end(), "-") > 0))
    throw Wrong{"--ask reads its answers from stdin, so that nothing else can be read from there"};
  if (raw.from.size() > 1) {
    if (std::count(raw.from.begin(), raw.from.end(), "-") > 1) throw Wrong{"stdin can be read once only"};
    if (!raw.look.root.empty()) throw Wrong{"several --from and --root exclude each other"};
    recommend.machines = std::exchange(raw.from, {});
  }
  recommend.look = look_of(raw);
  recommend.tell = tell_of(raw);
  recommend.rules = raw.rules;
  recommend.priorities = raw.priorities_file;
  recommend.ask = raw.ask;
  recommend.target_os = target_of(raw.target_os);
  recommend.wishes.demands = demands_of(raw.demands);
  recommend.wishes.ratings = raw.ratings;
  recommend.wishes.points = points_of(raw.priorities);
  recommend.wishes.profile = raw.profile;
  recommend.wishes.candidates = raw.candidates;
  if (raw.names_candidates &&
      (raw.candidates.empty() || std::find(raw.candidates.begin(), raw.candidates.end(), "") != raw.candidates.end()))
    throw Wrong{"--candidates may not name an empty one"};
  return recommend;
}

}  // namespace rigfit
