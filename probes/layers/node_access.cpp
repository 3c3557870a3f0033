#include "probes/layers/node_access.hpp"

#include <fmt/format.h>

namespace rigfit {
namespace {

/// By what `stat` and `access` showed, and by opening it where that was tried.
NodeAccess judge_node(const Node& node, const std::string& path) {
  if (node.opens == "EPERM")
    return {NodeProblem::filtered,
            {Truth::no, path + " cannot be opened: the device filter of a container or cgroup denies it (EPERM)", {}}};
  if (!node.opens.empty() && node.opens != "ok" && node.opens != "EACCES")
    return {NodeProblem::failing, {Truth::no, fmt::format("{} cannot be opened ({})", path, node.opens), {}}};
  if (!node.readable || !node.writable)
    return {NodeProblem::unknown, {Truth::unknown, "whether " + path + " can be opened was not recorded", {}}};
  if (*node.readable && *node.writable) return {NodeProblem::none, {Truth::yes, path + " can be opened", {}}};
  return {NodeProblem::denied,
          {Truth::no,
           fmt::format("{} cannot be opened by this user (mode {}, group {})", path, node.mode,
                       node.group.empty() ? std::to_string(node.gid) : node.group),
           {}}};
}

int rank(NodeProblem problem) {
  return problem == NodeProblem::none      ? 3
         : problem == NodeProblem::missing ? 0
         : problem == NodeProblem::unknown ? 1
                                           : 2;
}

NodeAccess judge_answer(const Answer& answer, const std::string& path) {
  switch (answer.outcome) {
    case Outcome::found:
      return judge_node(answer.node.value_or(Node{}), path);
    case Outcome::absent:
      return {NodeProblem::missing, {Truth::no, path + " is not there", {}}};
    case Outcome::denied:  // whoever may not look into the folder may not open what is in it
      return {NodeProblem::denied, {Truth::no, path + " may not be looked at", {}}};
    case Outcome::not_recorded:
      return {NodeProblem::unknown, {Truth::unknown, "whether " + path + " can be opened was not recorded", {}}};
    default:
      return {NodeProblem::unknown, {Truth::unknown, path + ": " + answer.why, {}}};
  }
}

}  // namespace

std::string_view name_of(NodeProblem problem) {
  switch (problem) {
    case NodeProblem::none:
      return "none";
    case NodeProblem::missing:
      return "missing";
    case NodeProblem::denied:
      return "denied";
    case NodeProblem::filtered:
      return "filtered";
    case NodeProblem::failing:
      return "failing";
    case NodeProblem::unknown:
      return "unknown";
  }
  return "";
}

bool tells_more(NodeProblem a, NodeProblem b) { return rank(a) > rank(b); }

NodeAccess access_to_node(const Evidence& evidence, const std::string& path) {
  NodeAccess access = judge_answer(evidence.node(path), path);
  access.layer.sources = {key_of(Kind::node, path)};
  return access;
}

}  // namespace rigfit
