#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rigfit {

// What every question to a vendor's library needs. To add one: a function `int ask_…(const Words& arguments)` in a file
// of its own that declares the few C functions it calls, loads the library with `Library`, looks each function up with
// `find` (one that is missing costs its value only), and ends with `return print_answer(answer)`; and a line in the
// table of ask.cpp.

/// A vendor's library in this process.
class Library {
 public:
  /// Tries `names` in turn: SONAMEs, looked for as the loader does, or absolute paths. Never a bare "libcuda.so": only
  /// a toolkit's stub is found under that name alone. False when none could be loaded.
  bool load(std::initializer_list<const char*> names);

  /// For a library that could not be loaded: prints why on stderr and gives the exit status of ask.hpp, 3 when it is
  /// not there, 4 when it is there and broken.
  int report_failure() const;
  /// For a library without a function that nothing can be asked without: the same, status 4.
  int report_missing(const char* symbol) const;

  const std::string& name() const { return name_; }  ///< "libcuda.so.1"
  /// The file behind that name, links resolved, as far as no folder of a user's is in it:
  /// "/usr/lib64/libcuda.so.580.65", else "libcuda.so.580.65"; empty when `symbol` is not of it.
  std::string file_of(const char* symbol) const;

  /// Whether the file behind `symbol`, before or after links are resolved, has `part` in its path.
  bool is_below(const char* symbol, const char* part) const;

  /// A function of it, null when there is none.
  template <class Function>
  Function* find(const char* symbol) const {
    return reinterpret_cast<Function*>(find_symbol(symbol));
  }

 private:
  void* find_symbol(const char* symbol) const;

  void* library_ = nullptr;
  std::string name_, why_;
};

/// Keeps stdout for the answer: what the library prints there goes to stderr from now on.
void keep_stdout_for_the_answer();

/// Says on stderr where a long answer is: shown to whoever waits, and kept when the answer never comes.
void tell_progress(const std::string& where);

/// Prints the one JSON document. What a driver calls a name need not be UTF-8; that is replaced. The exit status.
int print_answer(const nlohmann::ordered_json& answer);

}  // namespace rigfit
