// The only file that opens a network connection.
#include "collect/metadata.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <system_error>

#include "collect/files.hpp"
#include "text/made_of.hpp"

namespace rigfit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* default_address = "169.254.169.254";
constexpr double limit_seconds = 0.3;

// What is asked for.
constexpr std::string_view accelerator_type = "instance/attributes/accelerator-type",
                           worker_number = "instance/attributes/agent-worker-number",
                           worker_endpoints = "instance/attributes/worker-network-endpoints",
                           slice_environment = "instance/attributes/tpu-env", machine_type = "instance/machine-type";

bool is_asked_for(std::string_view path) {
  return path == accelerator_type || path == worker_number || path == worker_endpoints || path == slice_environment ||
         path == machine_type;
}

Answer not_asked_for() { return ended(Outcome::failed, "no such attribute is asked for"); }

struct Socket {
  int fd = -1;
  ~Socket() {
    if (fd >= 0) ::close(fd);
  }
};

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

bool parse_address(const std::string& text, unsigned short port, Address& address) {
  sockaddr_in v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.size = sizeof v4;
    return true;
  }
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&address.storage, &v6, sizeof v6);
  address.size = sizeof v6;
  return true;
}

/// False when `until` has passed.
bool wait_for(int fd, short event, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd one{fd, event, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::min<long long>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

std::string reason(int error) { return std::generic_category().message(error); }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\n' || text.back() == '\t'))
    text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

/// The whole answer of one request, or why there is none.
Answer exchange(const Address& address, const std::string& path, double seconds) {
  const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  Answer late = ended(Outcome::timed_out, fmt::format("no answer within {:g} s", seconds));
  Socket socket{::socket(address.storage.ss_family, SOCK_STREAM, 0)};
  if (socket.fd < 0) return ended(Outcome::failed, reason(errno));
  ::fcntl(socket.fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(socket.fd, F_SETFL, O_NONBLOCK);
#ifdef SO_NOSIGPIPE
  const int on = 1;
  ::setsockopt(socket.fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  if (::connect(socket.fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    if (errno != EINPROGRESS) return ended(Outcome::failed, reason(errno));
    if (!wait_for(socket.fd, POLLOUT, until)) return late;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return ended(Outcome::failed, reason(error));
  }
  const std::string request = fmt::format(
      "GET /computeMetadata/v1/{} HTTP/1.0\r\nHost: metadata.google.internal\r\nMetadata-Flavor: Google\r\n"
      "Connection: close\r\n\r\n",
      path);
#ifdef MSG_NOSIGNAL
  constexpr int flags = MSG_NOSIGNAL;
#else
  constexpr int flags = 0;
#endif
  std::size_t sent = 0;
  while (sent < request.size()) {
    if (!wait_for(socket.fd, POLLOUT, until)) return late;
    const ssize_t some = ::send(socket.fd, request.data() + sent, request.size() - sent, flags);
    if (some < 0 && errno != EAGAIN && errno != EINTR) return ended(Outcome::failed, reason(errno));
    if (some > 0) sent += static_cast<std::size_t>(some);
  }
  Answer answer = ended(Outcome::found, "");
  char buffer[8192];
  for (;;) {
    if (!wait_for(socket.fd, POLLIN, until)) return late;
    const ssize_t got = ::recv(socket.fd, buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return ended(Outcome::failed, reason(errno));
    if (got == 0) return answer;
    answer.text.append(buffer, static_cast<std::size_t>(got));
    if (answer.text.size() > longest_metadata)
      return ended(Outcome::failed, fmt::format("the answer is longer than {} KiB", longest_metadata >> 10));
  }
}

bool is_short_and_made_of(std::string_view text, std::string_view others) {
  return text.size() <= 256 && is_made_of(text, others);
}

/// The lines of tpu-env whose key tells about the slice, and not about the project or the node.
std::string slice_lines(std::string_view text) {
  constexpr std::array<std::string_view, 15> kept{"ACCELERATOR_TYPE",
                                                  "TPU_ACCELERATOR_TYPE",
                                                  "WORKER_ID",
                                                  "TPU_WORKER_ID",
                                                  "CHIPS_PER_HOST_BOUNDS",
                                                  "TPU_CHIPS_PER_HOST_BOUNDS",
                                                  "TPU_CHIPS_PER_PROCESS_BOUNDS",
                                                  "HOST_BOUNDS",
                                                  "TPU_HOST_BOUNDS",
                                                  "TPU_PROCESS_BOUNDS",
                                                  "TOPOLOGY",
                                                  "TPU_TOPOLOGY",
                                                  "WRAP",
                                                  "ALT",
                                                  "ENABLE_ICI_RESILIENCY"};
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t colon = line.find(':');
    if (colon == line.npos || std::find(kept.begin(), kept.end(), line.substr(0, colon)) == kept.end()) continue;
    if (const std::string_view value = trimmed(line.substr(colon + 1)); is_short_and_made_of(value, "',.-_"))
      lines += fmt::format("{}: {}\n", line.substr(0, colon), value);
  }
  return lines;
}

}  // namespace

MetadataServer::MetadataServer(const char* host, double patience)
    : address_(default_address), seconds_(limit_seconds * patience) {
  std::string_view given = host ? trimmed(host) : std::string_view{};
  if (given.empty()) return;
  const std::size_t colon = given.rfind(':');
  // One colon is before a port; more are those of an IPv6 address, which bears brackets where a port follows.
  if (colon != given.npos && (given.find(':') == colon || (colon > 0 && given[colon - 1] == ']'))) {
    const std::string_view digits = given.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port_);
    if (error != std::errc() || end != digits.data() + digits.size() || port_ == 0) why_not_ = "no such port";
    given = given.substr(0, colon);
  }
  if (given.starts_with('[') && given.ends_with(']')) given = given.substr(1, given.size() - 2);
  address_ = given == "localhost" ? "127.0.0.1" : given == "metadata.google.internal" ? default_address : given;
  if (Address parsed; why_not_.empty() && !parse_address(address_, port_, parsed))
    why_not_ = "it is no address, and names are not resolved";
  if (!why_not_.empty()) why_not_ = "GCE_METADATA_HOST: " + why_not_;
}

Answer MetadataServer::get(const std::string& path) {
  if (!why_not_.empty()) return ended(Outcome::failed, why_not_);
  if (is_gone_) return ended(Outcome::skipped, "the metadata server did not answer before");
  if (!is_asked_for(path)) return not_asked_for();
  Address address;
  if (!parse_address(address_, port_, address)) return ended(Outcome::failed, "no address");
  const auto started = Clock::now();
  Answer answer = exchange(address, path, seconds_);
  if (answer.found()) answer = read_metadata_answer(answer.text);
  is_gone_ = !answer.found() && !answer.absent();
  if (answer.found()) answer = without_identity(path, answer.text);
  answer.seconds = std::chrono::duration<double>(Clock::now() - started).count();
  return answer;
}

// HTTP/1.1 200 OK
// Metadata-Flavor: Google
//
// v6e-4
Answer read_metadata_answer(std::string_view http) {
  if (http.size() > longest_metadata) return ended(Outcome::failed, "the answer is too long");
  const std::size_t end = http.find("\r\n\r\n");
  if (!http.starts_with("HTTP/1.") || end == http.npos || http.size() < 12)
    return ended(Outcome::failed, "the answer is not HTTP");
  int status = 0;
  std::from_chars(http.data() + 9, http.data() + 12, status);
  bool is_google = false;
  std::size_t length = http.npos;
  std::string_view head = http.substr(0, end);
  while (!head.empty()) {
    const std::size_t line_end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, line_end);
    head.remove_prefix(std::min(line_end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    const std::string_view name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
    if (equals_ignoring_case(name, "Metadata-Flavor")) is_google = value == "Google";
    if (equals_ignoring_case(name, "Content-Length")) {
      const auto [last, error] = std::from_chars(value.data(), value.data() + value.size(), length);
      if (error != std::errc() || last != value.data() + value.size())
        return ended(Outcome::failed, "the answer's length is no number");
    }
    if (equals_ignoring_case(name, "Transfer-Encoding"))
      return ended(Outcome::failed, "the answer comes in an encoding that was not asked for");
  }
  if (status >= 300 && status < 400)
    return ended(Outcome::failed, fmt::format("a redirect ({}), which is not followed", status));
  if (!is_google)
    return ended(Outcome::failed,
                 "the answer lacks the header \"Metadata-Flavor: Google\": this is not Google's metadata server");
  if (status == 404) return ended(Outcome::absent, "");
  if (status == 403) return ended(Outcome::denied, "the metadata server refuses (403)");
  if (status != 200) return ended(Outcome::failed, fmt::format("the metadata server answers with status {}", status));
  const std::string_view body = http.substr(end + 4);
  if (length != http.npos && body.size() < length) return ended(Outcome::failed, "the answer was cut off");
  Answer answer = ended(Outcome::found, "");
  answer.text = body.substr(0, std::min(length, body.size()));
  return answer;
}

Answer without_identity(std::string_view path, std::string_view text) {
  if (!is_asked_for(path)) return not_asked_for();
  Answer answer = ended(Outcome::found, "");
  text = trimmed(text);
  Answer other_form = ended(Outcome::failed, "its text is not of the form that it should have");
  if (path == accelerator_type || path == worker_number) {
    if (!is_short_and_made_of(text, "-")) return other_form;
    answer.text = text;
  } else if (path == machine_type) {  // projects/123456/machineTypes/ct6e-standard-1t
    const std::string_view last = text.substr(text.rfind('/') == text.npos ? 0 : text.rfind('/') + 1);
    if (!is_short_and_made_of(last, "-")) return other_form;
    answer.text = last;
  } else if (path == worker_endpoints) {  // addresses and names, of which only the count is kept
    if (text.empty()) return other_form;
    const auto count = std::count(text.begin(), text.end(), ',') + 1;
    for (std::ptrdiff_t n = 0; n < count; ++n) answer.text += fmt::format("{}worker-{}", n == 0 ? "" : ",", n);
  } else {
    answer.text = slice_lines(text);
  }
  return answer;
}

}  // namespace rigfit
