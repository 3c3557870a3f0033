#pragma once

#include <functional>
#include <map>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "evidence/evidence.hpp"

namespace rigfit {

inline constexpr char host_name_key[] = "file:/proc/sys/kernel/hostname";

/// How the machine is looked at.
struct CollectOptions {
  /// Empty: the live machine. Else a directory or a tarball (.tar, .tar.gz, .tar.bz2, .tar.xz) taken as `/`: it is
  /// looked at, nothing is asked.
  std::string root = {};
  std::map<std::string, Answer> given = {};  ///< answers that stand before anything is looked at, by their keys
  std::string tool = {};                     ///< what is written down as the recorder
  double patience = 1.0;                     ///< multiplies every limit on time
  double child_seconds = 10.0;               ///< limit of one child
  /// After that no child is started any more. With what it takes to end the last ones no run waits for longer than
  /// twice the limit of one and a second more.
  double all_children_seconds = 19.5;
  std::size_t output_cap = 8u << 20;          ///< most bytes kept of a child's stdout
  bool start_children = true;                 ///< false: commands and asks are answered `skipped`, "planned"
  std::string self = {};                      ///< path of this program, for `ask`; empty: /proc/self/exe or the like
  std::vector<std::string> search_path = {};  ///< where programs are looked for; empty: the trusted default
  std::vector<std::string> child_environment = {};  ///< added to the minimal environment of children, "NAME=value"
  bool metadata = false;  ///< Google's metadata server may be asked; else such requests are answered `skipped`
  bool identify = false;  ///< the host's name is recorded under `host_name_key`; nothing else that names it ever is
  int rounds = 6;         ///< most rounds of `next`
  /// Platforms whose accelerators may be worked with: after all passive rounds, what proves them is asked as well.
  std::vector<std::string> prove = {};
  double proof_seconds = 35;  ///< limit of one child that proves; starting a runtime may take most of it
  bool wake = false;          ///< sleeping devices may be woken
  /// Reported where a child is: the key of its answer, and what it printed on stderr behind "progress: ".
  std::function<void(std::string_view key, std::string_view where)> progress = {};
  /// Called after each piece of work with the step that it belongs to: "round 1: requests", "round 1: file".
  std::function<void(std::string_view step)> after_step = {};
};

/// Answers `first`, then what `next` asks for given the evidence so far, until it asks nothing new.
/// The error (an unreadable root) names the path.
tl::expected<Evidence, std::string> collect(const Requests& first, const std::function<Requests(const Evidence&)>& next,
                                            const CollectOptions& options);

}  // namespace rigfit
