#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "facts/facts.hpp"
#include "rules/book.hpp"

namespace rigfit {

/// What is asked to be different about a machine, as it was written: `--with-gpu`, `--with-driver`, `--without-gpu`.
struct WhatIf {
  std::vector<std::string> gpus;  ///< "2x RTX 5090": in the place of the cards that are there; empty: as they are
  std::string driver;             ///< of NVIDIA, loaded: "580" or "580.82.07"; empty: as it is
  bool without_gpu = false;       ///< no GPU at all, those inside of processors included

  bool any() const { return !gpus.empty() || !driver.empty() || without_gpu; }
  bool operator==(const WhatIf&) const = default;
};

/// Several GPUs of one kind that are not there.
struct SupposedGpu {
  std::size_t count = 1;
  std::string platform;                    ///< "cuda"
  std::string name;                        ///< "NVIDIA GeForce RTX 5090"
  std::vector<std::string> architectures;  ///< "sm_120"; several where products of that name differ
  std::string chip, generation;            ///< may be empty
  std::optional<bool> integrated;
  std::optional<std::int64_t> memory_bytes;  ///< as sold, or as the text says ("A100 80GB"); empty: nobody knows
  std::string vendor;                        ///< PCI vendor id
};

inline constexpr std::size_t most_supposed_gpus = 64;  ///< of one kind

/// "2x RTX 5090", "MI300X", "Arc B580", "A100 80GB": a count, and a product of the device table, whose brand may be
/// left out. The error names the nearest product.
tl::expected<SupposedGpu, std::string> supposed_gpu(std::string_view text, const DeviceTable& table);

/// The same machine changed, and in which words.
struct Supposition {
  Facts facts;
  std::string text;                      ///< "with 2x GeForce RTX 5090 and driver 580"
  std::vector<std::string> assumptions;  ///< sentences: what was taken for granted
};

/// `facts` are as the probes read them, before anything was derived. GPUs that are put in work as far as the driver
/// that is here, or is put in, can drive them: where NVIDIA's is missing they are blocked as they would be. Of AMD's
/// and Intel's GPUs the driver is the kernel's own, and taken for granted. What the rules do not know of them (memory)
/// stays unknown. The error is a sentence about a name or version that makes no sense.
tl::expected<Supposition, std::string> suppose(Facts facts, const WhatIf& what_if, const RuleBook& rules);

}  // namespace rigfit
