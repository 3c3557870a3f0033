#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/platform.hpp"
#include "report/report.hpp"

namespace rigfit {

/// What is said first of one machine: the same words in every format. A text that is empty has nothing to say. Text of
/// the machine stands in it as it was read: formats make it harmless.
struct ReportAnswer {
  /// One platform that exists here, or several that share a state.
  struct PlatformLine {
    std::string id;    ///< "cuda"; empty for several platforms
    std::string name;  ///< "CUDA", "none", "unknown"
    State state = State::unknown;
    std::string word;  ///< the state in a word: "ok", "proven", "blocked", "unknown", "-"
    std::string text;  ///< devices, memory, data types, driver; or why it is blocked
    std::string room;  ///< "room for about 10B parameters in bf16, 35B in 4-bit (8K context)"
  };
  struct Fix {
    std::string id;  ///< of the finding; empty: of a build's requirement
    std::string title, cause;
    std::string step;          ///< the steps of the remedy up to the one that has a command
    std::string command_step;  ///< that one alone, for where there is no room for more
    std::string command;       ///< may be empty
  };
  struct ScoreCell {
    std::string text;      ///< "90", "0-100"
    bool is_best = false;  ///< or within `tie_margin` of the best
  };
  struct ScoreRow {
    std::string id, name;          ///< of the framework
    std::string total;             ///< "91.4"
    bool is_first = false;         ///< ties included
    bool is_ranked = true;         ///< false: removed by a demand, or behind as it uses too little of the hardware
    std::vector<ScoreCell> cells;  ///< by factor
  };
  /// What is left to do where nothing is installed yet.
  struct Commands {
    std::string python;              ///< "3.10 to 3.14": what the build takes
    std::vector<std::string> lines;  ///< to be run one after the other
  };

  std::string verdict;                  ///< sentence
  std::string first;                    ///< "PyTorch 2.15 (CUDA 13.2)", several where they tie; empty where none is
  std::string machine;                  ///< "16-core AMD Ryzen 9 7950X, 62 of 64 GiB usable, Ubuntu 24.04, Python 3.12"
  std::vector<PlatformLine> platforms;  ///< those that exist first, then what is unknown, then what is absent
  std::vector<std::string> factors;     ///< short names of the columns: "ease"
  std::vector<std::string> factor_ids;
  std::vector<ScoreRow> scores;    ///< best first
  std::string why;                 ///< reasons, with "; " between them
  std::string firm;                ///< what would change the first place
  std::string better;              ///< what would allow a newer build
  std::optional<Fix> fix_first;    ///< the one primary cause, where something is blocked; then `better` is empty
  std::string warning;             ///< titles of the first warnings, where there is nothing to fix first
  std::vector<std::string> notes;  ///< what else has to be known, a sentence each
  Commands install;
  std::string check;
  std::string findings;           ///< "No problems found, 1 note", "1 error and 2 warnings"
  std::vector<std::string> more;  ///< where there is more: "rigfit doctor", "-v (67 sources, as of 2026-11-26)"
};

/// Needs `report.recommendation`.
ReportAnswer answer_of(const Report& report);

// Its parts, which other pages use as well.

std::string machine_line(const HostFacts& host);
/// "Debian GNU/Linux 12", without the code name; "macOS 15.3.1"; "system unknown".
std::string system_text(const HostFacts& host);
std::vector<ReportAnswer::PlatformLine> platform_lines(const Facts& facts);
/// The name of the platform whose devices an error keeps from being seen; empty for none.
std::string unseen_platform(const Facts& facts, const Diagnosis& diagnosis);
/// "ease" for "ease_of_use".
std::string short_factor_name(std::string_view factor);
/// "ease_of_use" for "ease"; any other name as it is.
std::string long_factor_name(std::string_view name);
/// "ok" for ready, "-" for absent, else the name of the state.
std::string_view state_word(State state);
/// "No problems found", "1 error and 2 warnings", or that too little is known to say so.
std::string findings_count(const Report& report);
/// "CUDA ready, ROCm blocked": the platforms that are here; "no accelerator"; "accelerators unknown".
std::string states_text(const Facts& facts);

}  // namespace rigfit
