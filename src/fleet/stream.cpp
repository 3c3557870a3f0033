#include "fleet/stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rigfit {
namespace {

constexpr std::size_t longest_label = 255;   ///< a host name, RFC 1035
constexpr std::size_t srun_piece = 1024;     ///< bytes behind which srun -l breaks a line (Slurm 22.05)
constexpr std::size_t lines_looked_at = 50;  ///< messages of the launcher may come first

std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_of_label(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/// What Ansible puts before the answer of a host: "gpu001 | CHANGED | rc=0 >>" on a line of its own, and in front of
/// the brace "gpu001 | UNREACHABLE! => {"; size 0: it is neither.
FoldedHeader ansible_header(std::string_view text) {
  const std::string_view line = line_at(text, 0), content = trimmed(line);
  const std::size_t bar = content.find(" | ");
  if (bar == content.npos) return {};
  const std::string_view host = content.substr(0, bar);
  if (host.empty() || !std::all_of(host.begin(), host.end(), is_of_label)) return {};
  if (content.ends_with(">>") && content.find("rc=", bar) != content.npos && line.size() < text.size())
    return {host, line.size() + 1};
  return content.ends_with(" => {") ? FoldedHeader{host, line.rfind('{')} : FoldedHeader{};
}

bool is_rule(std::string_view line) {
  line = trimmed(line);
  return line.size() >= 5 && line.find_first_not_of('-') == line.npos;
}

}  // namespace

std::size_t next_start(std::string_view text, std::size_t from) {
  while (from < text.size()) {
    const void* found = std::memchr(text.data() + from, '\n', text.size() - from);
    if (!found) break;
    from = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
    if (from < text.size() && text[from] == '{') return from;
  }
  return text.size();
}

std::size_t last_start(std::string_view text) {
  const std::size_t found = text.rfind("\n{");
  return found == text.npos ? 0 : found + 1;
}

LabelledLine labelled_line(std::string_view line) {
  const std::size_t colon = line.substr(0, longest_label + 2).find(": ");
  // srun pads its labels to the width of the longest.
  const std::string_view label = trimmed(line.substr(0, colon == line.npos ? 0 : colon));
  if (label.empty() || !std::all_of(label.begin(), label.end(), is_of_label)) return {};
  return {label, line.substr(colon + 2)};
}

FoldedHeader folded_header(std::string_view text) {
  const std::string_view rule = line_at(text, 0);
  if (const FoldedHeader header = ansible_header(text); header.size > 0) return header;
  if (!is_rule(rule) || rule.size() == text.size()) return {};
  const std::string_view nodes = line_at(text, rule.size() + 1);
  const std::size_t third = rule.size() + 1 + nodes.size() + 1;
  if (third >= text.size()) return {};
  const std::string_view last = line_at(text, third);
  // clush counts the nodes: "n[1-3] (3)"
  std::string_view set = trimmed(nodes);
  set = set.substr(0, std::min(set.find(' '), set.size()));
  if (!is_rule(last) || set.empty()) return {};
  return {set, std::min(third + last.size() + 1, text.size())};
}

StreamKind kind_of_stream(std::string_view beginning) {
  std::size_t at = 0;
  for (std::size_t n = 0; n < lines_looked_at && at < beginning.size(); ++n) {
    const std::string_view line = line_at(beginning, at);
    if (line.starts_with('{')) return StreamKind::plain;
    if (folded_header(beginning.substr(at)).size > 0) return StreamKind::folded;
    if (trimmed(labelled_line(line).rest).starts_with('{')) return StreamKind::labelled;
    at += line.size() + 1;
  }
  return StreamKind::plain;
}

void Demultiplexer::add(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) {
      if (rest_.size() + text.size() <= most_pending) rest_ += text;
      return;
    }
    if (rest_.empty()) {
      add_line(text.substr(0, end));
    } else {
      rest_ += text.substr(0, end);
      add_line(rest_);
      rest_.clear();
    }
    text.remove_prefix(end + 1);
  }
}

void Demultiplexer::add_line(std::string_view line) {
  ++line_;
  const LabelledLine one = labelled_line(line);
  if (one.label.empty()) {
    if (!trimmed(line).empty()) ++stray_;
    return;
  }
  auto found = pending_.find(one.label);
  if (found == pending_.end()) {
    // Messages of the launcher look like labels, too: "srun: job 4711 queued".
    if (!trimmed(one.rest).starts_with('{')) {
      ++stray_;
      return;
    }
    found = pending_.emplace(one.label, Pending{{}, line_, 0}).first;
  }
  Pending& pending = found->second;
  std::string_view piece = one.rest;
  if (piece.ends_with('\r')) piece.remove_suffix(1);
  were_cut_ = were_cut_ || piece.size() == srun_piece;
  if (size_ + piece.size() > most_pending) {
    size_ -= pending.text.size();
    pending_.erase(found);
    ++stray_;
    return;
  }
  size_ += piece.size();
  pending.text += piece;
  if (!trimmed(piece).ends_with('}') || pending.text.size() < pending.next_try) return;
  if (!is_whole_(pending.text)) {
    pending.next_try = pending.text.size() * 2;
    return;
  }
  take_(found->first, pending.text, pending.line);
  size_ -= pending.text.size();
  pending_.erase(found);
}

void Demultiplexer::finish() {
  if (!rest_.empty()) add_line(std::exchange(rest_, {}));
  for (const auto& [label, pending] : pending_) take_(label, pending.text, pending.line);
  pending_.clear();
  size_ = 0;
}

}  // namespace rigfit
