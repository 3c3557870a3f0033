#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/options/options.hpp"
#include "cli/stopwatch.hpp"
#include "judge/recommend/recommend.hpp"
#include "judge/what_if/what_if.hpp"
#include "report/formats.hpp"

namespace rigfit {

inline constexpr int least_width = 40, most_width = 400;  ///< columns of text

enum class Colour { automatic, always, never };

/// Which accelerators may be worked with, and how much of each a proof may take.
struct Proof {
  std::vector<std::string> platforms;  ///< with a proof in platforms(); none: nothing is proven
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
  bool identify = false;                      ///< record the host's name, too
  std::shared_ptr<Stopwatch> stopwatch = {};  ///< null: the steps are not timed
  std::string python = {};  ///< an interpreter or the folder of its environment; empty: the one that a program finds

  bool operator==(const Look&) const = default;
};

/// How the result is reported.
struct Tell {
  const Format* format = &formats().front();
  Colour colour = Colour::automatic;
  std::string output;  ///< a file; empty: stdout
  bool verbose = false;
  int width = 0;           ///< columns of text; 0: those of the terminal, or COLUMNS
  bool compact = false;    ///< JSON on one line
  bool exit_zero = false;  ///< 0 means "it ran"
  std::string into = {};   ///< a document whose marked block is to hold it; empty: none. Never with `output`
  bool check = false;      ///< only whether that block is what it would become

  bool operator==(const Tell&) const = default;
};

/// What every command takes that judges a machine.
struct Judging {
  Look look;
  Tell tell;
  std::string rules;  ///< a folder or an exported file, see rule_files_of(); empty: the built-in rules
};

// Options that several commands have, each group declared by one function.

/// `machines`: takes several --from, which is for one command; null: not so.
void add_look(Options& options, Look& look, std::vector<std::string>* machines = nullptr);
/// `offers_flag`: with --prove, as the command runs no kernel by itself.
void add_proof(Options& options, Look& look, bool offers_flag);
void add_rules(Options& options, std::string& path);
void add_tell(Options& options, Tell& tell);
/// Of those, all but --format: for commands with formats of their own.
void add_style(Options& options, Tell& tell);
void add_output(Options& options, std::string& file);
/// --into and --check but for what formats they go with: see add_into() of format_option.hpp.
void add_into_options(Options& options, Tell& tell);
/// All of them.
void add_judging(Options& options, Judging& judging, bool offers_proof, std::vector<std::string>* machines = nullptr);
/// What is to be different about the machine.
void add_what_if(Options& options, WhatIf& what_if);
/// Points, profile and ratings: what also matters where one number is explained.
void add_points(Options& options, Wishes& wishes);

/// The platforms that can be proven and are not named alone, or those of them that are named. Throws WrongUsage for
/// one that cannot.
std::vector<std::string> proven_platforms(const std::vector<std::string>& named);

/// "auto, always or never"
std::string listed_choice(std::vector<std::string> words);

/// Throws WrongUsage: "--format is text or json, not "jsn"; did you mean ...".
[[noreturn]] void refuse(const std::string& option, const std::vector<std::string>& known, const std::string& text);

}  // namespace rigfit
