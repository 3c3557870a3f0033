#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "cli/options/options.hpp"
#include "evidence/evidence.hpp"
#include "probes/probe.hpp"
#include "report/report.hpp"
#include "rules/book.hpp"

namespace rigfit {

// From a machine to a report: evidence, facts, findings, recommendation.

/// The platforms of every report, in its order.
inline constexpr std::string_view platform_order[] = {"cuda",  "rocm",   "mps",    "tpu", "xpu",
                                                      "gaudi", "neuron", "ascend", "npu", "cpu"};

using ProbeList = std::vector<const Probe*>;

/// All probes, or with `only` a platform: its own, and those of the host.
ProbeList probes_for(std::string_view only);

/// What the probes read always, and what they ask for then.
Requests first_requests(const ProbeList& probes);
Requests next_requests(const ProbeList& probes, const Evidence& evidence, const DeviceTable& devices);

/// Looks at the machine that `look` names: live, a tree, or a machine file. The error names what could not be read.
tl::expected<Evidence, std::string> gather(const Look& look, const ProbeList& probes, const DeviceTable& devices);

/// What the evidence means. Every platform of `platform_order` is there, in that order; one that no probe read is
/// unknown. With `only`, the others are unknown as they were not looked at.
Facts read_facts(const Evidence& evidence, const ProbeList& probes, const DeviceTable& devices,
                 std::string_view only = {});

/// Adds what follows from facts of several probes and from the tables of the rules.
void complete_facts(const RuleBook& rules, Facts& facts);

/// A report without a recommendation. Completes the facts.
Report diagnosed(const Evidence& evidence, const RuleBook& rules, Facts facts);

/// A sentence about the first name in `wishes` that the rules do not know, with the nearest they do; empty when all are
/// known.
std::string misspelt(const Wishes& wishes, const RuleBook& rules);

/// The ids of the factors that have points: the rules' own, and that of a profile (null for none).
std::vector<std::string> factors_of(const RuleBook& rules, const Profile* profile);

}  // namespace rigfit
