#include "rules/packed_files.hpp"

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace rigfit {
namespace {

// How long the text is, as eight bytes of this machine, and then the text: each file's path, a zero, its text, a zero.
using Size = std::uint64_t;

std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find('\0');
  if (end == text.npos) throw std::runtime_error("the packed rule files end too early");
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end + 1);
  return word;
}

}  // namespace

std::string pack_files(const std::vector<RuleFile>& files) {
  std::string text;
  for (const RuleFile& file : files) text.append(file.path).append(1, '\0').append(file.text).append(1, '\0');
  const Size size = text.size();
  uLongf packed = compressBound(static_cast<uLong>(size));
  std::string bytes(sizeof size + packed, '\0');
  std::memcpy(bytes.data(), &size, sizeof size);
  if (compress2(reinterpret_cast<Bytef*>(bytes.data() + sizeof size), &packed,
                reinterpret_cast<const Bytef*>(text.data()), static_cast<uLong>(size), Z_BEST_COMPRESSION) != Z_OK)
    throw std::runtime_error("the rule files could not be packed");
  bytes.resize(sizeof size + packed);
  return bytes;
}

std::vector<RuleFile> unpack_files(std::string_view bytes) {
  Size size = 0;
  if (bytes.size() < sizeof size) throw std::runtime_error("the packed rule files end too early");
  std::memcpy(&size, bytes.data(), sizeof size);
  bytes.remove_prefix(sizeof size);
  if (size > bytes.size() * 1100)  // more than zlib can make of them
    throw std::runtime_error("the packed rule files do not say how long they are");
  std::string text(static_cast<std::size_t>(size), '\0');
  uLongf unpacked = static_cast<uLongf>(size);
  if (uncompress(reinterpret_cast<Bytef*>(text.data()), &unpacked, reinterpret_cast<const Bytef*>(bytes.data()),
                 static_cast<uLong>(bytes.size())) != Z_OK ||
      unpacked != size)
    throw std::runtime_error("the packed rule files are damaged");
  std::vector<RuleFile> files;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view path = take_word(rest), content = take_word(rest);
    files.push_back({.path = std::string(path), .text = std::string(content), .is_checked = true});
  }
  return files;
}

}  // namespace rigfit
