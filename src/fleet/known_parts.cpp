#include "fleet/known_parts.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

namespace rigfit {
namespace {

constexpr std::size_t most_texts = 1u << 18;  ///< that are remembered; 16 MiB

/// Members at which a new part begins, in the order of src/report/json: large ones, and those that differ by node.
/// Each as it is written on one line, and over several.
constexpr std::string_view first_members[][2] = {
    {",\"machine\":", ",\n  \"machine\":"},      {",\"platforms\":", ",\n  \"platforms\":"},
    {",\"facts\":", ",\n  \"facts\":"},          {",\"sources\":", ",\n  \"sources\":"},
    {",\"findings\":", ",\n  \"findings\":"},    {",\"frameworks\":", ",\n  \"frameworks\":"},
    {",\"statistics\":", ",\n  \"statistics\":"}};

/// Of texts that are to be found again. Four products at a time, which a processor computes side by side: several times
/// as fast as std::hash, which takes eight bytes after the other.
std::uint64_t hash_of_text(std::string_view text) {
  constexpr std::uint64_t factors[4] = {0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f, 0xd6e8feb86659fd93, 0xa0761d6478bd642f};
  std::uint64_t lanes[4] = {text.size(), factors[0], factors[1], factors[2]};
  const auto add = [&](const char* at) {
    for (std::size_t n = 0; n < 4; ++n) {
      std::uint64_t word;
      std::memcpy(&word, at + n * sizeof word, sizeof word);
      lanes[n] = (lanes[n] ^ word) * factors[n];
      lanes[n] ^= lanes[n] >> 32;
    }
  };
  std::size_t at = 0;
  for (; at + 32 <= text.size(); at += 32) add(text.data() + at);
  char rest[32] = {};
  std::memcpy(rest, text.data() + at, text.size() - at);
  add(rest);
  std::uint64_t hash = 0;
  for (const std::uint64_t lane : lanes) {
    hash = (hash ^ lane) * factors[0];
    hash ^= hash >> 29;
  }
  return hash;
}

template <class List>
void append(List& whole, const List& part) {
  whole.insert(whole.end(), part.begin(), part.end());
}

}  // namespace

/// The lists of members, without the commas between them; none where one of them is empty.
std::vector<std::string_view> KnownParts::cut(std::string_view members) {
  const bool is_indented = members.starts_with("{\n");
  std::vector<std::string_view> parts;
  members.remove_prefix(std::min<std::size_t>(1, members.size()));
  for (std::size_t n = 0; n < std::size(first_members); ++n) {
    const std::string_view start = first_members[n][is_indented ? 1 : 0];
    // Where it was in the last report it most often is.
    std::size_t at = last_sizes_[n];
    if (at >= members.size() || !members.substr(at).starts_with(start)) {
      const void* found = ::memmem(members.data(), members.size(), start.data(), start.size());
      if (!found) continue;
      at = static_cast<std::size_t>(static_cast<const char*>(found) - members.data());
      last_sizes_[n] = at;
    }
    parts.push_back(members.substr(0, at));
    members.remove_prefix(at + start.find('"'));
  }
  parts.push_back(members);
  for (const std::string_view part : parts)
    if (part.find_first_not_of(" \t\r\n") == part.npos) return {};
  return parts;
}

const KnownParts::Text* KnownParts::text_of(std::string_view part) {
  const std::uint64_t hash = hash_of_text(part);
  if (const auto known = texts_.find(hash); known != texts_.end())
    return known->second.size == part.size() ? &known->second : nullptr;
  read_bytes_ += part.size();
  auto document = read_report_members(part);
  if (!document || !document->node.empty() || document->has_twice) return nullptr;
  if (!document->schema.empty() && document->kind != DocumentKind::report) return nullptr;
  if (texts_.size() >= most_texts) texts_.clear();
  const auto [found, is_new] =
      by_content_.emplace(record_key(document->record), static_cast<std::uint32_t>(contents_.size()));
  if (is_new) contents_.push_back(std::move(document->record));
  const Part own{is_exact_ ? text_count_++ : found->second, found->second};
  return &texts_.emplace(hash, Text{part.size(), own, document->members}).first->second;
}

std::optional<KnownParts::Parts> KnownParts::parts_of(const std::vector<std::string_view>& texts, Members members) {
  Parts parts;
  for (const std::string_view part : texts) {
    const Text* text = text_of(part);
    if (!text || !members.add(text->members)) return std::nullopt;
    parts.push_back(text->part);
  }
  return is_whole_report(members) ? std::optional(std::move(parts)) : std::nullopt;
}

std::optional<KnownParts::Parts> KnownParts::read(std::string_view members, Members last) {
  const std::vector<std::string_view> texts = cut(members);
  auto parts = parts_of(texts, last);
  // One of another order may have been cut inside of a member.
  if (!parts && texts.size() > 1) parts = parts_of({members.substr(1)}, last);
  return parts;
}

Record KnownParts::record(const Parts& parts) const {
  Record whole;
  for (const Part& one : parts) {
    const Record& part = contents_[one.content];
    append(whole.attributes, part.attributes);
    append(whole.findings, part.findings);
    append(whole.platforms, part.platforms);
    append(whole.places, part.places);
    whole.is_determined = whole.is_determined || part.is_determined;
    if (whole.rules.empty()) whole.rules = part.rules;
  }
  return whole;
}

}  // namespace rigfit
