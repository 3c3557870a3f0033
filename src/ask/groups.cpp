#include "ask/groups.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ask/library.hpp"

namespace rigfit {
namespace {

// Not getgrouplist(): it may ask a directory service over the network, and wait for it.

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = line.find(separator);
    parts.push_back(line.substr(0, end));
    if (end == line.npos) return parts;
    line.remove_prefix(end + 1);
  }
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

int ask_groups(const Words&) {
  std::set<unsigned> session{::getegid()}, listed;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  for (int n = 0; n < count; ++n) session.insert(groups[static_cast<std::size_t>(n)]);

  std::string user;
  std::ifstream passwd("/etc/passwd");
  for (std::string line; std::getline(passwd, line);) {  // name:password:uid:gid:…
    const auto parts = split(line, ':');
    if (parts.size() < 4 || number(parts[2]) != ::geteuid()) continue;
    user = parts[0];
    if (const auto own = number(parts[3])) listed.insert(*own);
    break;
  }
  std::ifstream group("/etc/group");
  for (std::string line; !user.empty() && std::getline(group, line);) {  // name:password:gid:member,member
    const auto parts = split(line, ':');
    if (parts.size() < 4) continue;
    const auto members = split(parts[3], ',');
    if (const auto id = number(parts[2]); id && std::find(members.begin(), members.end(), user) != members.end())
      listed.insert(*id);
  }
  return print_answer({{"session", session}, {"listed", listed}});
}

}  // namespace rigfit
