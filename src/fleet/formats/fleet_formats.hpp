#pragma once

#include <span>
#include <string>
#include <string_view>

#include "fleet/fleet.hpp"
#include "report/report.hpp"

namespace rigfit {

/// One form of what is said of a fleet (`rigfit fleet --format`).
struct FleetFormat {
  std::string_view name;
  std::string (*write)(const Fleet& fleet, const TextStyle& style);
};

/// All of them. The first is the default. A file with the function and a row are all that a format needs.
std::span<const FleetFormat> fleet_formats();

// What formats share.

/// "PyTorch" for the id of a framework, by what the reports call it.
std::string framework_name(const Fleet& fleet, const std::string& id);
/// "8 × NVIDIA H100 80GB HBM3, CUDA driver 550.54.15, 1 TiB memory, Ubuntu 22.04": a machine in a line.
std::string machine_summary(const Record& record);
/// "CUDA driver 535.183.01, not 550.54.15": one difference; "CUDA driver not reported, elsewhere
/// 550.54.15" where there is none, or nobody knows it.
std::string difference_text(const ClassDifference& difference);
/// "a, b, c" of differences, the most telling first: at most `most` of them, and how many more there are.
std::string differences_text(const FleetClass& one, std::size_t most);
/// The sentence that is said first.
std::string fleet_headline(const Fleet& fleet);
/// "compute capability 8.0 to 9.0, driver 535.183.01 or later, 39.5 GiB a device": what all nodes with a usable device
/// of a platform have.
std::string common_ground(const FleetPlatform& platform);
/// "PyTorch, the first choice on 120 of 128 nodes; at most 2.1 points behind it elsewhere; the command is for 90 of
/// 128 nodes", for all nodes or for a partition; empty: nothing was recommended.
std::string choice_sentence(const Fleet& fleet, const FleetPart& part);
/// "12 nodes, 1 with errors, 2 did not answer": of a partition.
std::string partition_counts(const FleetPart& part);
/// "CUDA: compute capability 9.0, driver 580.95.05": what all of its nodes have; empty: no device can be used.
std::string partition_ground(const FleetPart& part);
/// How the chosen framework is installed on most of its nodes; null: nothing was chosen, or nobody knows.
const FleetInstall* chosen_install(const FleetPart& part);
/// "2026-11-27 04:33" of 20261127043304.
std::string moment_text(std::int64_t moment);

}  // namespace rigfit
