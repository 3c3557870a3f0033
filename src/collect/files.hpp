#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "evidence/answer.hpp"

namespace rigfit {

/// Where files are looked at: the live machine, a directory taken as `/`, or a tarball taken as `/`.
/// Paths are absolute and hold no `*`.
class Files {
 public:
  virtual ~Files() = default;
  virtual Answer file(const std::string& path, std::size_t cap) = 0;
  virtual Answer link(const std::string& path) = 0;
  virtual Answer list(const std::string& path) = 0;
  virtual Answer node(const std::string& path) = 0;
  /// How opening it for reading and writing ends, as Node::opens tells it; empty where that is not tried.
  virtual std::string open(const std::string&) { return ""; }
};

std::unique_ptr<Files> live_files();

/// A directory or a tarball. The error names the path and what is wrong with it.
tl::expected<std::unique_ptr<Files>, std::string> tree_files(const std::string& root);

inline constexpr std::size_t most_names = 20'000;  ///< in one directory listing

/// The content of a regular file that is open, up to `cap` bytes; anything else is `failed`.
Answer content_of(int descriptor, std::size_t cap);
/// The names in a folder that is open, sorted.
Answer names_of(int descriptor);

Answer ended(Outcome outcome, std::string why);
/// absent, denied or failed, with the words of errno.
Answer answer_of_errno(int error);

}  // namespace rigfit
