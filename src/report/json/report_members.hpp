#pragma once

#include <nlohmann/json_fwd.hpp>

#include "report/report.hpp"

namespace rigfit {

// The parts of `rigfit.report/1`, each in the order its members are written.

/// "machine": the host facts that every reader wants, by short names.
nlohmann::ordered_json machine_json(const HostFacts& host);
/// "platforms".
nlohmann::ordered_json platforms_json(const Facts& facts);
/// The same without the facts: states, layers, and which devices.
nlohmann::ordered_json platform_states_json(const Facts& facts);
/// Facts that are others at every run (free memory), by their full names; they stand nowhere else.
nlohmann::ordered_json changing_facts_json(const Facts& facts);

/// Those too among the others, for a recording that does not say when it was made: it is always the same.
void keep_changing_facts(nlohmann::ordered_json& report, const Facts& facts);
/// "facts", "unknowns", "none" and "sources": flat objects by the full name of each fact ("cpu.model",
/// "cuda.driver_version", "cuda.devices.0.name"); "facts" holds those of the host.
void add_facts_json(nlohmann::ordered_json& report, const Facts& facts);

/// {"title", "url", "year"}
nlohmann::ordered_json source_json(const Source& source);

/// "findings" and "undecided".
nlohmann::ordered_json findings_json(const Report& report);
nlohmann::ordered_json undecided_json(const Diagnosis& diagnosis);

/// "frameworks", "comparison", "demands", "ranking", "recommendation" and "scenarios".
nlohmann::ordered_json frameworks_json(const Recommendation& recommendation);
nlohmann::ordered_json comparison_json(const Recommendation& recommendation);
nlohmann::ordered_json demands_json(const Recommendation& recommendation);
nlohmann::ordered_json scenarios_json(const Scenarios& scenarios);
/// "priorities".
nlohmann::ordered_json priorities_json(const Report& report);
nlohmann::ordered_json ranking_json(const Recommendation& recommendation);
nlohmann::ordered_json recommendation_json(const Recommendation& recommendation);

}  // namespace rigfit
