// What nodesets_test.py compares with ClusterShell. Each line of stdin is "fold NAME NAME ..." or "expand SET"; each
// line of stdout is the answer, or "error: ...".
#include <iostream>
#include <sstream>

#include "fleet/nodeset.hpp"

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string action, word;
    words >> action;
    if (action == "fold") {
      std::vector<std::string> names;
      while (words >> word) names.push_back(word);
      std::cout << rigfit::fold_nodes(names) << '\n';
      continue;
    }
    words >> word;
    const auto names = rigfit::expand_nodes(word);
    if (!names) {
      std::cout << "error: " << names.error() << '\n';
      continue;
    }
    for (const std::string& name : *names) std::cout << (&name == &names->front() ? "" : " ") << name;
    std::cout << '\n';
  }
}
