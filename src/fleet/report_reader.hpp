#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "fleet/record.hpp"

namespace rigfit {

enum class DocumentKind { report, machine, other };

/// Members of a report that a fleet reads, as a set. A whole report has each once.
enum class Member : std::uint8_t {
  schema = 1,
  rules = 2,
  machine = 4,
  platforms = 8,
  findings = 16,
  frameworks = 32,
  ranking = 64,
  changing = 128,
};
class Members {
 public:
  bool has(Member one) const { return (set_ & static_cast<std::uint8_t>(one)) != 0; }
  /// False, and nothing changes, where some are there already.
  bool add(Members others) {
    if ((set_ & others.set_) != 0) return false;
    set_ = static_cast<std::uint8_t>(set_ | others.set_);
    return true;
  }
  bool add(Member one) {
    Members other;
    other.set_ = static_cast<std::uint8_t>(one);
    return add(other);
  }

 private:
  std::uint8_t set_ = 0;
};

/// Whether a report has what every report has.
inline bool is_whole_report(Members members) {
  return members.has(Member::schema) && members.has(Member::machine) && members.has(Member::platforms) &&
         members.has(Member::changing);
}

/// One JSON object, read for what a fleet needs of it. Of anything but a report only kind, schema and size are known.
struct ReadDocument {
  DocumentKind kind = DocumentKind::other;
  std::string schema;    ///< "rigfit.report/1"; empty: it has none
  std::size_t size = 0;  ///< bytes, up to its closing brace
  std::string node;      ///< the member "node", which who collects reports may add; empty: not there
  std::string recorded;  ///< RFC 3339 time; empty: not known
  Members members;
  bool has_twice = false;  ///< some of them several times
  Record record;
};

struct DocumentError {
  std::size_t at = 0;   ///< byte where reading ended
  bool is_cut = false;  ///< the text ended before the object did
  std::string reason;   ///< "is cut off", "is no JSON"
};

/// Reads the object that `text` begins with; what follows it is not looked at. Everything is checked to be JSON, and
/// nothing that is not needed is kept: a pass over the text without memory for it.
tl::expected<ReadDocument, DocumentError> read_report(std::string_view text);

/// The rest of an object behind its first members: `"changing":{"recorded": ...}}`.
struct ReadTail {
  std::size_t size = 0;
  std::string node, recorded;
  Members members;
};
tl::expected<ReadTail, DocumentError> read_report_tail(std::string_view text);
/// Some of its members, without braces: `"machine":{...},"platforms":{...}`. The record is theirs, whatever the schema.
tl::expected<ReadDocument, DocumentError> read_report_members(std::string_view text);

}  // namespace rigfit
