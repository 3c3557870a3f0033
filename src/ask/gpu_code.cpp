#include "ask/gpu_code.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ask/library.hpp"
#include "evidence/ask_protocol.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr auto time_limit = std::chrono::milliseconds(500);
constexpr std::size_t most_headers = 32768, most_sections = 4096, most_sets = 32;

/// A file that is only looked into. Numbers are little-endian, as on every machine with CUDA.
class SparseFile {
 public:
  explicit SparseFile(const char* path)
      : fd_(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)), error_(fd_ < 0 ? errno : 0) {
    struct stat info {};
    if (fd_ < 0 || ::fstat(fd_, &info) != 0) return;
    is_regular_ = S_ISREG(info.st_mode);
    size_ = static_cast<std::uint64_t>(std::max<off_t>(0, info.st_size));
#ifdef __linux__
    ::posix_fadvise(fd_, 0, 0, POSIX_FADV_RANDOM);  // else each header would bring 128 KiB behind it
#endif
  }
  ~SparseFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  SparseFile(const SparseFile&) = delete;
  SparseFile& operator=(const SparseFile&) = delete;

  int error() const { return error_; }
  bool is_regular() const { return is_regular_; }
  std::uint64_t size() const { return size_; }

  /// False unless `count` bytes are there.
  bool read(std::uint64_t at, void* to, std::size_t count) const {
    if (at > size_ || count > size_ - at) return false;
    for (std::size_t done = 0; done < count;) {
      const ssize_t got = ::pread(fd_, static_cast<char*>(to) + done, count - done, static_cast<off_t>(at + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      done += static_cast<std::size_t>(got);
    }
    return true;
  }

 private:
  int fd_ = -1, error_ = 0;
  bool is_regular_ = false;
  std::uint64_t size_ = 0;
};

/// A number of `width` bytes.
std::uint64_t number(const unsigned char* bytes, int width) {
  std::uint64_t value = 0;
  for (int n = width - 1; n >= 0; --n) value = value << 8 | bytes[n];
  return value;
}

struct Section {
  std::uint64_t offset = 0, size = 0;
};

struct Sections {
  bool is_elf = false, has_compressed = false;
  std::vector<Section> of_gpu_code;
};

Sections find_sections(const SparseFile& file) {
  constexpr std::uint64_t nobits = 8, compressed = 0x800;
  Sections found;
  std::array<unsigned char, 64> header{};
  constexpr std::array<unsigned char, 6> elf64_little{0x7f, 'E', 'L', 'F', 2, 1};
  if (!file.read(0, header.data(), header.size()) ||
      !std::equal(elf64_little.begin(), elf64_little.end(), header.begin()))
    return found;
  found.is_elf = true;
  const std::uint64_t table = number(&header[40], 8);
  const std::size_t entry = number(&header[58], 2), names = number(&header[62], 2);
  const std::size_t count = std::min<std::size_t>(number(&header[60], 2), most_sections);
  // A damaged header may state sizes of hundreds of megabytes that are not there.
  if (entry < 64 || names >= count || entry * count > file.size()) return found;
  std::vector<unsigned char> sections(entry * count);
  if (!file.read(table, sections.data(), sections.size())) return found;
  const std::uint64_t strings = number(&sections[names * entry + 24], 8);
  for (std::size_t n = 0; n < count; ++n) {
    const unsigned char* section = &sections[n * entry];
    std::array<char, 16> name{};
    if (!file.read(strings + number(section, 4), name.data(), name.size() - 1)) continue;
    if (std::string_view(name.data()) != ".nv_fatbin" && std::string_view(name.data()) != "__nv_relfatbin") continue;
    if (number(section + 4, 4) == nobits) continue;  // a file of debug symbols alone
    if ((number(section + 8, 8) & compressed) != 0)
      found.has_compressed = true;
    else
      found.of_gpu_code.push_back({number(section + 24, 8), number(section + 32, 8)});
  }
  std::sort(found.of_gpu_code.begin(), found.of_gpu_code.end(),
            [](const Section& one, const Section& other) { return one.offset < other.offset; });
  return found;
}

/// One entry of a fat binary: (compute capability as in "sm_90", its suffix or ' '), and of which kinds there is code.
using Targets = std::map<std::pair<std::uint64_t, char>, std::pair<bool, bool>>;  // compiled, PTX

std::vector<std::string> names_of(const Targets& targets) {
  std::vector<std::string> names;
  for (const auto& [target, kinds] : targets) {
    std::string name = std::to_string(target.first / 10) + "." + std::to_string(target.first % 10);
    if (target.second != ' ') name += target.second;
    names.push_back(!kinds.first ? "PTX " + name : kinds.second ? name + "+PTX" : name);
  }
  return names;
}

class Census {
 public:
  explicit Census(const SparseFile& file) : file_(file) {}

  /// Goes through the fat binaries of a section. Sections come in the order of the file, and each byte of it is looked
  /// at once: a damaged header may name the same place a thousand times.
  void count(const Section& section) {
    if (section.size == 0) return;
    if (section.offset < counted_to_) return stop();
    constexpr std::uint64_t magic = 0xBA55ED50, alignment = 8, widest_gap = 64;
    std::uint64_t at = section.offset, gap = 0;
    const std::uint64_t end = section.size > file_.size() - std::min(section.offset, file_.size())
                                  ? file_.size()
                                  : section.offset + section.size;
    counted_to_ = end;
    while (whole_ && at + 16 <= end) {
      if (is_enough()) return stop();  // fat binaries without an entry count, too
      std::array<unsigned char, 16> header{};
      if (!file_.read(at, header.data(), header.size())) return stop();
      const std::uint64_t length = number(&header[6], 2), content = number(&header[8], 8);
      if (number(header.data(), 4) != magic) {
        if (gap += alignment; gap > widest_gap) return stop();
        at += alignment;
        continue;
      }
      gap = 0;
      if (length < 16 || content > end - at || length + content > end - at) return stop();
      count_entries(at + length, at + length + content);
      at += length + content;
    }
  }

  Json answer(const std::string& name) const {
    std::vector<std::pair<std::size_t, std::vector<std::string>>> sets;
    for (const auto& [targets, times] : sets_) sets.emplace_back(times, targets);
    std::stable_sort(sets.begin(), sets.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    Json answer{{"file", name}, {"fatbins", fatbins_}, {"whole", whole_}, {"sets", Json::array()}};
    for (const auto& [times, targets] : sets) {
      if (answer["sets"].size() == most_sets) break;
      answer["sets"].push_back({{"fatbins", times}, {"targets", targets}});
    }
    return answer;
  }

 private:
  void stop() { whole_ = false; }
  bool is_enough() { return headers_++ == most_headers || Clock::now() - begin_ > time_limit; }

  void count_entries(std::uint64_t at, std::uint64_t end) {
    constexpr std::uint64_t ptx = 1, elf = 2, only_this = 1u << 20, its_family = 1u << 21;
    Targets targets;
    while (at + 64 <= end) {
      if (is_enough()) return stop();
      std::array<unsigned char, 64> entry{};
      if (!file_.read(at, entry.data(), entry.size())) return stop();
      const std::uint64_t kind = number(entry.data(), 2), length = number(&entry[4], 4), content = number(&entry[8], 8),
                          sm = number(&entry[28], 4), flags = number(&entry[40], 8);
      if (length < 64 || length > end - at || content > end - at - length) return stop();
      const char suffix = (flags & only_this) != 0 ? 'a' : (flags & its_family) != 0 ? 'f' : ' ';
      if ((kind == ptx || kind == elf) && sm >= 10 && sm < 1000) {
        auto& [compiled, text] = targets[{sm, suffix}];
        (kind == elf ? compiled : text) = true;
      }
      at += length + content;
    }
    ++fatbins_;
    ++sets_[names_of(targets)];
  }

  const SparseFile& file_;
  Clock::time_point begin_ = Clock::now();
  std::uint64_t counted_to_ = 0;
  std::size_t headers_ = 0, fatbins_ = 0;
  bool whole_ = true;
  std::map<std::vector<std::string>, std::size_t> sets_;
};

}  // namespace

GpuCodeAnswer read_gpu_code(const std::string& path, Json& document) {
  const SparseFile file(path.c_str());
  const std::string name = path.substr(path.rfind('/') + 1);
  if (file.error() == ENOENT || file.error() == ENOTDIR) return {ask_library_absent, ""};
  if (file.error() != 0 || !file.is_regular()) return {ask_library_unusable, name + " could not be read"};
  const Sections sections = find_sections(file);
  if (!sections.is_elf) return {ask_library_unusable, name + " is no 64-bit ELF file"};
  Census census(file);
  for (const Section& section : sections.of_gpu_code) census.count(section);
  document = census.answer(name);
  if (sections.has_compressed) document["compressed"] = true;
  return {ask_answered, ""};
}

int ask_gpu_code(const Words& paths) {
  for (const std::string& path : paths) {
    Json document;
    const GpuCodeAnswer answer = read_gpu_code(path, document);
    if (answer.status == ask_library_absent) continue;
    if (answer.status == ask_answered) return print_answer(document);
    std::fprintf(stderr, "%s\n", answer.why.c_str());
    return answer.status;
  }
  std::fprintf(stderr, "no such library\n");
  return ask_library_absent;
}

}  // namespace rigfit
