// The only file that knows CLI11.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>

#include "analysis/version.hpp"
#include "cli/options/help_text.hpp"
#include "cli/options/raw_options.hpp"
#include "cli/options/word_order.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

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

/// What every command takes that judges a machine; `offers_proof`: with --prove, as it runs no kernel by itself.
void add_judging(CLI::App& app, Raw& raw, bool offers_proof) {
  add_look(app, raw);
  add_proof(app, raw, offers_proof);
  add_rules(app, raw);
  add_tell(app, raw);
  add_output(app, raw);
}

/// What also matters where one number is explained.
void add_points(CLI::App& app, Raw& raw) {
  app.add_option("--priority", raw.priorities, "Points of a factor, 20 unless told; may be repeated")
      ->type_name("FACTOR=POINTS")
      ->allow_extra_args(false);
  app.add_option("--profile", raw.profile, "A ready set of points; `rigfit rules` lists them")
      ->check(is_named)
      ->type_name("NAME");
  app.add_option("--ratings", raw.ratings, "evidence (default) or seed: the page this tool grew from")
      ->check(is_named)
      ->type_name("NAME");
}

void add_wishes(CLI::App& app, Raw& raw) {
  add_points(app, raw);
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
  app.add_option("--target-os", raw.target_os, "Judge this hardware under linux, windows or macos")
      ->check(is_named)
      ->type_name("OS");
}

/// The whole command line: one subcommand is asked for, "recommend" when none is named. Only the options of the command
/// `only` are made, where it is known which is meant: making all of them takes longer than most else.
class CommandLine {
 public:
  explicit CommandLine(std::string only) : only_(std::move(only)) {
    app_.name("rigfit");
    app_.require_subcommand(1);
    app_.set_help_flag("-h,--help", "Tell how it is used");
    app_.set_version_flag("--version", fmt::format("rigfit {}", tool_version()));

    recommend_ =
        add("recommend", "Which framework fits this machine and your priorities (the default)", [&](CLI::App& command) {
          add_wishes(command, raw_);
          add_judging(command, raw_, true);
        });

    probe_ = add("probe", "All that was seen, layer by layer, and what is not known and why", [&](CLI::App& command) {
      command.add_flag("--plan", raw_.plan, "Print what is opened and what would be run, before it is; run nothing");
      command.add_option("--only", raw_.only, "One of cuda, rocm, mps, tpu, xpu, gaudi, neuron, ascend, npu, cpu")
          ->check(is_named)
          ->type_name("PLATFORM");
      add_judging(command, raw_, true);
    });

    doctor_ = add("doctor", "Only what is wrong, why, and how to mend it",
                  [&](CLI::App& command) { add_judging(command, raw_, true); });

    prove_ = add("prove", "Run a kernel on every accelerator and check its result", [&](CLI::App& command) {
      command.add_option("PLATFORM", raw_.platforms, about_provers())->type_name("");
      add_judging(command, raw_, false);
    });

    capture_ = add("capture", "Record this machine as a machine file, for --from", [&](CLI::App& command) {
      add_look(command, raw_);
      add_proof(command, raw_, true);
      add_output(command, raw_);
    });

    explain_ = add(
        "explain", "What is behind one thing that was told: its sources, or the evidence read", [&](CLI::App& command) {
          command
              .add_option("ITEM", raw_.name,
                          "A factor, pytorch.ease_of_use, finding, build, profile, statistic, source, fact ...")
              ->type_name("");
          add_points(command, raw_);
          add_look(command, raw_);
          add_rules(command, raw_);
          add_tell(command, raw_);
          add_output(command, raw_);
        });

    rules_ = add(
        "rules", "The rules behind the answers: list, evidence, schema NAME, show ID, check DIR",
        [&](CLI::App& command) {
          command.add_option("ACTION", raw_.action, "list (default), evidence, schema, show or check")->type_name("");
          command.add_option("NAME", raw_.name, "Of the schema, the id to show, or the folder to check")->type_name("");
          add_rules(command, raw_);
        });

    ask_ = add("ask", "", [&](CLI::App& command) { command.add_option("QUESTION", raw_.words)->required(); });
    ask_->group("");  // hidden
  }

  Command parse(const std::vector<std::string>& given) {
    std::vector<std::string> arguments = given;
    try {
      put_command_first(arguments, words());
      std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
      app_.parse(arguments);
      return command();
    } catch (const CLI::CallForHelp&) {
      return Said{help(), false};
    } catch (const CLI::CallForVersion&) {
      return Said{fmt::format("rigfit {}\n", tool_version()), false};
    } catch (const CLI::ExtrasError&) {
      return only_.empty() ? wrong(about_extras()) : CommandLine("").parse(given);  // which knows the others' options
    } catch (const CLI::ParseError& error) {
      return wrong(error.what());
    } catch (const Wrong& error) {
      return wrong(error.sentence);
    }
  }

 private:
  CLI::App* add(const char* name, const char* about, const std::function<void(CLI::App&)>& add_options) {
    CLI::App* command = app_.add_subcommand(name, about);
    command->set_help_flag("-h,--help", "Tell how it is used");
    if (only_.empty() || only_ == name) add_options(*command);
    commands_.push_back(command);
    return command;
  }

  Words words() const {
    Words words;
    for (const CLI::App* command : commands_) {
      words.commands.push_back(command->get_name());
      if (!command->get_group().empty()) words.told.push_back(command->get_name());
    }
    words.is_option = [this](const std::string& word) { return is_option(word); };
    words.takes_value = [this](const std::string& option) { return takes_value(option); };
    return words;
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

  Command command() {
    const CLI::App* asked = chosen();
    if (asked == probe_) return probe_options(raw_);
    if (asked == doctor_) return doctor_options(raw_);
    if (asked == prove_) return prove_options(raw_);
    if (asked == capture_) return capture_options(raw_);
    if (asked == explain_) return explain_options(raw_);
    if (asked == rules_) return rules_options(raw_);
    if (asked == ask_) return AskOptions{raw_.words};
    raw_.names_candidates = recommend_->count("--candidates") > 0;
    return recommend_options(raw_);
  }

  std::string only_;
  CLI::App app_;
  Raw raw_;
  std::vector<CLI::App*> commands_;
  CLI::App *recommend_ = nullptr, *probe_ = nullptr, *doctor_ = nullptr, *prove_ = nullptr, *capture_ = nullptr,
           *explain_ = nullptr, *rules_ = nullptr, *ask_ = nullptr;
};

}  // namespace

Command parse_arguments(std::vector<std::string> arguments) {
  const std::string first = arguments.empty() ? "recommend" : arguments.front();
  const bool is_command = !first.starts_with("-") && first != "help";
  return CommandLine(is_command ? first : "").parse(arguments);
}

}  // namespace rigfit
