#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// The folders of people on the machine that is looked at. A recording names nobody, so paths in it begin with "~" for
/// the folder of whoever runs this, and with "~1", "~2" for those of others that were met: the environment of a batch
/// job or of sudo often leads to somebody else's.
class PersonalFolders {
 public:
  /// `home`: that of whoever runs this, empty for none. `people`: names of users, below whose name a folder is theirs
  /// wherever it lies ("/scratch/zaphod").
  PersonalFolders(std::string home, std::vector<std::string> people);
  /// By HOME, USER, LOGNAME and SUDO_USER of this process.
  static PersonalFolders of_environment();

  /// The same text with every path into such a folder written that way: "/home/zaphod/venv:/usr/lib" →
  /// "~1/venv:/usr/lib".
  std::string hidden(std::string_view text);
  /// "~1/venv" → "/home/zaphod/venv"; a path that begins with no such name stays as it is.
  std::string real(const std::string& path) const;

 private:
  std::string alias_of(std::string_view folder);
  std::size_t personal_end(std::string_view text, std::size_t start) const;

  std::string home_;
  std::vector<std::string> people_, others_;
};

/// True for "~", "~/x", "~2/x": a path into a folder that is not named.
bool is_personal(std::string_view path);

}  // namespace rigfit
