#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.hpp"

namespace rigfit {

/// What is behind one thing that is reported, down to its source with year and link, or to the evidence read from the
/// machine. Items: a factor, a framework, FRAMEWORK.FACTOR, FRAMEWORK.total, a finding, a build, BUILD/REQUIREMENT, a
/// support level, a profile, a set of ratings, "statistics" or the value of one ("63%"), a source ("REL-PT-01"), a
/// fact ("cuda.driver_version", "cuda.devices.0.name", "cuda.state", "cuda.layer.bus"), a key of the evidence
/// ("file:/proc/meminfo"). Numbers of the JSON report go by their path, too ("ranking.0.score",
/// "machine.memory.usable_bytes"), and so do words that are printed ("ready", "adequacy", "room", "pytorch.build").
/// Nothing for what is none of these.
std::optional<std::string> explain_text(const Report& report, std::string_view item, const TextStyle& style);

/// Every item that explain_text() answers, keys of the evidence left out.
std::vector<std::string> explainable_items(const Report& report);

/// The words of the program itself that it answers: states, columns, "room".
std::vector<std::string> explainable_words();

}  // namespace rigfit
