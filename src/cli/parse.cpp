// The only file that knows CLI11.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "cli/nearest.hpp"
#include "cli/options.hpp"
#include "cli/provers.hpp"

namespace rigfit {
namespace {

constexpr const char* exit_codes =
    "Exit codes:\n"
    "  recommend  0 recommended   1 a --require leaves no candidate, or none fits every --from\n"
    "             3 nothing is known about accelerators, or a --require could not be checked\n"
    "  probe      0 told what was seen\n"
    "  doctor     0 nothing is wrong, or only warnings     1 errors found   3 too little is known\n"
    "  prove      0 every device passed                    1 one failed, or none is there   3 not tried\n"
    "  capture    0 recorded\n"
    "  explain    0 explained\n"
    "  rules      0 done                                   1 `rules check` found a mistake\n"
    "  all        2 wrong usage, unreadable input, or output that could not be written";

constexpr const char* examples =
    "Examples:\n"
    "  rigfit --profile research             weigh it as a researcher would\n"
    "  rigfit --priority ease_of_use=40      or by points of your own (20 is the default)\n"
    "  rigfit --ask                          answer five questions instead\n"
    "  rigfit --candidates pytorch,jax -v    two side by side, with every source\n"
    "  rigfit --require python=3.13          only what meets a demand\n"
    "  rigfit --from login.json --from node.json   one framework for several machines\n"
    "  rigfit doctor                         only what is wrong, and how to mend it\n"
    "  rigfit prove                          run a kernel on every accelerator and check its result\n"
    "  rigfit capture --output m.json        record this machine, to replay it with --from m.json";

constexpr const char* about_priorities =
    "Priorities are points per factor, 20 unless told. What comes later in this list wins:\n"
    "  the default, --profile, --priorities FILE, --ask, --priority\n"
    "  A file may name the profile it builds on; --profile on the command line wins over it.\n"
    "Demands (--require), all of which a candidate has to meet after the remedies:\n"
    "  platform=tpu  memory>=24GiB  python=3.13  offline  os=windows  arch=aarch64  framework=pytorch,jax\n"
    "  FACTOR>=POINTS, such as production_readiness>=60";

/// Thrown inside of this file only: a sentence for the user.
struct Wrong {
  std::string sentence;
};

/// Options as they are written; turned into the plain structs when all is read.
struct Raw {
  Look look;
  Tell tell;
  bool no_children = false;
  bool prove = false;
  std::string prove_memory = "64", prove_seconds = "5";
  std::string format = "text", colour = "auto", patience = "1";
  std::string rules, profile, only, action = "list", name;
  std::string ratings, priorities_file, target_os;
  std::vector<std::string> from, priorities, candidates, demands, platforms, words;
  bool plan = false, ask = false;
};

/// A name that is empty is a variable nobody set, and must not mean "this machine" or "all".
std::string is_named(const std::string& text) { return text.empty() ? "may not be empty" : ""; }

void add_look(CLI::App& app, Raw& raw) {
  app.add_option("--from", raw.from, "Replay a machine file (- for stdin), not this machine")
      ->check(is_named)
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--root", raw.look.root, "Look at a folder or tarball as if it were /; nothing is run")
      ->check(is_named)
      ->type_name("DIR|ARCHIVE");
  app.add_option("--patience", raw.patience, "Multiply every limit on time by this (0.01 to 1000)")->type_name("X");
  app.add_flag("--no-children", raw.no_children, "Start no other program and load no vendor's library");
  app.add_flag("--metadata", raw.look.metadata, "On Google Cloud, query its metadata server about the TPU slice");
  app.add_flag("--wake", raw.look.wake, "Ask devices that are asleep too, which wakes them");
}

void add_proof(CLI::App& app, Raw& raw, bool is_offered) {
  if (is_offered) app.add_flag("--prove", raw.prove, "Also run a kernel on every accelerator and check its result");
  app.add_option("--prove-memory", raw.prove_memory, "Device memory that a proof may take (default 64)")
      ->type_name("MIB");
  app.add_option("--prove-seconds", raw.prove_seconds, "Time that a proof may take of each device (default 5)")
      ->type_name("S");
}

void add_tell(CLI::App& app, Raw& raw) {
  app.add_option("--format", raw.format, "text (default) or json")->type_name("FORMAT");
  app.add_option("--color", raw.colour, "auto (default), always or never; NO_COLOR is honoured")->type_name("WHEN");
  app.add_flag("-v,--verbose", raw.tell.verbose, "Every term, source and build that was passed over");
  app.add_flag("--exit-zero", raw.tell.exit_zero, "Exit with 0 whenever it ran, whatever was found");
}

void add_output(CLI::App& app, Raw& raw) {
  app.add_option("--output", raw.tell.output, "Write to a file, at once and whole")->check(is_named)->type_name("FILE");
}

void add_rules(CLI::App& app, Raw& raw) {
  app.add_option("--rules", raw.rules, "Lay the rule files of a folder over the built-in ones")
      ->check(is_named)
      ->type_name("DIR");
}

void add_wishes(CLI::App& app, Raw& raw) {
  app.add_option("--priority", raw.priorities, "Points of a factor, 20 unless told; may be repeated")
      ->type_name("FACTOR=POINTS")
      ->allow_extra_args(false);
  app.add_option("--profile", raw.profile, "A ready set of points; `rigfit rules` lists them")
      ->check(is_named)
      ->type_name("NAME");
  app.add_option("--priorities", raw.priorities_file, "Points, profile and demands from a JSON file (- for stdin)")
      ->check(is_named)
      ->type_name("FILE");
  app.add_flag("--ask", raw.ask, "Ask five questions on the terminal for the points");
  app.add_option("--require", raw.demands, "Leave out what does not meet this; may be repeated")
      ->type_name("DEMAND")
      ->allow_extra_args(false);
  app.add_option("--candidates", raw.candidates, "Compare only these; two are shown side by side")
      ->type_name("A,B,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--ratings", raw.ratings, "evidence (default) or seed: the page this tool grew from")
      ->check(is_named)
      ->type_name("NAME");
  app.add_option("--target-os", raw.target_os, "Judge this hardware under linux, windows or macos")
      ->check(is_named)
      ->type_name("OS");
}

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

/// "Only of these: cuda, rocm (default: all that are there); tpu only when named"
std::string about_provers() {
  std::string usual, named;
  for (const Prover& prover : provers) {
    std::string& list = prover.warning.empty() ? usual : named;
    list += (list.empty() ? "" : ", ") + std::string(prover.platform);
  }
  return fmt::format("Only of these: {} (default: all that are there); {} only when named", usual, named);
}

std::string what_is_proven() {
  std::string lines = "What is run:";
  for (const Prover& prover : provers) lines += fmt::format("\n  {:<6} {}", prover.platform, prover.what);
  return lines;
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

/// The whole command line: one subcommand is asked for, "recommend" when none is named.
class CommandLine {
 public:
  CommandLine() {
    app_.name("rigfit");
    app_.require_subcommand(1);
    app_.set_help_flag("-h,--help", "Tell how it is used");
    app_.set_version_flag("--version", fmt::format("rigfit {}", tool_version()));

    recommend_ = add("recommend", "Which framework fits this machine and your priorities (the default)");
    add_wishes(*recommend_, raw_);
    add_look(*recommend_, raw_);
    add_proof(*recommend_, raw_, true);
    add_rules(*recommend_, raw_);
    add_tell(*recommend_, raw_);
    add_output(*recommend_, raw_);

    probe_ = add("probe", "All that was seen, layer by layer, and what is not known and why");
    probe_->add_flag("--plan", raw_.plan, "Print what is opened and what would be run, before it is; run nothing");
    probe_->add_option("--only", raw_.only, "One of cuda, rocm, mps, tpu, xpu, gaudi, neuron, ascend, npu, cpu")
        ->check(is_named)
        ->type_name("PLATFORM");
    add_look(*probe_, raw_);
    add_proof(*probe_, raw_, true);
    add_rules(*probe_, raw_);
    add_tell(*probe_, raw_);
    add_output(*probe_, raw_);

    doctor_ = add("doctor", "Only what is wrong, why, and how to mend it");
    add_look(*doctor_, raw_);
    add_proof(*doctor_, raw_, true);
    add_rules(*doctor_, raw_);
    add_tell(*doctor_, raw_);
    add_output(*doctor_, raw_);

    prove_ = add("prove", "Run a kernel on every accelerator and check its result");
    prove_->add_option("PLATFORM", raw_.platforms, about_provers())->type_name("");
    add_look(*prove_, raw_);
    add_proof(*prove_, raw_, false);
    add_rules(*prove_, raw_);
    add_tell(*prove_, raw_);
    add_output(*prove_, raw_);

    capture_ = add("capture", "Record this machine as a machine file, for --from");
    add_look(*capture_, raw_);
    add_proof(*capture_, raw_, true);
    add_output(*capture_, raw_);

    explain_ = add("explain", "What is behind one thing that was told: its sources, or the evidence read");
    explain_->add_option("ITEM", raw_.name, "A factor, framework, pytorch.ease_of_use, finding, build, source or fact")
        ->type_name("");
    add_look(*explain_, raw_);
    add_rules(*explain_, raw_);
    add_tell(*explain_, raw_);
    add_output(*explain_, raw_);

    rules_ = add("rules", "The rules behind the answers: list, evidence, schema NAME, show ID, check DIR");
    rules_->add_option("ACTION", raw_.action, "list (default), evidence, schema, show or check")->type_name("");
    rules_->add_option("NAME", raw_.name, "Of the schema, the id to show, or the folder to check")->type_name("");
    add_rules(*rules_, raw_);

    ask_ = add("ask", "");
    ask_->group("");  // hidden
    ask_->add_option("QUESTION", raw_.words)->required();
  }

  Command parse(std::vector<std::string> arguments) {
    try {
      arrange(arguments);
      std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
      app_.parse(arguments);
      return command();
    } catch (const CLI::CallForHelp&) {
      return Said{help(), false};
    } catch (const CLI::CallForVersion&) {
      return Said{fmt::format("rigfit {}\n", tool_version()), false};
    } catch (const CLI::ExtrasError&) {
      return wrong(about_extras());
    } catch (const CLI::ParseError& error) {
      return wrong(error.what());
    } catch (const Wrong& error) {
      return wrong(error.sentence);
    }
  }

 private:
  CLI::App* add(const char* name, const char* about) {
    CLI::App* command = app_.add_subcommand(name, about);
    command->set_help_flag("-h,--help", "Tell how it is used");
    commands_.push_back(command);
    return command;
  }

  std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const CLI::App* command : commands_)
      if (!command->get_group().empty()) names.push_back(command->get_name());
    return names;
  }

  bool takes_value(const std::string& option) const {
    return std::any_of(commands_.begin(), commands_.end(), [&](const CLI::App* command) {
      const CLI::Option* known = command->get_option_no_throw(option);
      return known && known->get_items_expected_max() > 0;
    });
  }

  bool is_option(const std::string& word) const {
    return app_.get_option_no_throw(word) ||
           std::any_of(commands_.begin(), commands_.end(),
                       [&](const CLI::App* command) { return command->get_option_no_throw(word) != nullptr; });
  }

  /// Puts the command in front: it may stand behind its options, or be left out.
  void arrange(std::vector<std::string>& arguments) const {
    std::size_t at = 0;
    while (at < arguments.size() && arguments[at].starts_with("-") && arguments[at] != "--") {
      if (!is_option(arguments[at].substr(0, arguments[at].find('=')))) {
        arguments.insert(arguments.begin(), "recommend");  // which then tells what it does not know
        return;
      }
      const bool with_value = arguments[at].find('=') == std::string::npos && takes_value(arguments[at]);
      at += with_value ? 2 : 1;
    }
    if (at >= arguments.size()) {
      const bool is_about_all =
          arguments.size() == 1 && (arguments[0] == "-h" || arguments[0] == "--help" || arguments[0] == "--version");
      if (!is_about_all) arguments.insert(arguments.begin(), "recommend");
      return;
    }
    std::string word = arguments[at];
    if (word == "help") {
      arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
      arguments.push_back("--help");
      if (arguments.size() > 1) return arrange(arguments);
      return;
    }
    if (std::none_of(commands_.begin(), commands_.end(), [&](const CLI::App* c) { return c->get_name() == word; }))
      throw Wrong{fmt::format("there is no command \"{}\"{}", word, did_you_mean(word, command_names()))};
    std::rotate(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(at),
                arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }

  const CLI::App* chosen() const {
    const auto chosen = app_.get_subcommands();
    return chosen.empty() ? nullptr : chosen.front();
  }

  std::string about_extras() const {
    const CLI::App* command = chosen();
    std::string extra;
    for (const std::string& one : app_.remaining(true))
      if (extra.empty() && one != "--") extra = one.starts_with("--") ? one.substr(0, one.find('=')) : one;
    if (!extra.starts_with("-")) return fmt::format("\"{}\" is one argument too many", extra);
    std::vector<std::string> names;
    for (const CLI::App* other : commands_) {
      const bool is_here = other == command;
      for (const CLI::Option* option : other->get_options()) {
        for (const std::string& name : option->get_lnames()) {
          if ("--" + name == extra && !is_here)
            return fmt::format("{} is an option of `rigfit {}`, not of `rigfit {}`", extra, other->get_name(),
                               command ? command->get_name() : "");
          if (is_here) names.push_back("--" + name);
        }
      }
    }
    return fmt::format("there is no option {}{}", extra, did_you_mean(extra, names));
  }

  Said wrong(const std::string& sentence) const {
    const CLI::App* command = chosen();
    return {fmt::format("rigfit: {}\nhint: `rigfit {}--help` tells how it is used\n", sentence,
                        command && command != recommend_ ? command->get_name() + " " : ""),
            true};
  }

  std::string help() const {
    const CLI::App* command = chosen();
    if (command && command != recommend_) {
      std::string text =
          fmt::format("{}\n\nUsage: rigfit {} [OPTIONS]{}\n", command->get_description(), command->get_name(),
                      command == rules_     ? " [ACTION] [NAME]"
                      : command == prove_   ? " [PLATFORM...]"
                      : command == explain_ ? " ITEM"
                                            : "");
      text += groups_of(*command) + "\n";
      if (command == prove_) text += what_is_proven() + "\n\n";
      return text + exit_codes + "\n";
    }
    std::string text =
        "Which ML framework fits this machine and what you care about;\n"
        "and if the accelerator does not work, why not, and what to do.\n\nUsage: rigfit [COMMAND] "
        "[OPTIONS]\n\nCommands:\n";
    for (const CLI::App* one : commands_)
      if (!one->get_group().empty()) text += fmt::format("  {:<10} {}\n", one->get_name(), one->get_description());
    text += "\nOptions of `recommend`, which need no command (`rigfit COMMAND --help` lists the others'):\n";
    const std::string groups = groups_of(*recommend_);
    const std::size_t first = groups.find("  ");
    return text + (first == groups.npos ? groups : groups.substr(first)) +
           fmt::format("  {:<28} {}\n", "--version", "Print the version") + "\n" + about_priorities + "\n\n" +
           exit_codes + "\n\n" + examples + "\n";
  }

  static std::string groups_of(const CLI::App& command) {
    std::string text = "\nOptions:\n";
    for (const CLI::Option* option : command.get_options()) {
      std::string name;
      if (option->get_positional()) {
        name = option->get_name(true);
      } else {
        for (const std::string& s : option->get_snames()) name += (name.empty() ? "-" : ", -") + s;
        for (const std::string& l : option->get_lnames()) name += (name.empty() ? "--" : ", --") + l;
        if (option->get_items_expected_max() > 0) name += " " + option->get_type_name();
      }
      text += fmt::format("  {:<28} {}\n", name, option->get_description());
    }
    return text;
  }

  Command command() const {
    const CLI::App* asked = chosen();
    if (asked == probe_) {
      ProbeOptions probe{look_of(raw_), tell_of(raw_), raw_.rules, raw_.plan, raw_.only};
      const std::vector<std::string> platforms{"cuda",  "rocm",   "mps",    "tpu", "xpu",
                                               "gaudi", "neuron", "ascend", "npu", "cpu"};
      if (!probe.only.empty() && std::find(platforms.begin(), platforms.end(), probe.only) == platforms.end())
        throw Wrong{fmt::format("there is no platform \"{}\"{}", probe.only, did_you_mean(probe.only, platforms))};
      if (probe.plan && !raw_.from.empty()) throw Wrong{"--plan tells what would be looked at; with --from nothing is"};
      if (probe.plan && probe.tell.format == Format::json) throw Wrong{"--plan is told as text only"};
      return probe;
    }
    if (asked == doctor_) return DoctorOptions{look_of(raw_), tell_of(raw_), raw_.rules};
    if (asked == prove_) {
      ProveOptions prove{look_of(raw_), tell_of(raw_), raw_.rules, raw_.platforms.empty()};
      prove.look.proof.platforms = proven_platforms(raw_.platforms);
      return prove;
    }
    if (asked == capture_) return CaptureOptions{look_of(raw_), raw_.tell.output};
    if (asked == explain_) {
      if (raw_.name.empty()) throw Wrong{"`rigfit explain` needs to be told what, such as pytorch.ease_of_use"};
      const Tell tell = tell_of(raw_);
      if (tell.format == Format::json) throw Wrong{"`rigfit explain` tells text only"};
      return ExplainOptions{look_of(raw_), tell, raw_.rules, raw_.name};
    }
    if (asked == rules_) {
      const std::vector<std::string> actions{"list", "evidence", "schema", "show", "check"};
      if (std::find(actions.begin(), actions.end(), raw_.action) == actions.end())
        throw Wrong{fmt::format("`rigfit rules` can list, evidence, schema, show and check, not \"{}\"{}", raw_.action,
                                did_you_mean(raw_.action, actions))};
      if (raw_.action != "list" && raw_.action != "evidence" && raw_.action != "schema" && raw_.name.empty())
        throw Wrong{fmt::format("`rigfit rules {}` needs to be told which", raw_.action)};
      return RulesOptions{raw_.action, raw_.name, raw_.rules};
    }
    if (asked == ask_) return AskOptions{raw_.words};
    RecommendOptions recommend;
    Raw raw = raw_;
    if (raw.from.size() > 1) {
      if (std::count(raw.from.begin(), raw.from.end(), "-") > 1) throw Wrong{"stdin can be read once only"};
      if (!raw.look.root.empty()) throw Wrong{"several --from and --root exclude each other"};
      recommend.machines = std::exchange(raw.from, {});
    }
    recommend.look = look_of(raw);
    recommend.tell = tell_of(raw_);
    recommend.rules = raw_.rules;
    recommend.priorities = raw_.priorities_file;
    recommend.ask = raw_.ask;
    recommend.target_os = target_of(raw_.target_os);
    recommend.wishes.demands = demands_of(raw_.demands);
    recommend.wishes.ratings = raw_.ratings;
    if (raw_.ask && (raw_.priorities_file == "-" || std::count(raw_.from.begin(), raw_.from.end(), "-") > 0))
      throw Wrong{"--ask reads its answers from stdin, so that nothing else can be read from there"};
    recommend.wishes.points = points_of(raw_.priorities);
    recommend.wishes.profile = raw_.profile;
    recommend.wishes.candidates = raw_.candidates;
    if (recommend_->count("--candidates") > 0 &&
        (raw_.candidates.empty() ||
         std::find(raw_.candidates.begin(), raw_.candidates.end(), "") != raw_.candidates.end()))
      throw Wrong{"--candidates may not name an empty one"};
    return recommend;
  }

  CLI::App app_;
  Raw raw_;
  std::vector<CLI::App*> commands_;
  CLI::App *recommend_ = nullptr, *probe_ = nullptr, *doctor_ = nullptr, *prove_ = nullptr, *capture_ = nullptr,
           *explain_ = nullptr, *rules_ = nullptr, *ask_ = nullptr;
};

}  // namespace

std::string_view tool_version() { return RIGFIT_VERSION; }

Command parse_arguments(std::vector<std::string> arguments) { return CommandLine().parse(std::move(arguments)); }

}  // namespace rigfit
