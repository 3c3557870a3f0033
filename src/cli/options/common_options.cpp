#include "cli/options/common_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "cli/options/format_option.hpp"
#include "cli/options/rule_words.hpp"
#include "facts/platforms.hpp"
#include "report/answer.hpp"
#include "text/edit_distance.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// What is declared while it lives stands below its heading.
class Under {
 public:
  Under(Options& options, std::string heading) : options_(options), before_(options.heading()) {
    options_.under(std::move(heading));
  }
  ~Under() { options_.under(before_); }
  Under(const Under&) = delete;
  Under& operator=(const Under&) = delete;

 private:
  Options& options_;
  std::string before_;
};

std::vector<std::string> with_equals_signs(std::vector<std::string> words) {
  for (std::string& word : words) word += '=';
  return words;
}

Colour colour_of(const std::string& text) {
  if (text == "auto") return Colour::automatic;
  if (text == "always") return Colour::always;
  if (text == "never") return Colour::never;
  refuse("--color", {"auto", "always", "never"}, text);
}

double patience_of(const std::string& text) {
  // The C++ library of macOS 15 and older has no from_chars for double. So digits and a point, and nothing else.
  if (text.find_first_not_of("0123456789.") == text.npos && !text.empty()) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (*end == '\0' && number >= 0.01 && number <= 1000) return number;
  }
  throw WrongUsage{fmt::format("--patience is a number from 0.01 to 1000, not \"{}\"", text)};
}

Options::TakeOne whole_number(std::string option, int least, int most, int& number) {
  return [option = std::move(option), least, most, &number](const std::string& text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
      throw WrongUsage{fmt::format("{} is a whole number from {} to {}, not \"{}\"", option, least, most, text)};
  };
}

void take_points(const std::vector<std::string>& priorities, std::map<std::string, int>& points) {
  for (const std::string& priority : priorities) {
    const std::size_t equals = priority.find('=');
    const std::string factor = long_factor_name(priority.substr(0, equals));  // the table's columns have short ones
    const std::string_view number =
        equals == priority.npos ? std::string_view{} : std::string_view(priority).substr(equals + 1);
    int value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (factor.empty() || number.empty() || error != std::errc() || end != number.data() + number.size() || value < 0 ||
        value > 1'000'000)
      throw WrongUsage{fmt::format("--priority is FACTOR=POINTS with 0 to 1000000 points, not \"{}\"", priority)};
    if (!points.emplace(factor, value).second) throw WrongUsage{fmt::format("--priority names \"{}\" twice", factor)};
  }
}

void take_machines(const std::vector<std::string>& files, Look& look, std::vector<std::string>* machines) {
  if (files.size() == 1) {
    look.from = files.front();
    return;
  }
  if (!machines) throw WrongUsage{"only `rigfit recommend` takes several --from"};
  if (std::count(files.begin(), files.end(), "-") > 1) throw WrongUsage{"stdin can be read once only"};
  *machines = files;
}

}  // namespace

std::string listed_choice(std::vector<std::string> words) {
  const std::string last = words.back();
  words.pop_back();
  return words.empty() ? last : join(words) + " or " + last;
}

void refuse(const std::string& option, const std::vector<std::string>& known, const std::string& text) {
  throw WrongUsage{
      fmt::format("{} is {}, not \"{}\"{}", option, listed_choice(known), text, did_you_mean(text, known))};
}

void add_look(Options& options, Look& look, std::vector<std::string>* machines) {
  const Under group(options, "Input");
  options.values("--from", "FILE", "Replay a machine file (- for stdin), not this machine",
                 [&look, machines](const auto& files) { take_machines(files, look, machines); });
  options.value("--root", "DIR|ARCHIVE", "Look at a folder or tarball as if it were /; nothing is run", look.root);
  options.value("--patience", "X", "Multiply every limit on time by this (0.01 to 1000)",
                [&look](const std::string& text) { look.patience = patience_of(text); });
  options.flag("--no-children", "Start no other program and load no vendor's library", look.start_children, false);
  options.flag("--metadata", "On Google Cloud, query its metadata server about the TPU slice", look.metadata);
  options.flag("--wake", "Ask devices that are asleep too, which wakes them", look.wake);
  options.flag("--timing", "Print the steps of the run and their milliseconds to stderr",
               [&look] { look.stopwatch = std::make_shared<Stopwatch>(); });
  options.check([&look, machines] {
    if (machines && !machines->empty() && !look.root.empty())
      throw WrongUsage{"several --from and --root exclude each other"};
    if (!look.from.empty() && !look.root.empty())
      throw WrongUsage{"--from and --root exclude each other: a machine file has been looked at already"};
  });
}

void add_proof(Options& options, Look& look, bool offers_flag) {
  const Under group(options, "Proof");
  auto is_asked_for = std::make_shared<bool>(false);
  if (offers_flag)
    options.flag("--prove", "Also run a kernel on every accelerator and check its result", *is_asked_for);
  options.value("--prove-memory", "MIB", "Device memory that a proof may take (default 64)",
                whole_number("--prove-memory", 1, 1 << 20, look.proof.memory_mib));
  options.value("--prove-seconds", "S", "Time that a proof may spend on each device (default 5)",
                whole_number("--prove-seconds", 1, 3600, look.proof.seconds));
  options.check([&look, is_asked_for] {
    if (!*is_asked_for) return;
    if (!look.from.empty() || !look.root.empty())
      throw WrongUsage{
          "--prove works with this machine's accelerators; what a recording proved is reported without it"};
    look.proof.platforms = proven_platforms({});
  });
}

void add_rules(Options& options, std::string& path) {
  const Under group(options, "Input");
  options.value("--rules", "PATH", "A folder to lay over the built-in rules, or an exported file", path);
}

void add_tell(Options& options, Tell& tell) {
  const Under group(options, "Output");
  add_format(options, formats(), tell.format);
  add_style(options, tell);
}

void add_style(Options& options, Tell& tell) {
  const Under group(options, "Output");
  options.value("--color", "WHEN", "auto (default), always or never; NO_COLOR is honored",
                [&tell](const std::string& text) { tell.colour = colour_of(text); });
  options.offer({"auto", "always", "never"});
  options.value("--width", "COLUMNS", "Of text; else the terminal's, else COLUMNS, else 100",
                whole_number("--width", least_width, most_width, tell.width));
  options.flag("--compact", "JSON on one line", tell.compact);
  options.flag("-v,--verbose", "Every term, source and build that was passed over", tell.verbose);
  options.flag("--exit-zero", "Exit with 0 whenever it ran, whatever was found", tell.exit_zero);
}

void add_output(Options& options, std::string& file) {
  const Under group(options, "Output");
  options.value("--output", "FILE", "Write to a file, at once and whole", file);
}

void add_into_options(Options& options, Tell& tell) {
  const Under group(options, "Output");
  options.value("--into", "FILE", "Renew the marked block of a Markdown document", tell.into);
  options.flag("--check", "With --into: change nothing, exit with 1 if out of date", tell.check);
  options.check([&tell] {
    if (tell.check && tell.into.empty()) throw WrongUsage{"--check is about the document of --into, which is missing"};
    if (tell.into.empty()) return;
    if (tell.into == "-") throw WrongUsage{"--into is a document, which stdin is not"};
    if (!tell.output.empty()) throw WrongUsage{"--into and --output exclude each other"};
  });
}

void add_judging(Options& options, Judging& judging, bool offers_proof, std::vector<std::string>* machines) {
  add_look(options, judging.look, machines);
  add_proof(options, judging.look, offers_proof);
  add_rules(options, judging.rules);
  add_tell(options, judging.tell);
  add_output(options, judging.tell.output);
  add_into(options, judging.tell, formats(), judging.tell.format);
}

namespace {

void take_gpus(const std::vector<std::string>& texts, WhatIf& what_if) {
  for (std::string_view list : texts)
    while (true) {
      const std::size_t comma = list.find(',');
      const std::string_view one = list.substr(0, comma);
      if (one == "none")
        what_if.without_gpu = true;
      else
        what_if.gpus.emplace_back(one);
      if (comma == list.npos) break;
      list.remove_prefix(comma + 1);
    }
}

}  // namespace

void add_what_if(Options& options, WhatIf& what_if) {
  options.values("--with-gpu", "GPU", "What if it had these: \"2x RTX 5090\", MI300X, none; may be repeated",
                 [&what_if](const auto& texts) { take_gpus(texts, what_if); });
  options.value("--with-driver", "VERSION", "What if this NVIDIA driver were loaded: 580, 580.82.07", what_if.driver);
  options.flag("--without-gpu", "What if it had no GPU", what_if.without_gpu);
  options.check([&what_if] {
    if (what_if.without_gpu && (!what_if.gpus.empty() || !what_if.driver.empty()))
      throw WrongUsage{"--without-gpu (--with-gpu none) goes with neither another --with-gpu nor --with-driver"};
  });
}

void add_points(Options& options, Wishes& wishes) {
  const Under group(options, "Priorities");
  options.values("--priority", "FACTOR=POINTS", "Points of a factor, 20 unless given; may be repeated",
                 [&wishes](const auto& texts) { take_points(texts, wishes.points); });
  options.offer([] { return with_equals_signs(factor_words()); });
  options.value("--profile", "NAME", "A ready set of points; `rigfit rules` lists them", wishes.profile);
  options.offer(profile_words);
  options.value("--ratings", "NAME", "evidence (default) or seed: the page this tool grew from", wishes.ratings);
  options.offer(ratings_words);
}

std::vector<std::string> proven_platforms(const std::vector<std::string>& named) {
  std::vector<std::string> known, usual;
  for (const PlatformInfo& platform : platforms()) {
    if (platform.proof.empty()) continue;
    known.emplace_back(platform.id);
    if (platform.warning.empty()) usual.emplace_back(platform.id);
  }
  if (named.empty()) return usual;
  for (const std::string& platform : named)
    if (std::find(known.begin(), known.end(), platform) == known.end()) {
      const std::string hint = did_you_mean(platform, known);
      throw WrongUsage{fmt::format("nothing can be proven of \"{}\"{}", platform,
                                   hint.empty() ? "; only of: " + join(known) : hint)};
    }
  return named;
}

}  // namespace rigfit
