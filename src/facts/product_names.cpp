#include "facts/product_names.hpp"

#include <algorithm>
#include <cctype>

namespace rigfit {
namespace {

using Words = std::vector<std::string>;

bool has_digit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

std::vector<std::string> product_words(std::string_view text) {
  Words words;
  std::string word;
  const auto end_word = [&] {
    constexpr std::string_view left_out[] = {"nvidia", "geforce", "tesla", "amd", "ati",
                                             "intel",  "r",       "tm",    "gpu", "series"};
    if (!word.empty() && std::find(std::begin(left_out), std::end(left_out), word) == std::end(left_out))
      words.push_back(word);
    word.clear();
  };
  for (const unsigned char c : text)
    if (std::isalnum(c))
      word += static_cast<char>(std::tolower(c));
    else
      end_word();
  end_word();
  return words;
}

/// "Radeon RX 470/480" and "Radeon 780M, 760M or 740M (Phoenix)": each product in words of its own.
std::vector<Words> products_in(std::string_view name) {
  std::vector<std::string> parts{""};
  int depth = 0;
  for (std::size_t n = 0; n < name.size(); ++n) {
    depth += name[n] == '(' ? 1 : name[n] == ')' ? -1 : 0;
    const bool is_or = name.substr(n).starts_with(" or ");
    if (depth > 0 || name[n] == ')') continue;
    if (name[n] == '/' || name[n] == ',' || is_or)
      parts.emplace_back(), n += is_or ? 3 : 0;
    else
      parts.back() += name[n];
  }
  std::vector<Words> products;
  Words series;  // the words before the first number: "radeon rx"
  for (const std::string& part : parts) {
    Words words = product_words(part);
    if (words.empty()) continue;
    if (!products.empty() && has_digit(words[0]))
      words.insert(words.begin(), series.begin(), series.end());
    else if (!products.empty() && words[0] != products[0][0])
      words.insert(words.begin(), products[0][0]);
    series.assign(words.begin(), std::find_if(words.begin(), words.end(), has_digit));
    products.push_back(std::move(words));
  }
  // A word alone is a series, not a product.
  std::erase_if(products, [](const Words& words) {
    const bool is_titan = words.size() > 1 && std::find(words.begin(), words.end(), "titan") != words.end();
    return !is_titan && std::none_of(words.begin(), words.end(), has_digit);
  });
  return products;
}

namespace {

/// How many words of `product` the name holds: all of them in a row, or its first ones where the name ends there.
std::size_t overlap(const Words& name, bool is_cut, const Words& product) {
  std::size_t best = 0;
  for (std::size_t at = 0; at < name.size(); ++at) {
    std::size_t same = 0;
    while (same < product.size() && at + same < name.size() && name[at + same] == product[same]) ++same;
    if (same == product.size()) best = std::max(best, same);
    if (!is_cut) continue;
    const bool is_at_end = at + same + 1 == name.size() && same < product.size();
    // The last word was cut, too, or happens to be whole.
    if (is_at_end && product[same].starts_with(name.back())) best = std::max(best, same + 1);
    if (at + same == name.size() && same > 0) best = std::max(best, same);
  }
  return best;
}

void add(std::vector<std::string>& all, const std::string& one) {
  if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

std::vector<std::string> longest_products(const DeviceTable& table, std::string_view vendor, const Words& words,
                                          bool is_cut) {
  std::vector<std::string> found;
  std::size_t best = 0;
  for (const DeviceModel& row : table.rows()) {
    const bool is_product = row.bus == "pci" && row.vendor == vendor && row.device_first == row.device_last;
    if (!is_product || row.architecture.empty()) continue;
    for (const Words& product : products_in(row.name)) {
      const std::size_t same = overlap(words, is_cut, product);
      if (same == 0 || same < best) continue;
      if (same > best) best = same, found.clear();
      add(found, row.architecture);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// What the driver calls a part of a GPU that a virtual machine gets: "V100D-8C" is of a V100, "H100XM-80C" of an H100.
Words without_type_of_vgpu(const Words& words) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  constexpr std::string_view types = "qcba";
  if (words.size() < 2) return words;
  const std::string& type = words.back();
  if (type.size() < 2 || types.find(type.back()) == types.npos || !std::all_of(type.begin(), type.end() - 1, is_digit))
    return words;
  Words plain(words.begin(), words.end() - 1);
  for (std::string& word : plain) {
    const auto number = std::find_if(word.begin(), word.end(), is_digit);
    if (number != word.begin()) word.erase(std::find_if_not(number, word.end(), is_digit), word.end());
  }
  return plain;
}

/// "RTX 4050 Laptop" without what says that it is one: the table may list it as "RTX 4050 Max-Q / Mobile".
Words without_form(Words words) {
  constexpr std::string_view forms[] = {"laptop", "mobile", "with", "max", "q", "design"};
  while (words.size() > 2 && std::find(std::begin(forms), std::end(forms), words.back()) != std::end(forms))
    words.pop_back();
  return words;
}

}  // namespace

std::vector<std::string> architectures_of_product(const DeviceTable& table, std::string_view vendor,
                                                  std::string_view name) {
  constexpr std::string_view cut_mark = "...";
  const bool is_cut = name.ends_with(cut_mark);
  if (is_cut) name.remove_suffix(cut_mark.size());
  const Words words = product_words(name);
  std::vector<std::string> found = longest_products(table, vendor, words, is_cut);
  // "TITAN X" is the beginning of "TITAN X Pascal".
  if (found.empty() && words.size() > 1) found = longest_products(table, vendor, words, true);
  for (const Words& plain : {without_type_of_vgpu(words), without_form(words)})
    if (found.empty() && plain != words) found = longest_products(table, vendor, plain, true);
  return found;
}

std::vector<std::string> architectures_of_generation(const DeviceTable& table, std::string_view vendor,
                                                     std::string_view generation) {
  std::vector<std::string> found;
  for (const DeviceModel& row : table.rows())
    if (row.bus == "pci" && row.vendor == vendor && row.generation == generation) add(found, row.architecture);
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace rigfit
