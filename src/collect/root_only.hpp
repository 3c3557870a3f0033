#pragma once

#include <string>

namespace rigfit {

/// Whether nobody but root could have put there what lies at `path`, or could put something else there: it is root's
/// and not writable by others, and so is every folder on the way, with links resolved. (In a folder with the sticky
/// bit, as /tmp, others cannot touch what is root's.) False where it is not there.
/// https://cwe.mitre.org/data/definitions/426.html
bool only_root_may_change(const std::string& path);

}  // namespace rigfit
