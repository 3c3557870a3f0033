#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

#include "facts/product_names.hpp"
#include "judge/what_if/what_if.hpp"
#include "text/edit_distance.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using NameWords = std::vector<std::string>;

constexpr std::pair<std::string_view, std::string_view> makers[] = {
    {"10de", "NVIDIA"}, {"1002", "AMD"}, {"8086", "Intel"}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

/// Takes "2x", "2 x" and "2 ×" from the front of the text. Nothing where the number makes no sense.
std::optional<std::size_t> take_count(std::string_view& text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc::invalid_argument) return 1;
  std::string_view rest = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  const bool is_x = rest.starts_with('x') || rest.starts_with('X');
  const bool is_count =
      rest.starts_with("×") || (is_x && (rest.size() == 1 || std::isdigit(static_cast<unsigned char>(rest[1])) == 0));
  if (!is_count) return 1;  // "4090" is a product
  if (error != std::errc() || count < 1 || count > most_supposed_gpus) return std::nullopt;
  text = trimmed(rest.substr(rest.starts_with("×") ? 2 : 1));
  return count;
}

/// "80gb" → 80 GiB, as makers of GPUs count.
std::optional<std::int64_t> memory_in(const std::string& word) {
  std::int64_t size = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), size);
  const std::string_view unit(end, static_cast<std::size_t>(word.data() + word.size() - end));
  if (error != std::errc() || (unit != "gb" && unit != "gib" && unit != "g") || size < 1 || size > 4096)
    return std::nullopt;
  return size << 30;
}

/// The words of a name, with "80 GB" as one.
NameWords words_asked(std::string_view name) {
  NameWords words;
  for (std::string& word : product_words(name)) {
    const bool is_unit = word == "gb" || word == "gib";
    const bool is_behind_number =
        !words.empty() && words.back().find_first_not_of("0123456789") == std::string::npos && is_unit;
    if (is_behind_number)
      words.back() += word;
    else
      words.push_back(std::move(word));
  }
  // A word alone without a digit is a series: "Arc", "TITAN".
  if (words.size() == 1 && words[0].find_first_of("0123456789") == std::string::npos) words.clear();
  return words;
}

bool is_subset(const NameWords& part, const NameWords& whole) {
  return std::all_of(part.begin(), part.end(),
                     [&](const std::string& word) { return std::count(whole.begin(), whole.end(), word) > 0; });
}

/// A product of a row of the device table that fits a name; the smaller `off` is, the better.
struct ProductFit {
  const DeviceModel* row;
  NameWords product;
  std::size_t off;
};

/// How far a product is from what was asked for: words that it has more; then those it has fewer. Nothing: it does not
/// fit.
std::optional<std::size_t> distance(const NameWords& asked, const NameWords& product) {
  if (join(asked, "") == join(product, "")) return 0;
  constexpr std::size_t far = 100;
  if (is_subset(asked, product)) return product.size() - asked.size();
  if (product.size() > 1 && is_subset(product, asked)) return far + asked.size() - product.size();
  return std::nullopt;
}

bool is_gpu_row(const DeviceModel& row) {
  return row.bus == "pci" && row.kind == "gpu" && !row.platform.empty() && !row.architecture.empty() &&
         row.device_first == row.device_last;
}

std::vector<ProductFit> fits(const NameWords& asked, const DeviceTable& table) {
  std::vector<ProductFit> all;
  for (const DeviceModel& row : table.rows()) {
    if (!is_gpu_row(row)) continue;
    for (NameWords& product : products_in(row.name))
      if (const auto off = distance(asked, product)) all.push_back({&row, std::move(product), *off});
  }
  std::size_t least = static_cast<std::size_t>(-1);
  for (const ProductFit& fit : all) least = std::min(least, fit.off);
  std::erase_if(all, [&](const ProductFit& fit) { return fit.off != least; });
  return all;
}

/// Names of products that somebody may have meant, as they are sold and without their brands.
std::vector<std::string> known_products(const DeviceTable& table) {
  std::set<std::string> names;
  for (const DeviceModel& row : table.rows()) {
    if (!is_gpu_row(row) || products_in(row.name).size() != 1) continue;
    names.insert(row.name);
    for (const std::string_view brand : {"GeForce ", "Instinct ", "Radeon "})
      if (row.name.starts_with(brand)) names.insert(row.name.substr(brand.size()));
  }
  return {names.begin(), names.end()};
}

std::string maker_of(const std::string& vendor) {
  for (const auto& [id, name] : makers)
    if (vendor == id) return std::string(name);
  return "";
}

/// As drivers call it: with its maker in front.
std::string full_name(const DeviceModel& row, std::string_view asked) {
  const std::string maker = maker_of(row.vendor);
  const bool is_one = row.name.find_first_of(",/") == std::string::npos && row.name.find(" or ") == std::string::npos;
  std::string name = is_one ? row.name : std::string(asked);
  return name.starts_with(maker + " ") ? name : maker + " " + name;
}

}  // namespace

tl::expected<SupposedGpu, std::string> supposed_gpu(std::string_view text, const DeviceTable& table) {
  std::string_view name = trimmed(text);
  const auto count = take_count(name);
  if (!count)
    return tl::unexpected(fmt::format("--with-gpu \"{}\": the number of GPUs is 1 to {}", text, most_supposed_gpus));
  NameWords asked = words_asked(name);
  SupposedGpu gpu;
  gpu.count = *count;
  std::vector<ProductFit> found;
  if (!asked.empty()) found = fits(asked, table);
  for (auto word = asked.begin(); word != asked.end();)
    if (const auto bytes = memory_in(*word)) {
      gpu.memory_bytes = bytes;
      word = asked.erase(word);
    } else {
      ++word;
    }
  if (found.empty() && gpu.memory_bytes && !asked.empty()) found = fits(asked, table);
  if (asked.empty() || found.empty())
    return tl::unexpected(
        fmt::format("no GPU is named \"{}\" in the rules{}", name, did_you_mean(name, known_products(table))));
  const DeviceModel& first = *found.front().row;
  std::set<std::string> architectures, platforms;
  std::set<std::int64_t> sizes;
  for (const ProductFit& fit : found) {
    platforms.insert(fit.row->platform);
    if (!fit.row->architecture.empty()) architectures.insert(fit.row->architecture);
    if (fit.row->memory_bytes) sizes.insert(*fit.row->memory_bytes);
    for (const std::string& word : fit.product)
      if (const auto bytes = memory_in(word)) sizes.insert(*bytes);
  }
  if (platforms.size() > 1)
    return tl::unexpected(
        fmt::format("\"{}\" is the name of GPUs of several makers: write the maker's brand, too", name));
  gpu.platform = first.platform;
  gpu.vendor = first.vendor;
  gpu.name = full_name(first, name);
  gpu.architectures.assign(architectures.begin(), architectures.end());
  gpu.chip = architectures.size() == 1 ? first.chip : "";
  gpu.generation = architectures.size() == 1 ? first.generation : "";
  gpu.integrated = first.integrated;
  if (!gpu.memory_bytes && sizes.size() == 1) gpu.memory_bytes = *sizes.begin();
  return gpu;
}

}  // namespace rigfit
