#include "cli/fleet/byte_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "collect/named_pipe.hpp"

namespace rigfit {
namespace {

constexpr std::size_t packed_piece = 1u << 18;

/// What files of reports are packed by, too, and how they are unpacked.
struct Packing {
  std::string_view beginning, name, command;
};
constexpr Packing other_packings[] = {{"\x28\xb5\x2f\xfd", "zstd", "zstd -dc"},
                                      {{"\xfd\x37zXZ\0", 6}, "xz", "xz -dc"},
                                      {"BZh", "bzip2", "bzip2 -dc"},
                                      {"PK\x03\x04", "zip", "unzip -p"}};

/// As many bytes as fit, fewer only at the end.
tl::expected<std::size_t, std::string> read_fully(int descriptor, std::span<char> space) {
  std::size_t size = 0;
  while (size < space.size()) {
    const ssize_t got = ::read(descriptor, space.data() + size, space.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(std::string(std::strerror(errno)));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return size;
}

}  // namespace

struct ByteSource::State {
  int descriptor = -1;
  bool is_own = false;
  std::size_t stored = 0;
  std::string begun;  ///< the first bytes, which had to be looked at
  bool is_packed = false, is_at_end = false;
  z_stream stream{};
  std::vector<char> packed;

  ~State() {
    if (is_packed) ::inflateEnd(&stream);
    if (is_own) ::close(descriptor);
  }

  tl::expected<std::size_t, std::string> read_plain(std::span<char> space) {
    const std::size_t before = std::min(begun.size(), space.size());
    std::memcpy(space.data(), begun.data(), before);
    begun.erase(0, before);
    auto more = read_fully(descriptor, space.subspan(before));
    if (!more) return more;
    return before + *more;
  }

  tl::expected<void, std::string> refill() {
    const auto got = read_plain(packed);
    if (!got) return tl::unexpected(got.error());
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(*got);
    is_at_end = *got == 0;
    return {};
  }

  tl::expected<std::size_t, std::string> read_packed(std::span<char> space) {
    stream.next_out = reinterpret_cast<Bytef*>(space.data());
    stream.avail_out = static_cast<uInt>(space.size());
    bool is_between_members = stream.total_in == 0;
    while (stream.avail_out > 0) {
      if (stream.avail_in == 0) {
        if (auto filled = refill(); !filled) return tl::unexpected(filled.error());
        if (is_at_end) break;
      }
      const int result = ::inflate(&stream, Z_NO_FLUSH);
      is_between_members = result == Z_STREAM_END;
      if (is_between_members) ::inflateReset(&stream);
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return tl::unexpected(std::string("is not gzip: ") + (stream.msg ? stream.msg : "damaged"));
    }
    if (is_at_end && !is_between_members && stream.total_in > 0)
      return tl::unexpected(std::string("its gzip data is cut off"));
    return space.size() - stream.avail_out;
  }
};

ByteSource::ByteSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

std::size_t ByteSource::stored_size() const { return state_->stored; }

tl::expected<ByteSource, std::string> ByteSource::open(const std::string& path) {
  auto state = std::make_unique<State>();
  if (path == "-") {
    state->descriptor = STDIN_FILENO;
  } else {
    if (is_named_pipe(path)) return tl::unexpected(std::string("is a named pipe, no file"));
    state->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (state->descriptor < 0) return tl::unexpected(std::string(std::strerror(errno)));
    state->is_own = true;
  }
  struct stat info {};
  if (::fstat(state->descriptor, &info) == 0 && S_ISREG(info.st_mode))
    state->stored = static_cast<std::size_t>(info.st_size);
  char first[6];
  const auto got = read_fully(state->descriptor, first);
  if (!got) return tl::unexpected(got.error());
  state->begun.assign(first, *got);
  for (const Packing& other : other_packings)
    if (state->begun.starts_with(other.beginning))
      return tl::unexpected(fmt::format("is packed by {0}: {1} FILE | rigfit fleet -", other.name, other.command));
  if (state->begun.starts_with("\x1f\x8b")) {
    if (::inflateInit2(&state->stream, 15 + 16) != Z_OK) return tl::unexpected(std::string("zlib cannot be started"));
    state->is_packed = true;
    state->packed.resize(packed_piece);
  }
  return ByteSource(std::move(state));
}

tl::expected<std::size_t, std::string> ByteSource::read(std::span<char> space) {
  return state_->is_packed ? state_->read_packed(space) : state_->read_plain(space);
}

}  // namespace rigfit
