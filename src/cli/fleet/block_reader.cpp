#include "cli/fleet/block_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "fleet/report_reader.hpp"
#include "fleet/stream.hpp"

namespace rigfit {
namespace {

constexpr std::size_t looked_at = 1u << 16;  ///< bytes at the beginning that tell what kind of stream it is
constexpr std::size_t largest_folded = 1u << 28;

/// POSIX tar (pax, "ustar Interchange Format").
bool is_tar(std::string_view beginning) { return beginning.size() >= 512 && beginning.substr(257, 5) == "ustar"; }

bool is_whole_document(std::string_view text) {
  const auto document = read_report(text);
  return document && document->size == text.size();
}

}  // namespace

/// Reads on until the block holds `size` bytes or the input ends; false when it cannot be read.
bool BlockReader::fill(ByteSource& source, std::size_t size) {
  if (block_.space.size() < size) block_.space.resize(size);
  while (!is_at_end_ && block_.size < size) {
    const auto got = source.read({block_.space.data() + block_.size, size - block_.size});
    if (!got) {
      refuse_(place_, got.error(), 0);
      ++place_.part;
      is_at_end_ = true;
      return false;
    }
    is_at_end_ = *got < size - block_.size;
    block_.size += *got;
  }
  return true;
}

/// Gives the first bytes away, and keeps the others for the next block.
void BlockReader::emit(std::size_t size) {
  Block whole = std::move(block_);
  const std::string_view rest = whole.text().substr(size);
  std::vector<char> carried(rest.begin(), rest.end());
  whole.size = size;
  whole.place = place_;
  whole.label.clear();
  whole.line = 0;
  if (size > 0) take_(whole);
  ++place_.part;
  block_ = std::move(whole);
  if (block_.space.size() < std::max(block_size, carried.size()))
    block_.space.resize(std::max(block_size, carried.size()));
  std::memcpy(block_.space.data(), carried.data(), carried.size());
  block_.size = carried.size();
}

/// A document that is longer than any report: it is not kept, and reading goes on where another one may begin.
void BlockReader::pass_over(ByteSource& source) {
  std::size_t lines = 0;
  const auto count = [&](std::string_view text) {
    lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  };
  while (true) {
    const std::string_view text = block_.text();
    const std::size_t start = next_start(text, 0);
    if (start < text.size() || is_at_end_) {
      count(text.substr(0, start));
      const std::size_t left = text.size() - start;
      std::memmove(block_.space.data(), block_.space.data() + start, left);
      block_.size = left;
      break;
    }
    // The break itself may be the last byte that was read.
    const std::size_t kept = text.ends_with('\n') ? 1 : 0;
    count(text.substr(0, text.size() - kept));
    if (kept > 0) block_.space[0] = '\n';
    block_.size = kept;
    if (!fill(source, block_size)) break;
  }
  refuse_(place_, fmt::format("is longer than {} MiB", Tally::largest_document >> 20), lines);
  ++place_.part;
}

void BlockReader::read_plain(ByteSource& source) {
  std::size_t wanted = block_size;
  while (true) {
    // What was read before an error may end anywhere.
    if (!fill(source, wanted)) return emit(last_start(block_.text()));
    if (is_at_end_) break;
    const std::size_t start = last_start(block_.text());
    if (start > 0) {
      emit(start);
      wanted = std::max(block_size, block_.size + block_size / 2);
    } else if (block_.size > Tally::largest_document) {
      pass_over(source);
      wanted = block_size;
    } else {
      wanted = block_.size * 2;
    }
  }
  emit(block_.size);
}

void BlockReader::read_labelled(ByteSource& source) {
  Demultiplexer nodes(
      [&](std::string_view label, std::string_view text, std::size_t line) {
        Block block;
        block.space.assign(text.begin(), text.end());
        block.size = text.size();
        block.place = place_;
        block.label = label;
        block.line = line - 1;
        take_(block);
      },
      is_whole_document);
  while (true) {
    nodes.add(block_.text());
    block_.size = 0;
    if (is_at_end_ || !fill(source, block_size)) break;
  }
  nodes.finish();
  were_lines_cut_ = were_lines_cut_ || nodes.were_cut();
  if (nodes.stray_lines() > 0)
    refuse_(place_, fmt::format("{} lines have no label of a node that wrote JSON", nodes.stray_lines()), 0);
}

void BlockReader::read(const std::string& path, std::uint32_t input) {
  place_ = {input, 0};
  block_.size = 0;
  is_at_end_ = false;
  auto source = ByteSource::open(path);
  if (!source) return refuse_(place_, source.error(), 0);
  if (!fill(*source, looked_at)) return;
  if (block_.size == 0) return refuse_(place_, "is empty", 0);
  if (is_tar(block_.text())) return refuse_(place_, "is a tar archive: unpack it, and name its folder", 0);
  const StreamKind kind = kind_of_stream(block_.text());
  if (kind == StreamKind::labelled) return read_labelled(*source);
  if (kind == StreamKind::folded && !fill(*source, largest_folded)) return;
  read_plain(*source);
}

}  // namespace rigfit
