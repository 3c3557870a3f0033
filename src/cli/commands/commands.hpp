#pragma once

#include "cli/options/options.hpp"

namespace rigfit {

// One function a subcommand: it does what the options say and returns the exit status.

int recommend_command(const RecommendOptions& options);
int probe_command(const ProbeOptions& options);
int doctor_command(const DoctorOptions& options);
int prove_command(const ProveOptions& options);
int capture_command(const CaptureOptions& options);
int explain_command(const ExplainOptions& options);
int rules_command(const RulesOptions& options);

/// Runs whatever was parsed.
int run(const Command& command);

}  // namespace rigfit
