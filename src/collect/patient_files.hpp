#pragma once

#include <memory>

#include "collect/files.hpp"

namespace rigfit {

/// The same files. What lies on a mount behind which somebody has to answer (a file server, FUSE), by
/// /proc/self/mountinfo, or behind a link that leads there, is looked at for `seconds` at most: one that does not
/// answer holds whoever looks for ever. Then that and all else on the mount is `timed_out`, at once. Without such a
/// mount no thread is started and no link is followed.
std::unique_ptr<Files> patient_files(std::shared_ptr<Files> files, double seconds);

}  // namespace rigfit
