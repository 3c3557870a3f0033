#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fleet/partitions.hpp"
#include "fleet/record.hpp"
#include "fleet/tally.hpp"
#include "judge/recommend/common_choice.hpp"

namespace rigfit {

/// Nodes, by their number and as a folded set.
struct NodeList {
  std::size_t count = 0;
  std::string folded;  ///< "gpu[001-128,130]"
};

/// One attribute in which a class is not like its reference; nothing where it is not known there.
struct ClassDifference {
  std::string name;
  std::optional<std::string> value, reference;
};

/// Machines that are equal in all that is compared.
struct FleetClass {
  Record record;  ///< of most of them: what was concluded may differ where rules or wishes did
  NodeList nodes;
  std::size_t reference = 0;  ///< the class that it is compared with; its own index where it is one
  std::vector<ClassDifference> differences;
  std::vector<std::string> best;  ///< frameworks that are first there, several for a tie
};

struct FleetFinding {
  NodeFinding finding;  ///< `devices`: on all nodes together
  NodeList nodes;
};

/// One requirement, over all nodes.
struct FleetRequirement {
  std::string requirement;
  std::size_t met = 0, does_not_apply = 0;
  NodeList failed = {}, unknown = {};
  std::string found = {};  ///< on the largest class that fails it
};

/// One platform, over all nodes on which it is or may be.
struct FleetPlatform {
  std::string id;
  std::map<State, NodeList> states = {};
  std::size_t devices = 0, usable_devices = 0;
  // What everything that is to run on each node with a usable device has to content itself with; empty or 0: not known.
  std::string least_capability = {}, greatest_capability = {}, oldest_driver = {}, newest_driver = {};
  std::vector<std::string> architectures = {};
  std::int64_t least_memory_bytes = 0;
  std::size_t fewest_devices = 0;  ///< of the nodes that have any
};

/// How a framework is installed on most nodes.
struct FleetInstall {
  std::string command;
  std::size_t nodes = 0;
};

/// What holds of some nodes together: of the whole fleet, or of a partition.
struct FleetPart {
  std::string name;                           ///< empty: all nodes
  NodeList nodes = {};                        ///< those of which there is a report; of all nodes not said again
  NodeList faulty = {};                       ///< with an error, or a blocked platform
  NodeList missing = {};                      ///< of a partition: those of which there is no report
  std::vector<std::size_t> counts;            ///< how many nodes it has, by class
  std::vector<FleetPlatform> platforms = {};  ///< in the order of every report
  CommonChoice choice = {};  ///< over the fleet's classes, in their order; without rows: nothing was recommended
  std::map<std::string, FleetInstall> installs = {};  ///< by framework
};

struct FleetProblem {
  std::string place;  ///< "out.gpu003.json, line 1"
  std::string reason;
};

/// Many reports, put together. Every list is in an order that does not depend on the order of reading.
struct Fleet {
  std::vector<std::string> nodes;      ///< in the order of folded sets
  std::vector<std::size_t> class_of;   ///< by node: index into `classes`
  std::vector<FleetClass> classes;     ///< the largest first
  std::vector<FleetFinding> findings;  ///< the worst and most frequent first
  std::vector<FleetRequirement> requirements;
  FleetPart all;                           ///< every node
  std::vector<FleetPart> partitions;       ///< in the order they were given; a node may be in several
  std::vector<std::string> rules;          ///< dates of the rules that reports were made by
  std::int64_t oldest = 0, newest = 0;     ///< when they were recorded, as in Entry; 0: not known
  NodeList undetermined;                   ///< of whose accelerators nothing is known
  NodeList missing, unexpected, repeated;  ///< expected and not there; there and not expected; there several times
  bool was_expected = false;               ///< whether it is known who should have answered
  std::size_t inputs = 0, bytes = 0, problem_count = 0;
  std::size_t named_by_inputs = 0;     ///< reports that no label names
  std::vector<FleetProblem> problems;  ///< the first of them
  std::vector<std::string> notes;      ///< sentences about the input, and about who is compared with whom

  /// no: a node is faulty, missing, or does not meet a requirement; unknown: some input could not be read, or nothing
  /// is known about a node's accelerators, or about a requirement.
  Truth is_fine() const;
};

/// What was asked for beside the reports.
struct FleetWishes {
  std::optional<std::vector<std::string>> expected;  ///< names of the nodes that should have answered
  std::vector<NamedNodes> partitions = {};
  std::vector<std::string> notes = {};
};

/// Puts together what several threads read. `names`: of the inputs, for reports that name no node; `paths`: of the
/// inputs, for what could not be read. Pure.
Fleet assemble(std::vector<Tally>&& tallies, const std::vector<std::string>& names,
               const std::vector<std::string>& paths, const FleetWishes& wishes = {});

}  // namespace rigfit
