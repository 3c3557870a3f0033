#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// Where libtpu may lie, from the packages that were listed; the head of each file, which tells what it is.
Requests libtpu_requests(const Evidence& evidence);

/// libtpu as it was found: version and path as facts (libtpu, libtpu_version, libtpu_path, libtpu_broken,
/// library_path_missing), and the layer. It is never loaded for this: that takes the TPU's lock.
LayerState read_libtpu(const Evidence& evidence, PlatformFacts& facts);

/// Whether this is the head of a shared library for 64-bit x86, the only kind libtpu is published as:
/// https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
bool is_elf_x86_64(std::string_view head);

}  // namespace rigfit
