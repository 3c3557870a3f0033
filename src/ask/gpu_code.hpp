#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ask/ask.hpp"

namespace rigfit {

/// Prints for which GPUs the first of the given libraries that is there has code embedded. Nothing is loaded: of the
/// ELF sections .nv_fatbin and __nv_relfatbin only the headers of the fat binaries and of their entries are read, by
/// seeking from one to the next, since libtorch_cuda.so has more than 1 GiB. After half a second or 32768 headers it
/// stops: what was read until then is reported, and that it is not the whole.
///
///     {"file": "libtorch_cuda.so", "fatbins": 812, "whole": true,
///      "sets": [{"fatbins": 790, "targets": ["7.5", "8.0", "9.0", "12.0+PTX"]},
///               {"fatbins": 22, "targets": ["9.0a"]}]}
///
/// A fat binary is what the compiler made of one source file, so "sets" counts the files that were compiled for the
/// same targets, the most frequent set first. "8.6" is compiled code, "12.0+PTX" has PTX besides, "PTX 12.0" is PTX
/// alone; "9.0a" runs on exactly that compute capability, "10.0f" on its family. A library without such sections has
/// no fat binaries; "compressed" is true when a section is compressed as a whole and cannot be read so.
///
/// ELF: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html
/// Sections: https://github.com/llvm/llvm-project/blob/main/clang/lib/CodeGen/CGCUDANV.cpp
/// Fat binaries (NVIDIA publishes no format):
/// https://github.com/GrigoryEvko/nvopen-tools/blob/main/fatbin/FORMAT_SPECIFICATION.md, compared with libraries of
/// CUDA 13.0; that bits 20 and 21 of an entry's flags mean "a" and "f" was seen in what nvcc 13.0 made.
int ask_gpu_code(const Words& paths);

/// What is found in one file, and how `rigfit ask` ends with it (evidence/ask_protocol.hpp). `why` is a sentence about
/// a file that is there and cannot be read; it names no folder, since where a file lies may name a person.
struct GpuCodeAnswer {
  int status = 0;
  std::string why;
};
GpuCodeAnswer read_gpu_code(const std::string& path, nlohmann::ordered_json& document);

}  // namespace rigfit
