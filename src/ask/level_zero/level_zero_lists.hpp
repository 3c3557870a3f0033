#pragma once

#include <algorithm>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "ask/level_zero/level_zero_api.hpp"
#include "ask/library.hpp"

namespace rigfit::level_zero {

constexpr std::uint32_t most_items = 256;

/// A ze_result_t in words, as far as it tells something about a machine.
std::string text_of(Result result);
/// "0000:03:00.0"
std::string address_text(const PciAddress& address);
/// {"call": "zeInit", "code": 2013265921, "text": "uninitialized: …"}
nlohmann::ordered_json error_json(const char* call, Result result);

/// The core interface started, by zeInitDrivers or, in older loaders, zeInit and zeDriverGet, and its drivers.
struct Started {
  const char* call;  ///< the last one
  Result result;     ///< not_there: the loader lacks it
};
Started start(const Library& library, std::vector<Handle>& drivers);

/// The two calls of every list: how many, then those; `each` is what the second begins with, such as a structure that
/// bears its type. Empty when a call fails.
template <class Item, class Call>
Result list_all(const Call& call, std::vector<Item>& items, const Item& each = {}) {
  items.clear();
  std::uint32_t count = 0;
  if (const Result result = call(&count, nullptr); result != success || count == 0) return result;
  items.assign(std::min(count, most_items), each);
  count = static_cast<std::uint32_t>(items.size());
  const Result result = call(&count, items.data());
  items.resize(result == success ? std::min<std::size_t>(count, items.size()) : 0);
  return result;
}

}  // namespace rigfit::level_zero
