#pragma once

#include <string>
#include <variant>
#include <vector>

#include "judge/recommend/recommend.hpp"

namespace rigfit {

enum class Format { text, json };
enum class Colour { automatic, always, never };

/// Which accelerators may be worked with, and how much of each a proof may take.
struct Proof {
  std::vector<std::string> platforms;  ///< of provers.hpp; none: nothing is proven
  int memory_mib = 64;
  int seconds = 5;

  bool operator==(const Proof&) const = default;
};

/// Which machine, and how it is looked at.
struct Look {
  std::string from;       ///< a machine file, "-" for stdin; empty: not from a file
  std::string root;       ///< a folder or tarball taken as `/`; empty: this machine. Never both
  double patience = 1.0;  ///< multiplies every limit on time
  bool start_children = true;
  bool metadata = false;  ///< ask Google's metadata server
  bool wake = false;      ///< sleeping devices may be woken
  Proof proof = {};

  bool operator==(const Look&) const = default;
};

/// How the result is told.
struct Tell {
  Format format = Format::text;
  Colour colour = Colour::automatic;
  std::string output;  ///< a file; empty: stdout
  bool verbose = false;
  bool exit_zero = false;  ///< 0 means "it ran"

  bool operator==(const Tell&) const = default;
};

struct RecommendOptions {
  Look look;
  Tell tell;
  std::string rules;  ///< folder whose rule files are laid over the built-in ones; empty: none
  Wishes wishes;
  std::string priorities;             ///< a file of priorities; empty: none
  bool ask = false;                   ///< ask for the priorities on the terminal
  std::string target_os;              ///< linux, darwin or windows: judge this hardware under it; empty: as it is
  std::vector<std::string> machines;  ///< several machine files to be served by one framework; else empty
};

struct ProbeOptions {
  Look look;
  Tell tell;
  std::string rules;
  bool plan = false;
  std::string only;  ///< platform id, empty for all
};

struct DoctorOptions {
  Look look;
  Tell tell;
  std::string rules;
};

struct ProveOptions {
  Look look;  ///< with the platforms to prove
  Tell tell;
  std::string rules;
  bool is_any = true;  ///< no platform was named: those that are not there are no failure
};

struct CaptureOptions {
  Look look;
  std::string output;  ///< a file; empty: stdout
};

/// What is behind one thing that is told.
struct ExplainOptions {
  Look look;
  Tell tell;
  std::string rules;
  std::string item;
  Wishes wishes;  ///< points, profile and ratings under which numbers are explained
};

struct RulesOptions {
  std::string action = "list";  ///< list, evidence, schema, show, check
  std::string name;             ///< schema, id or folder
  std::string rules;
};

/// The hidden command that loads a vendor's library; see ask/ask.hpp.
struct AskOptions {
  std::vector<std::string> words;  ///< the question and its arguments
};

/// Nothing to run: text to be printed on stdout (help, version), or on stderr when the usage was wrong.
struct Said {
  std::string text;
  bool is_error = false;
};

using Command = std::variant<RecommendOptions, ProbeOptions, DoctorOptions, ProveOptions, CaptureOptions,
                             ExplainOptions, RulesOptions, AskOptions, Said>;

/// What the arguments (without the program's name) mean. Never throws, never prints.
Command parse_arguments(std::vector<std::string> arguments);

}  // namespace rigfit
