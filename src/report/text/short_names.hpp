#pragma once

#include <string>
#include <vector>

namespace rigfit {

/// What tells several files apart, without what all of them share: {"runs/a/machine.json", "runs/b/machine.json"} are
/// "a" and "b"; {"login.json", "node.json"} are "login" and "node". As they are where nothing tells them apart.
std::vector<std::string> short_names(const std::vector<std::string>& files);

}  // namespace rigfit
