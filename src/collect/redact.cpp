#include "collect/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "evidence/ask_protocol.hpp"

namespace rigfit {
namespace {

/// "… 31, pid=1234, name=python3, Ch 8" → "… 31, pid=x, name=x, Ch 8"
std::string without_processes(std::string line) {
  for (const std::string_view field : {"pid=", "name="})
    if (const std::size_t at = line.find(field); at != line.npos) {
      const std::size_t start = at + field.size();
      line.replace(start, std::min(line.find(',', start), line.size()) - start, "x");
    }
  return line;
}

/// Where "NVRM:*failed" begins in `line`: its parts follow each other there.
std::size_t start_of(std::string_view pattern, std::string_view line) {
  const std::size_t star = pattern.find('*');
  const std::size_t start = line.find(pattern.substr(0, star));
  if (start == line.npos || star == pattern.npos) return start;
  return line.find(pattern.substr(star + 1), start + star) == line.npos ? line.npos : start;
}

std::string kept_messages(std::string_view log, const std::vector<std::string>& keep, char between) {
  constexpr std::size_t longest = 300, most = 1000;
  std::string result;
  std::set<std::string> seen;
  while (!log.empty() && seen.size() < most) {
    const std::string_view line = log.substr(0, log.find_first_of(between == ',' ? ",\n" : "\n"));
    log.remove_prefix(std::min(line.size() + 1, log.size()));
    std::size_t start = line.npos;
    for (const std::string& pattern : keep) start = std::min(start, start_of(pattern, line));
    if (start == line.npos) continue;
    // Before the message stand the time and, in some forms, the name of the host.
    std::string message = without_processes(std::string(line.substr(start, longest)));
    if (seen.insert(message).second) result += message + '\n';
  }
  return result;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

struct Complaint {
  std::string_view program;  ///< empty: any
  std::string_view part;     ///< in small letters
};

/// What is known to name nobody: what loaders say of a library (glibc's elf/dl-load.c and dl-version.c, musl, macOS),
/// `rigfit ask` of what it was asked, and the tools that are run of themselves.
constexpr Complaint complaints[] = {
    {"", "cannot open shared object file"},
    {"", "file too short"},
    {"", "invalid elf header"},
    {"", "wrong elf class"},
    {"", "undefined symbol"},
    {"", "' not found (required by"},
    {"", "failed to map segment"},
    {"", "cannot enable executable stack"},
    {"", "cannot allocate memory in static tls block"},
    {"", "error loading shared library"},
    {"", "error relocating"},
    {"", "dlopen("},
    {"", " has no function "},
    {"", "no question \""},
    {"nvidia-smi", "nvidia-smi has failed"},
    {"nvidia-smi", "couldn't communicate with the nvidia driver"},
    {"nvidia-smi", "driver not loaded"},
    {"nvidia-smi", "driver/library version mismatch"},
    {"nvidia-smi", "nvml library version"},
    {"nvidia-smi", "couldn't find libnvidia-ml.so"},
    {"nvidia-smi", "insufficient permissions"},
    {"nvidia-smi", "gpu access blocked by the operating system"},
    {"nvidia-smi", "gpu is lost"},
    {"nvidia-smi", "unable to determine the device handle"},
    {"nvidia-smi", "no devices were found"},
    {"nvidia-smi", "failed to initialize nvml"},
    {"nvidia-smi", "inforom is corrupted"},
};

bool is_known(std::string_view line, std::string_view program) {
  if (line.starts_with(ask_progress_mark)) return true;
  const std::string words = lower(line);
  return std::any_of(std::begin(complaints), std::end(complaints), [&](const Complaint& complaint) {
    return (complaint.program.empty() || complaint.program == program) && words.find(complaint.part) != words.npos;
  });
}

/// Serial numbers have ten digits and more, UUIDs and hardware addresses groups of hexadecimal ones. An address on the
/// bus ("0000:41:00.0") and a version stay.
bool names_one_thing(std::string_view word) {
  std::size_t digits = 0, hex = 0, dashes = 0, colons = 0;
  for (const char c : word) {
    digits += c >= '0' && c <= '9';
    hex += std::isxdigit(static_cast<unsigned char>(c)) != 0;
    dashes += c == '-';
    colons += c == ':';
  }
  // "GPU00000000:41:00.0" has eight digits before the bus; a longer number is not the domain of one.
  const std::size_t domain = word.find(':');
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_on_bus = colons == 2 && word.size() == domain + 8 && word[domain + 3] == ':' &&
                         word[domain + 6] == '.' && std::count_if(word.begin(), word.begin() + domain, is_digit) <= 8;
  return (digits >= 10 && !is_on_bus) || word.find('@') != word.npos || (dashes >= 4 && hex >= 16) ||
         ((colons == 5 || dashes == 5) && hex == 12);
}

std::string without_single_things(std::string_view line) {
  constexpr std::string_view between = " \t()[]{},;'\"=";
  std::string result;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(between), line.size());
    std::string_view word = line.substr(0, end);
    const std::size_t last = word.find_last_not_of(":.");
    const std::string_view tail = last == word.npos ? "" : word.substr(last + 1);
    word.remove_suffix(tail.size());
    result += names_one_thing(word) ? "x" : word;
    result += tail;
    line.remove_prefix(end);
    if (!line.empty()) result += line.front(), line.remove_prefix(1);
  }
  return result;
}

/// Calls `take` with each line of `text` and whether it ended there.
template <class Take>
void for_each_line(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    take(text.substr(0, end), end != text.npos);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
}

/// "35 24 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw": what probes look for, and no file server, folder or
/// user of anybody. Empty for a mount that tells nothing. https://docs.kernel.org/filesystems/proc.html
std::string kept_mount(std::string_view line) {
  const std::size_t dash = line.find(" - ");
  if (dash == line.npos) return "";
  std::vector<std::string_view> words;
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (end > 0) words.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto mark = std::find(words.begin(), words.end(), "-");
  if (words.size() < 6 || words.end() - mark < 4) return "";
  const std::string_view point = words[4], type = mark[1];
  const std::string_view name = point.substr(point.rfind('/') + 1);
  const bool is_group = type.starts_with("cgroup");
  const bool is_of_container = point == "/" || point == "/etc/hostname" || point == "/etc/hosts" ||
                               point == "/etc/resolv.conf" || point == "/dev/shm";
  const bool is_injected = name.starts_with("libcuda.so.") || name.starts_with("libnvidia-ml.so.") ||
                           name == "nvidia-smi" || point.starts_with("/dev/nvidia");
  if (!is_group && !is_of_container && !is_injected) return "";
  if (is_group || type == "overlay" || type == "tmpfs") return std::string(line);
  // The root of a network's file system has the name of its server, and often addresses among its options.
  return fmt::format("{} {} x rw", line.substr(0, dash + 2), type);
}

/// "Linux version 6.1.0 (zaphod@heartofgold) (gcc …": who compiled a kernel of one's own, and where. NVIDIA's open
/// modules are compiled on each machine, and their version ends with its name: "Release Build  (root@heartofgold)".
std::string without_builder(std::string text) {
  const std::size_t open = text.find('('), close = text.find(')', open), at = text.find('@', open);
  if (close != text.npos && at < close) text.replace(open, close - open + 1, "(x@x)");
  return text;
}

/// "spdisplays_ndrvs" : [ {"_name": "Zaphod's iPad", "_spdisplays_display-serial-number": …} ] → []: no probe asks
/// which displays a Mac has, and they are listed with names and serial numbers.
std::string without_displays(const std::string& text) {
  constexpr std::string_view displays = "\"spdisplays_ndrvs\"";
  std::string result;
  std::size_t done = 0;
  for (std::size_t at = 0; (at = text.find(displays, at)) != text.npos;) {
    at = text.find_first_not_of(" :\t\n", at + displays.size());
    if (at == text.npos || text[at] != '[') continue;
    result.append(text, done, at - done).append("[]");
    std::size_t depth = 0;
    bool is_text = false;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      if (is_text && c == '\\')
        ++at;
      else if (c == '"')
        is_text = !is_text;
      else if (!is_text && (c == '[' || c == '{'))
        ++depth;
      else if (!is_text && (c == ']' || c == '}') && --depth == 0)
        break;
    }
    at = done = std::min(at + 1, text.size());
  }
  return result.append(text, done);
}

}  // namespace

std::string kept_output(std::string_view program, std::string text) {
  return program == "system_profiler" ? without_displays(text) : std::move(text);
}

std::string kept_complaints(std::string_view err, std::string_view program) {
  constexpr std::size_t longest = 500;
  std::string result;
  std::size_t left_out = 0;
  for_each_line(err, [&](std::string_view line, bool is_whole) {
    if (is_known(line, program))
      result += without_single_things(line.substr(0, longest)) + (is_whole ? "\n" : "");
    else
      left_out += line.find_first_not_of(" \t\r") != line.npos;
  });
  if (left_out == 0) return result;
  if (!result.empty() && !result.ends_with('\n')) result += '\n';
  return result + fmt::format("({} other line{} of stderr not kept)\n", left_out, left_out == 1 ? "" : "s");
}

std::string without_strangers(std::string_view path, std::string text) {
  if (path == "/proc/version" || path == "/proc/driver/nvidia/version") return without_builder(std::move(text));
  const bool is_mounts = path == "/proc/self/mountinfo";
  if (!is_mounts && path.find("/modprobe.d/") == path.npos) return text;
  std::string result;
  for_each_line(text, [&](std::string_view line, bool is_whole) {
    const std::string kept = is_mounts ? kept_mount(line) : std::string(line.substr(0, line.find('#')));
    if (kept.find_first_not_of(" \t") != kept.npos) result += kept + (is_whole ? "\n" : "");
  });
  return result;
}

std::string kept(std::string_view text, const Request& request) {
  if (request.keep_anywhere) return kept_messages(text, request.keep, request.keep_between);
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(request.keep_between == ' ' ? " \n" : "\n"), text.size());
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool is_kept = std::any_of(request.keep.begin(), request.keep.end(),
                                     [&](const std::string& start) { return piece.starts_with(start); });
    if (!is_kept && !(request.kind == Kind::command && is_known(piece, request.target))) continue;
    if (request.keep_between == ' ' && !result.empty()) result += ' ';
    result += is_kept ? std::string(piece) : without_single_things(piece);
    if (request.keep_between != ' ') result += '\n';
  }
  return result;
}

}  // namespace rigfit
