#include "fleet/nodeset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <unordered_map>

#include "text/join.hpp"

namespace rigfit {
namespace {

using Digits = std::string_view;

constexpr std::size_t longest_name = 255;   ///< bytes of a host's name, RFC 1035
constexpr std::size_t longest_number = 18;  ///< digits that std::uint64_t holds; longer ones are text like any other

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Names come from files and reports of strangers and may hold any byte: what marks a number in a pattern is escaped.
constexpr char number_mark = '\0', escape = '\x01';

/// "rack3-gpu07" is the pattern "rack\0-gpu\0" with the numbers 3 and 07.
struct Split {
  std::string pattern;
  std::vector<Digits> numbers;
};

Split split(std::string_view name) {
  Split result;
  for (std::size_t at = 0; at < name.size();) {
    std::size_t end = at;
    while (end < name.size() && is_digit(name[end])) ++end;
    if (end > at && end - at <= longest_number) {
      result.pattern += number_mark;
      result.numbers.push_back(name.substr(at, end - at));
    } else if (end > at) {
      result.pattern += name.substr(at, end - at);
    } else {
      const char c = name[end++];
      if (c == number_mark || c == escape) result.pattern += escape;
      result.pattern += c == number_mark ? '0' : c;
    }
    at = end;
  }
  return result;
}

/// Numbers sort by their length, then as text, which keeps "9" before "10" and "01" beside "10".
bool is_before(Digits a, Digits b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

/// A name, character by character; a number is one, '\0'. What split() takes apart, without memory for it.
class Walk {
 public:
  explicit Walk(std::string_view name) : name_(name) {}

  bool is_done() const { return at_ == name_.size(); }
  unsigned char next() {
    number = {};
    if (at_ >= text_end_ && is_digit(name_[at_])) {
      std::size_t end = at_;
      while (end < name_.size() && is_digit(name_[end])) ++end;
      if (end - at_ <= longest_number) {
        number = name_.substr(at_, end - at_);
        at_ = end;
        return '\0';
      }
      text_end_ = end;
    }
    return static_cast<unsigned char>(name_[at_++]);
  }

  Digits number;  ///< that was passed last; empty: it was something else

 private:
  std::string_view name_;
  std::size_t at_ = 0, text_end_ = 0;
};

/// By the text without the numbers, then by the numbers.
bool is_name_before(std::string_view a, std::string_view b) {
  Walk one(a), other(b);
  bool differ = false, is_less = false;
  while (!one.is_done() && !other.is_done()) {
    const unsigned char left = one.next(), right = other.next();
    if (left != right) return left < right;
    if (!differ && one.number != other.number) {
      differ = true;
      is_less = is_before(one.number, other.number);
    }
  }
  if (one.is_done() != other.is_done()) return one.is_done();
  return is_less;
}

std::uint64_t number_of(Digits digits) {
  std::uint64_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return number;
}

bool is_padded(Digits digits) { return digits.size() > 1 && digits.front() == '0'; }

/// Whether a range that began with `first` and ends with `last` so far goes on with `next`.
bool continues(Digits first, Digits last, Digits next) {
  if (number_of(next) != number_of(last) + 1) return false;
  return is_padded(first) ? next.size() == first.size() : !is_padded(next);
}

/// "1-3,7" of sorted numbers.
std::string ranges_text(const std::vector<Digits>& sorted) {
  std::string text;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t last = begin;
    while (last + 1 < sorted.size() && continues(sorted[begin], sorted[last], sorted[last + 1])) ++last;
    if (!text.empty()) text += ',';
    text += sorted[begin];
    if (last > begin) text.append("-").append(sorted[last]);
    begin = last + 1;
  }
  return text;
}

std::string filled_in(std::string_view pattern, const std::vector<std::string>& numbers) {
  std::string text;
  std::size_t n = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at)
    if (pattern[at] == number_mark)
      text += numbers[n++];
    else if (pattern[at] == escape)
      text += pattern[++at] == '0' ? number_mark : escape;
    else
      text += pattern[at];
  return text;
}

/// A block of names: every combination of one number from each list.
using Block = std::vector<std::vector<Digits>>;

bool is_block_before(const Block& a, const Block& b, std::size_t merged) {
  for (std::size_t d = 0; d < a.size(); ++d) {
    if (d == merged || a[d] == b[d]) continue;
    return std::lexicographical_compare(a[d].begin(), a[d].end(), b[d].begin(), b[d].end(), is_before);
  }
  return merged < a.size() && is_before(a[merged].front(), b[merged].front());
}

bool are_equal_beside(const Block& a, const Block& b, std::size_t merged) {
  for (std::size_t d = 0; d < a.size(); ++d)
    if (d != merged && a[d] != b[d]) return false;
  return true;
}

/// Blocks that differ in one dimension alone become one, dimension by dimension from the last.
std::vector<Block> merged(std::vector<Block> blocks) {
  const std::size_t dimensions = blocks.front().size();
  for (std::size_t d = dimensions; d-- > 0;) {
    std::sort(blocks.begin(), blocks.end(), [d](const Block& a, const Block& b) { return is_block_before(a, b, d); });
    std::vector<Block> fewer;
    for (Block& block : blocks) {
      if (!fewer.empty() && are_equal_beside(fewer.back(), block, d))
        fewer.back()[d].insert(fewer.back()[d].end(), block[d].begin(), block[d].end());
      else
        fewer.push_back(std::move(block));
    }
    blocks = std::move(fewer);
  }
  return blocks;
}

/// Larger blocks first, as ClusterShell has it.
void sort_by_size(std::vector<Block>& blocks) {
  const auto size_of = [](const Block& block) {
    std::size_t size = 1;
    for (const auto& list : block) size *= list.size();
    return size;
  };
  std::stable_sort(blocks.begin(), blocks.end(), [&](const Block& a, const Block& b) {
    if (size_of(a) != size_of(b)) return size_of(a) > size_of(b);
    for (std::size_t d = 0; d < a.size(); ++d) {
      if (a[d].size() != b[d].size()) return a[d].size() > b[d].size();
      if (a[d].front() != b[d].front()) return is_before(a[d].front(), b[d].front());
      if (a[d].back() != b[d].back()) return is_before(a[d].back(), b[d].back());
    }
    return false;
  });
}

void sort_numbers(std::vector<Digits>& numbers) {
  if (!std::is_sorted(numbers.begin(), numbers.end(), is_before)) std::sort(numbers.begin(), numbers.end(), is_before);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

/// The names of one pattern with several numbers each, row by row.
void fold_rows(std::string_view pattern, const std::vector<Digits>& numbers, std::size_t dimensions,
               std::vector<std::string>& folded) {
  std::vector<Block> blocks;
  for (std::size_t row = 0; row < numbers.size(); row += dimensions) {
    blocks.emplace_back();
    for (std::size_t d = 0; d < dimensions; ++d) blocks.back().push_back({numbers[row + d]});
  }
  std::sort(blocks.begin(), blocks.end(),
            [&](const Block& a, const Block& b) { return is_block_before(a, b, dimensions); });
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  blocks = merged(std::move(blocks));
  sort_by_size(blocks);
  for (const Block& block : blocks) {
    std::vector<std::string> texts;
    for (const auto& list : block)
      texts.push_back(list.size() == 1 ? std::string(list.front()) : fmt::format("[{}]", ranges_text(list)));
    folded.push_back(filled_in(pattern, texts));
  }
}

// --- expanding

using Error = tl::unexpected<std::string>;

/// "1-9/2" to its numbers, which are appended.
tl::expected<void, std::string> add_range(std::string_view range, std::size_t most, std::vector<std::string>& numbers) {
  const auto refuse = [&](const char* why) { return Error(fmt::format("\"{}\" is no range: {}", range, why)); };
  const auto is_number = [](std::string_view text) {
    return !text.empty() && text.size() <= longest_number && std::all_of(text.begin(), text.end(), is_digit);
  };
  const std::size_t slash = range.find('/'), dash = range.substr(0, slash).find('-');
  const std::string_view first = range.substr(0, std::min(dash, slash));
  const std::string_view last = dash == range.npos ? first : range.substr(0, slash).substr(dash + 1);
  const std::string_view step = slash == range.npos ? "1" : range.substr(slash + 1);
  if (!is_number(first) || !is_number(last) || !is_number(step)) return refuse("numbers are expected");
  if (slash != range.npos && dash == range.npos) return refuse("a step needs two ends");
  if ((is_padded(first) || is_padded(last)) && first.size() != last.size())
    return refuse("its ends are padded to different lengths");
  const std::uint64_t begin = number_of(first), end = number_of(last), stride = number_of(step);
  if (begin > end || stride == 0) return refuse("it goes nowhere");
  const std::size_t width = is_padded(first) || is_padded(last) ? first.size() : 0;
  if ((end - begin) / stride >= most - std::min(most, numbers.size())) return refuse("it is too long");
  for (std::uint64_t n = begin; n <= end; n += stride) numbers.push_back(fmt::format("{:0{}}", n, width));
  return {};
}

tl::expected<std::vector<std::string>, std::string> numbers_of(std::string_view list, std::size_t most) {
  std::vector<std::string> numbers;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    if (auto added = add_range(list.substr(at, comma - at), most, numbers); !added) return Error(added.error());
    at = comma + 1;
  }
  return numbers;
}

/// One name with its brackets, "gpu[1-2]-ib[0-1]", to the names that it stands for, which are appended.
tl::expected<void, std::string> add_expanded(std::string_view word, std::size_t most, std::vector<std::string>& names) {
  std::vector<std::string> grown{""};
  while (!word.empty()) {
    const std::size_t open = std::min(word.find('['), word.size());
    if (word.substr(0, open).find(']') != word.npos) return Error(std::string("a \"]\" has no \"[\" in front of it"));
    if (grown.front().size() + open > longest_name)
      return Error(fmt::format("a name has more than {} bytes", longest_name));
    for (std::string& name : grown) name += word.substr(0, open);
    word.remove_prefix(open);
    if (word.empty()) break;
    const std::size_t close = word.find(']');
    if (close == word.npos) return Error(std::string("a \"[\" is not closed"));
    const auto numbers = numbers_of(word.substr(1, close - 1), most);
    if (!numbers) return Error(numbers.error());
    if (grown.size() * numbers->size() + names.size() > most)
      return Error(fmt::format("it has more than {} nodes", most));
    std::vector<std::string> longer;
    longer.reserve(grown.size() * numbers->size());
    for (const std::string& name : grown)
      for (const std::string& number : *numbers) longer.push_back(name + number);
    grown = std::move(longer);
    word.remove_prefix(close + 1);
  }
  if (grown.size() + names.size() > most) return Error(fmt::format("it has more than {} nodes", most));
  std::move(grown.begin(), grown.end(), std::back_inserter(names));
  return {};
}

/// The end of the word at the beginning of `set`: a comma or space outside of brackets.
std::size_t word_end(std::string_view set) {
  bool is_inside = false;
  for (std::size_t n = 0; n < set.size(); ++n) {
    if (set[n] == '[') is_inside = true;
    if (set[n] == ']') is_inside = false;
    if (!is_inside && (set[n] == ',' || set[n] == ' ' || set[n] == '\n' || set[n] == '\t')) return n;
  }
  return set.size();
}

}  // namespace

std::string fold_nodes(const std::vector<std::string_view>& names) {
  std::unordered_map<std::string, std::vector<Digits>> rows_of;  // by pattern
  for (const std::string_view name : names) {
    Split one = split(name);
    auto& rows = rows_of[std::move(one.pattern)];
    rows.insert(rows.end(), one.numbers.begin(), one.numbers.end());
  }
  // ClusterShell sorts by patterns in which "%s" stands for a number.
  std::map<std::string, std::pair<std::string_view, std::vector<Digits>*>> sorted;
  for (auto& [pattern, rows] : rows_of) {
    const auto dimensions = static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), number_mark));
    sorted[filled_in(pattern, std::vector<std::string>(dimensions, "%s"))] = {pattern, &rows};
  }
  std::vector<std::string> folded;
  for (auto& [key, group] : sorted) {
    auto& [pattern, rows] = group;
    const auto dimensions = static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), number_mark));
    if (dimensions == 0) {
      folded.push_back(filled_in(pattern, {}));
    } else if (dimensions == 1) {
      sort_numbers(*rows);
      const std::string ranges = ranges_text(*rows);
      folded.push_back(filled_in(pattern, {rows->size() == 1 ? ranges : fmt::format("[{}]", ranges)}));
    } else {
      fold_rows(pattern, *rows, dimensions, folded);
    }
  }
  return join(folded, ",");
}

std::string fold_nodes(const std::vector<std::string>& names) {
  return fold_nodes(std::vector<std::string_view>(names.begin(), names.end()));
}

std::vector<std::size_t> node_order(const std::vector<std::string_view>& names) {
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto is_node_before = [&](std::size_t a, std::size_t b) { return is_name_before(names[a], names[b]); };
  if (!std::is_sorted(order.begin(), order.end(), is_node_before))
    std::stable_sort(order.begin(), order.end(), is_node_before);
  return order;
}

tl::expected<std::vector<std::string>, std::string> expand_nodes(std::string_view set, std::size_t most) {
  std::vector<std::string> names;
  while (!set.empty()) {
    const std::size_t end = word_end(set);
    if (end > 0)
      if (auto added = add_expanded(set.substr(0, end), most, names); !added) return tl::unexpected(added.error());
    set.remove_prefix(std::min(end + 1, set.size()));
  }
  std::vector<std::string> ordered;
  for (const std::size_t n : node_order({names.begin(), names.end()}))
    if (ordered.empty() || ordered.back() != names[n]) ordered.push_back(names[n]);
  return ordered;
}

}  // namespace rigfit
