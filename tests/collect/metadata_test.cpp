// Google's metadata server is played by one on the loopback interface, which behaves as each test says.
#include "collect/metadata.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "collect/collect.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* accelerator_type = "instance/attributes/accelerator-type";

/// Takes one connection after the other, reads the request, sends `answer`, and waits a while before it hangs up.
class FakeServer {
 public:
  explicit FakeServer(std::string answer, int linger_ms = 0) : answer_(std::move(answer)), linger_ms_(linger_ms) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      ADD_FAILURE() << "no server";
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeServer() {
    ends_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string last_request() const { return request_; }
  int requests() const { return requests_; }

 private:
  void serve() {
    while (!ends_) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      ++requests_;
      char buffer[4096];
      const ssize_t got = ::recv(client, buffer, sizeof buffer, 0);
      request_.assign(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
      for (std::size_t sent = 0; sent < answer_.size();) {
        const ssize_t some = ::send(client, answer_.data() + sent, answer_.size() - sent, MSG_NOSIGNAL);
        if (some <= 0) break;
        sent += static_cast<std::size_t>(some);
      }
      for (int waited = 0; waited < linger_ms_ && !ends_; waited += 10)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      ::close(client);
    }
  }

  std::string answer_, request_;
  int linger_ms_, listener_ = -1;
  unsigned short port_ = 0;
  std::atomic<bool> ends_{false};
  std::atomic<int> requests_{0};
  std::thread thread_;
};

std::string http(const std::string& body, const std::string& status = "200 OK",
                 const std::string& headers = "Metadata-Flavor: Google\r\n") {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Answer get(const FakeServer& server, const std::string& path = accelerator_type) {
  return MetadataServer(server.host().c_str()).get(path);
}

TEST(Metadata, AnAttributeIsAskedForWithTheHeader) {
  const FakeServer server(http("v6e-4\n"));
  const Answer answer = get(server);
  EXPECT_TRUE(answer.found()) << answer.why;
  EXPECT_EQ(answer.text, "v6e-4");
  EXPECT_TRUE(answer.seconds.has_value());
  EXPECT_THAT(server.last_request(),
              HasSubstr("GET /computeMetadata/v1/instance/attributes/accelerator-type HTTP/1.0\r\n"));
  EXPECT_THAT(server.last_request(), HasSubstr("\r\nMetadata-Flavor: Google\r\n"));
}

TEST(Metadata, ASlowServerCostsItsLimitOnceOnly) {
  const FakeServer server("", 5000);
  MetadataServer asked(server.host().c_str());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(asked.get(accelerator_type).outcome, Outcome::timed_out);
  EXPECT_EQ(asked.get("instance/machine-type").outcome, Outcome::skipped);
  EXPECT_EQ(asked.get("instance/attributes/tpu-env").outcome, Outcome::skipped);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_GE(seconds, 0.25);
  EXPECT_LT(seconds, 2.0) << "300 ms and what a busy machine adds";
  EXPECT_EQ(server.requests(), 1);
}

TEST(Metadata, AnAnswerThatNeverEndsIsGivenUp) {
  const FakeServer server("HTTP/1.1 200 OK\r\nMetadata-Flavor: Google\r\n\r\nv6e", 5000);
  EXPECT_EQ(get(server).outcome, Outcome::timed_out);
}

TEST(Metadata, WhoeverLacksTheHeaderIsNotBelieved) {
  const FakeServer server(http("v6e-4", "200 OK", "Server: captive-portal\r\n"));
  const Answer answer = get(server);
  EXPECT_EQ(answer.outcome, Outcome::failed);
  EXPECT_THAT(answer.why, HasSubstr("Metadata-Flavor"));
  EXPECT_EQ(answer.text, "");
}

TEST(Metadata, ARedirectIsNotFollowed) {
  const FakeServer elsewhere(http("v6e-4"));
  const FakeServer server(
      http("", "302 Found", "Metadata-Flavor: Google\r\nLocation: http://" + elsewhere.host() + "/\r\n"));
  EXPECT_EQ(get(server).outcome, Outcome::failed);
  EXPECT_THAT(get(server).why, HasSubstr("redirect"));
  EXPECT_EQ(elsewhere.requests(), 0);
}

TEST(Metadata, AHugeAnswerIsRefused) {
  const FakeServer server(http(std::string(8u << 20, 'x')));
  EXPECT_EQ(get(server).outcome, Outcome::failed);
  EXPECT_THAT(get(server).why, HasSubstr("longer than 64 KiB"));
}

TEST(Metadata, GarbageIsAFailure) {
  for (const std::string& text :
       {std::string("SSH-2.0-OpenSSH_9.2\r\n"), std::string("\0\1\2\3", 4), std::string("HTTP/1.1\r\n\r\n"),
        std::string("HTTP/1.1 2"), http("x", "200 OK", "Metadata-Flavor: Google\r\nTransfer-Encoding: chunked\r\n"),
        std::string("HTTP/1.1 200 OK\r\nMetadata-Flavor: Google\r\nContent-Length: 99\r\n\r\nv6e"),
        std::string("HTTP/1.1 200 OK\r\nMetadata-Flavor: Google\r\nContent-Length: -1\r\n\r\nv6e"),
        http("v6e-4; rm -rf /"), http("\x1b[31mv6e"), http(""), http("oops", "500 Internal")})
    EXPECT_EQ(get(FakeServer(text)).outcome, Outcome::failed) << text;
}

TEST(Metadata, WhatIsNotThereIsAbsent) {
  const FakeServer missing(http("not found", "404 Not Found")), forbidden(http("", "403 Forbidden"));
  EXPECT_EQ(get(missing).outcome, Outcome::absent);
  EXPECT_EQ(get(forbidden).outcome, Outcome::denied);
}

TEST(Metadata, AClosedPortIsAFailureAtOnce) {
  std::string host;
  { host = FakeServer("").host(); }
  EXPECT_EQ(MetadataServer(host.c_str()).get(accelerator_type).outcome, Outcome::failed);
}

TEST(Metadata, NoNameIsResolved) {
  for (const char* host :
       {"metadata.example.com", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:http", ":80", "[::1", "a b"}) {
    const Answer answer = MetadataServer(host).get(accelerator_type);
    EXPECT_EQ(answer.outcome, Outcome::failed) << host;
    EXPECT_THAT(answer.why, HasSubstr("GCE_METADATA_HOST")) << host;
  }
}

TEST(Metadata, OnlyWhatIsOnTheListIsAskedFor) {
  const FakeServer server(http("secret"));
  for (const char* path : {"instance/service-accounts/default/token", "project/project-id", "instance/id", "", "../x",
                           "instance/attributes/accelerator-type?recursive=true"})
    EXPECT_EQ(get(server, path).outcome, Outcome::failed) << path;
  EXPECT_EQ(server.requests(), 0);
}

TEST(Metadata, NobodyIsIdentified) {
  const Answer machine = without_identity("instance/machine-type", "projects/123456789/machineTypes/ct6e-standard-1t");
  EXPECT_EQ(machine.text, "ct6e-standard-1t");
  const Answer workers = without_identity("instance/attributes/worker-network-endpoints",
                                          "unused:t1v-n-42-w-0:10.128.0.5,unused:t1v-n-42-w-1:10.128.0.6");
  EXPECT_EQ(workers.text, "worker-0,worker-1");
  const Answer slice = without_identity(
      "instance/attributes/tpu-env",
      "ACCELERATOR_TYPE: 'v4-16'\nCONSUMER_PROJECT_ID: 'my-project'\nNODE_ID: 'my-node'\nZONE: 'us-central2-b'\n"
      "HOST_BOUNDS: '1,1,2'\nWORKER_ID: '0'\nSOMETHING_NEW: 'x'\nTOPOLOGY: 'a\x1b[0m'\n");
  EXPECT_EQ(slice.text, "ACCELERATOR_TYPE: 'v4-16'\nHOST_BOUNDS: '1,1,2'\nWORKER_ID: '0'\n");
}

Evidence collected(bool allowed) {
  CollectOptions options;
  options.metadata = allowed;
  const auto nothing_more = [](const Evidence&) { return Requests{}; };
  return collect({metadata(accelerator_type)}, nothing_more, options).value();
}

TEST(Metadata, IsAskedOnlyWhenAllowed) {
  const FakeServer server(http("v5litepod-1"));
  ASSERT_EQ(::setenv("GCE_METADATA_HOST", server.host().c_str(), 1), 0);
  const std::string key = std::string("metadata:") + accelerator_type;
  EXPECT_EQ(collected(false).at(key).outcome, Outcome::skipped);
  EXPECT_THAT(collected(false).at(key).why, HasSubstr("--metadata"));
  EXPECT_EQ(server.requests(), 0);
  EXPECT_EQ(collected(true).at(key).text, "v5litepod-1");
  EXPECT_EQ(server.requests(), 1);
  ::unsetenv("GCE_METADATA_HOST");
}

}  // namespace
}  // namespace rigfit
