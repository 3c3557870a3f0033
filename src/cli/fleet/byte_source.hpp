#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>

namespace rigfit {

/// The bytes of a file, or of stdin for "-", one piece after the other; gzip (RFC 1952) is unpacked, by its first
/// bytes and not by a name.
class ByteSource {
 public:
  /// The error says why it cannot be read: it is missing, a folder, a named pipe, packed by another program than gzip.
  static tl::expected<ByteSource, std::string> open(const std::string& path);

  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  /// Fills `space`, or what is left of it at the end. How many bytes it put there: 0 at the end.
  tl::expected<std::size_t, std::string> read(std::span<char> space);
  /// Bytes of the file as it is stored; 0 where that is not known.
  std::size_t stored_size() const;

 private:
  struct State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rigfit
