// Evidence, of which each key that is looked up is reported to looked_up(): the archive's own is not linked where this
// is.
#include "machines/watched_evidence.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "evidence/answer.hpp"
#include "evidence/request.hpp"

namespace rigfit {

std::set<std::string, std::less<>>& looked_up() {
  static std::set<std::string, std::less<>> keys;
  return keys;
}

namespace {

std::string_view noted(std::string_view key) {
  looked_up().emplace(key);
  return key;
}
const std::string& noted(const std::string& key) {
  looked_up().emplace(key);
  return key;
}
char noted(char one) { return one; }  // of strings

}  // namespace
}  // namespace rigfit

#define find(what) find(noted(what))
#define lower_bound(what) lower_bound(noted(what))
#include "../../src/evidence/evidence.cpp"
