#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/fleet/byte_source.hpp"
#include "fleet/tally.hpp"

namespace rigfit {

/// Text that begins and ends where documents do, in memory of its own.
struct Block {
  std::vector<char> space;  ///< longer than the text, and used again
  std::size_t size = 0;
  TextPlace place;
  std::string label;     ///< of the node that wrote it; empty: not known
  std::size_t line = 0;  ///< of its beginning

  std::string_view text() const { return {space.data(), size}; }
};

/// Cuts the bytes of one input into blocks; no more than two of them are held at a time.
class BlockReader {
 public:
  /// Takes a block, and puts another one in its place.
  using Take = std::function<void(Block& block)>;
  /// Something that could not be read; `lines`: how many line breaks were passed over.
  using Refuse = std::function<void(TextPlace place, const std::string& reason, std::size_t lines)>;

  BlockReader(Take take, Refuse refuse) : take_(std::move(take)), refuse_(std::move(refuse)) {}

  void read(const std::string& path, std::uint32_t input);

  /// Some node's lines were cut on the way, as `srun -l` does it.
  bool were_lines_cut() const { return were_lines_cut_; }

  static constexpr std::size_t block_size = 1u << 20;

 private:
  bool fill(ByteSource& source, std::size_t size);
  void read_plain(ByteSource& source);
  void read_labelled(ByteSource& source);
  void emit(std::size_t size);
  void pass_over(ByteSource& source);

  Take take_;
  Refuse refuse_;
  Block block_;
  TextPlace place_;
  bool is_at_end_ = false, were_lines_cut_ = false;
};

}  // namespace rigfit
