#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "evidence/answer.hpp"

namespace rigfit {

/// Google's metadata server, which each machine of its cloud reaches at a link-local address. This is the only network
/// that the program ever uses, and only when the user asks for it. No name is resolved, no redirect is followed, no
/// proxy is used. https://docs.cloud.google.com/compute/docs/metadata/querying-metadata
class MetadataServer {
 public:
  /// `host` is GCE_METADATA_HOST: "ADDRESS", "ADDRESS:PORT", "localhost", "metadata.google.internal"; null or empty is
  /// 169.254.169.254. `patience` multiplies the limit on time, 300 ms an attribute.
  explicit MetadataServer(const char* host, double patience = 1.0);

  /// An attribute, as `without_identity` leaves it. Absent when the server says 404. Failed when the answer lacks the
  /// header "Metadata-Flavor: Google" (then somebody else answers), redirects, is too long, or is not HTTP. After one
  /// attribute that could not be asked for, the server is not tried again: `skipped`.
  Answer get(const std::string& path);

 private:
  std::string address_, why_not_;
  unsigned short port_ = 80;
  double seconds_;
  bool is_gone_ = false;
};

inline constexpr std::size_t longest_metadata = 64u << 10;  ///< bytes of a whole answer, headers included

/// What an HTTP answer of the metadata server holds; see `MetadataServer::get`.
Answer read_metadata_answer(std::string_view http);

/// The part of an attribute that is kept: projects, nodes, zones, addresses and host names are dropped, everything
/// that no list here allows is. Failed for an attribute that is not on the list, or whose text is not of its form.
Answer without_identity(std::string_view path, std::string_view text);

}  // namespace rigfit
