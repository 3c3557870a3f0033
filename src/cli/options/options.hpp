#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// A sentence for the user about what makes no sense on the command line. Thrown by what takes and checks options.
struct WrongUsage {
  std::string sentence;
};

/// One option of a command, or one argument without a name.
struct Option {
  enum class Kind { flag, value, values, argument, required_argument, arguments };
  Kind kind = Kind::flag;
  std::string name;   ///< "--from", "-v,--verbose"; what help calls an argument: "ITEM"
  std::string value;  ///< what help calls the value: "FILE"
  std::string about;
  /// Called when it was given, after all of the command line was read: with nothing for a flag, with one text, or with
  /// all of a list. Throws WrongUsage.
  std::function<void(const std::vector<std::string>&)> take;
  std::string heading = {};  ///< of the group in which --help shows it; empty: the command's own options
  /// What a shell may complete its value to; empty: files where the value is called FILE, PATH or DIR, else nothing.
  std::function<std::vector<std::string>()> words = {};

  bool is_argument() const { return kind >= Kind::argument; }
  bool takes_value() const { return kind != Kind::flag; }
  /// "-v" and "--verbose"; nothing for an argument.
  std::vector<std::string> spellings() const;
};

/// What one command understands, and what its --help says. A command fills this in; parse.cpp reads the command line.
class Options {
 public:
  using TakeOne = std::function<void(const std::string&)>;
  using TakeAll = std::function<void(const std::vector<std::string>&)>;

  /// `given` becomes `value` when it was given.
  void flag(std::string name, std::string about, bool& given, bool value = true);
  void flag(std::string name, std::string about, std::function<void()> take);
  /// An option with a value that may not be empty: an empty one is a variable nobody set, and must not mean "this
  /// machine" or "all".
  void value(std::string name, std::string what, std::string about, TakeOne take);
  void value(std::string name, std::string what, std::string about, std::string& text);
  /// The same, and it may be given several times.
  void values(std::string name, std::string what, std::string about, TakeAll take);
  void argument(std::string name, std::string about, std::string& text);
  void required_argument(std::string name, std::string about, std::string& text);
  void arguments(std::string name, std::string about, TakeAll take);
  /// What is declared from here on stands below this heading in --help; empty: among the command's own. Options of
  /// equal headings stand together wherever they are declared.
  void under(std::string heading) { heading_ = std::move(heading); }
  const std::string& heading() const { return heading_; }
  /// What a shell may complete the value of the last declared one to. Called by nothing but `rigfit completions`, so
  /// that it may read rules.
  void offer(std::function<std::vector<std::string>()> words) { all.back().words = std::move(words); }
  void offer(std::vector<std::string> words);
  /// What has to hold of several options together: called after all were taken, in this order. Throws WrongUsage.
  void check(std::function<void()> check) { checks.push_back(std::move(check)); }

  std::vector<Option> all;  ///< in the order of --help
  std::vector<std::function<void()>> checks;

  // Of --help, beside the options: lines, may be empty.
  std::string exit_codes;  ///< "0 nothing is wrong   1 errors found": three spaces or a line break between two
  std::string notes;
  std::string examples;

 private:
  void add(Option option);

  std::string heading_;
};

/// What a command does once its options are read. The exit status.
using Run = std::function<int()>;

/// A command from two functions: `declare` names its options, which fill in a value, with which `run` is called. One
/// that looks at a machine says afterwards what took how long, if it was asked to.
template <class Given>
Run command_of(Options& options, void (*declare)(Options&, Given&), int (*run)(const Given&)) {
  auto given = std::make_shared<Given>();
  declare(options, *given);
  return [given, run] {
    const int status = run(*given);
    if constexpr (requires { given->look.stopwatch; })
      if (given->look.stopwatch) given->look.stopwatch->report();
    return status;
  };
}

}  // namespace rigfit
