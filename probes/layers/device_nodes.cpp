#include "probes/layers/device_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

using One = DeviceNodes::One;

std::string path_in(std::string_view folder, std::string_view name) { return fmt::format("{}/{}", folder, name); }

bool is_of_family(std::string_view path, const NodeFamily& family) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.starts_with(family.prefix) && whole_number(name.substr(family.prefix.size())).has_value();
}

std::vector<std::string> paths_of(const Evidence& evidence, std::string_view folder, const NodeFamily& family) {
  std::vector<std::string> paths = evidence.expand(fmt::format("{}/{}*", folder, family.prefix));
  std::erase_if(paths, [&](const std::string& path) { return !is_of_family(path, family); });
  return paths;
}

/// Whether this process may use the node at `path`, which is known to be the right one.
One judge_node(const Evidence& evidence, const std::string& path) {
  NodeAccess access = access_to_node(evidence, path);
  if (access.problem == NodeProblem::missing) access.layer.because = "the kernel has " + path + ", and it is not here";
  const auto& node = evidence.node(path).node;
  return {access.problem, path, node ? node->group : "", std::move(access.layer)};
}

/// The node of the device at `address` by what the kernel links; nothing when the links do not tell.
std::optional<One> linked_node(const Evidence& evidence, const NodeFamily& family, const std::string& address) {
  bool all_known = evidence.list(family.sysfs_class).found() && !evidence.list(family.sysfs_class).truncated;
  for (const std::string& entry : paths_of(evidence, family.sysfs_class, family)) {
    const Answer& device = evidence.link(entry + "/device");
    if (!device.found()) {
      all_known = all_known && device.absent();
    } else if (lower(device.text.substr(device.text.rfind('/') + 1)) == address) {
      const std::string path = path_in(family.folder, entry.substr(entry.rfind('/') + 1));
      const Answer& folder = evidence.list(family.folder);
      const bool is_listed = std::find(folder.names.begin(), folder.names.end(),
                                       path.substr(family.folder.size() + 1)) != folder.names.end();
      if (folder.absent() || (folder.found() && !folder.truncated && !is_listed))
        return One{NodeProblem::missing,
                   path,
                   "",
                   {Truth::no, "the kernel has " + path + ", and it is not here", {key_of(Kind::list, family.folder)}}};
      return judge_node(evidence, path);
    }
  }
  if (all_known || evidence.list(family.sysfs_class).absent())
    return One{NodeProblem::missing,
               "",
               "",
               {Truth::no,
                fmt::format("the kernel made no node for it in {}", family.sysfs_class),
                {key_of(Kind::list, family.sysfs_class)}}};
  return std::nullopt;
}

/// Nodes that bear the vendor's name: which device each belongs to, nobody tells, so they count together.
One named_nodes(const Evidence& evidence, const NodeFamily& family, std::size_t devices) {
  std::vector<One> all;
  for (const std::string& path : paths_of(evidence, family.folder, family))
    if (!evidence.node(path).absent()) all.push_back(judge_node(evidence, path));
  const Answer& folder = evidence.list(family.folder);
  const std::string pattern = fmt::format("{}/{}*", family.folder, family.prefix);
  const std::vector<std::string> source{key_of(Kind::list, family.folder)};
  if (all.empty()) {
    if (folder.absent() || (folder.found() && !folder.truncated))
      return {NodeProblem::missing, "", "", {Truth::no, "there is no node " + pattern, source}};
    return {NodeProblem::unknown, "", "", {Truth::unknown, pattern + " was not recorded", source}};
  }
  const auto is = [](NodeProblem problem) { return [problem](const One& one) { return one.problem == problem; }; };
  const One& first = all.front();
  if (std::all_of(all.begin(), all.end(), is(NodeProblem::none))) {
    // A container may be given some of the devices; which, the names do not tell.
    if (all.size() < devices)
      return {NodeProblem::unknown,
              first.path,
              first.group,
              {Truth::unknown,
               fmt::format("{} of {} devices have a node here; which, is not reported", all.size(), devices), source}};
    return first;
  }
  if (first.problem != NodeProblem::unknown && std::all_of(all.begin(), all.end(), is(first.problem))) return first;
  return {NodeProblem::unknown,
          first.path,
          first.group,
          {Truth::unknown, fmt::format("of {} nodes {} not all can be opened", all.size(), pattern), source}};
}

}  // namespace

Requests DeviceNodes::requests(const std::vector<NodeFamily>& families) {
  Requests requests;
  for (const NodeFamily& family : families) {
    requests.push_back(list(std::string(family.folder)));
    requests.push_back(node(fmt::format("{}/{}*", family.folder, family.prefix)));
    if (family.sysfs_class.empty()) continue;
    requests.push_back(list(std::string(family.sysfs_class)));
    requests.push_back(link(fmt::format("{}/{}*/device", family.sysfs_class, family.prefix)));
  }
  return requests;
}

std::vector<One> DeviceNodes::of(const Evidence& evidence, const std::vector<NodeFamily>& families,
                                 const std::vector<std::string>& pci_addresses, std::size_t doubtful) {
  std::vector<One> nodes;
  for (const std::string& address : pci_addresses) {
    std::optional<One> best;
    for (const NodeFamily& family : families) {
      One one{NodeProblem::unknown,
              "",
              "",
              {Truth::unknown, fmt::format("which node of {} is its own was not recorded", family.folder), {}}};
      if (family.sysfs_class.empty())
        one = named_nodes(evidence, family, pci_addresses.size() + doubtful);
      else if (auto linked = linked_node(evidence, family, address))
        one = std::move(*linked);
      if (!best || tells_more(one.problem, best->problem)) best = std::move(one);
    }
    nodes.push_back(best ? std::move(*best) : One{});
  }
  return nodes;
}

}  // namespace rigfit
