#pragma once

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// What a variable lists by number, such as "0,2" or "0-3": the devices (or cores of devices) that a process may use.
struct ListedNumbers {
  std::string variable;            ///< empty: none is set
  std::string text;                ///< its value, trimmed
  std::set<std::int64_t> numbers;  ///< up to the first entry that is no number

  bool is_set() const { return !variable.empty(); }
};

enum class Entries { numbers, ranges };  ///< whether "0-3" is an entry

/// The first of the variables that is set to more than white space.
ListedNumbers listed_numbers(const Evidence& evidence, std::initializer_list<const char*> variables, Entries entries);

/// The numbers that belong to one device: one of its own, or those of its cores.
struct OwnNumbers {
  std::int64_t first = 0, count = 1;
};

/// Sets device.visible of each device, and returns how many are left. `own` holds the numbers of each; vendors number
/// in an order that files do not tell, so that among like devices only how many are left is sure.
std::int64_t leave_visible(const ListedNumbers& listed, const std::vector<OwnNumbers>& own,
                           std::vector<Device>& devices);

/// Device n bears the number n.
std::vector<OwnNumbers> one_each(std::size_t devices);

}  // namespace rigfit
