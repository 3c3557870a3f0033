#pragma once

#include <map>
#include <optional>
#include <set>

#include "rules/json.hpp"

namespace rigfit {

/// Reads the rule files into a book, one kind a function. What others refer to has to be read before: facts, evidence,
/// factors and levels first. Each throws BadRule, or nlohmann's exceptions for what no schema would let pass.
class RuleReader {
 public:
  explicit RuleReader(RuleBook& book) : book_(book) {}

  void read_facts(const RuleJson& file);
  /// After all facts are declared: the conditions name those of other files.
  void read_derived(const RuleJson& file);
  void read_table(const RuleJson& file);
  void read_packages(const RuleJson& file);
  void read_conditions(const RuleJson& file);
  void read_sources(const RuleJson& file);
  /// Lists of steps that findings name.
  void read_remedies(const RuleJson& file);
  /// `path` below rules/: findings lie in the folder of their platform.
  void read_findings(const RuleJson& file, const std::string& path, const std::string& origin);
  /// Puts the findings in the order of platforms, and within one from the lowest layer up: causes before consequences.
  void order_findings();
  /// The rows of `devices`, then the chips: their ids where no row has them, and their code names.
  void read_devices(const RuleJson& file, std::vector<DeviceModel>& rows);
  void read_evidence(const RuleJson& file, const std::string& origin);
  void read_factors(const RuleJson& file);
  void read_levels(const RuleJson& file);
  void read_statistics(const RuleJson& file);
  void read_framework(const RuleJson& file, const std::string& origin);
  /// After the frameworks, whose builds it names.
  void read_environments(const RuleJson& file);
  void read_profile(const RuleJson& file);
  void read_rating_set(const RuleJson& file);
  void read_exports(const RuleJson& file);

 private:
  using Requirements = std::map<std::string, Requirement>;
  struct NamedRemedy {
    std::vector<RemedyStep> steps;
    ConditionScope scope = ConditionScope::machine;
  };

  void declare(const std::string& name, const std::string& type, const std::string& about);
  /// The condition that the member `key` states.
  Condition condition(const RuleJson& object, const char* key, const std::string& where,
                      ConditionScope scope = ConditionScope::machine) const;
  std::optional<Condition> optional_condition(const RuleJson& object, const char* key, const std::string& where,
                                              ConditionScope scope = ConditionScope::machine) const;
  /// The member "source": where a rule is from, or the name of one of sources.json.
  Source source(const RuleJson& object, const std::string& where) const;
  std::string type_of(const std::string& fact, const std::string& where) const;
  static Value value(const RuleJson& json, const std::string& type, const std::string& where);

  /// Text whose braces all hold names of facts.
  std::string sentence(const RuleJson& object, const char* key, const std::string& where) const;
  /// Text in which braces may also be those of a shell or of a format; what is written like a fact has to be one.
  std::string command(const RuleJson& object, const char* key, const std::string& where) const;
  void require_placeholders(const std::string& text, const std::string& where) const;

  static Factor factor(const RuleJson& json, const std::string& where);
  /// `factor`: what it is a rating of.
  Rating rating(const RuleJson& json, const Factor& factor, const std::string& where) const;
  RatingPart rating_part(const RuleJson& json, const Factor& factor, const std::string& where) const;
  std::vector<RatingPart> rating_parts(const RuleJson& json, const Factor& factor, const std::string& where) const;
  /// Ids of evidence for a rating of `factor`: at least one, and none about what shows nothing of it.
  std::vector<std::string> rating_evidence(const RuleJson& json, const Factor& factor, const std::string& where) const;
  std::map<std::string, Weights> part_weights(const RuleJson& file) const;
  Ratings ratings_by_framework(const RuleJson& file, const char* key) const;
  CitedSentence cited_sentence(const RuleJson& json, const std::string& where) const;
  std::vector<CitedSentence> cited_sentences(const RuleJson& file, const char* key, const std::string& where) const;
  /// Ids of evidence, each of which there is.
  std::vector<std::string> cited(const RuleJson& object, const char* key, const std::string& where) const;
  const Factor& require_factor(const std::string& factor, const std::string& where) const;
  void require_framework(const std::string& framework, const std::string& where) const;

  BaseImage base_image(const RuleJson& json, const std::string& where) const;
  DeviceAccess device_access(const RuleJson& json, const std::string& where) const;
  Fit fit(const RuleJson& json) const;
  RemedyStep remedy_step(const RuleJson& json, const std::string& where, ConditionScope scope) const;
  /// The member "remedy": a step or the name of a list of steps, or several of those.
  std::vector<RemedyStep> remedy(const RuleJson& object, const std::string& where, ConditionScope scope) const;
  Requirements requirements(const RuleJson& file) const;
  SupportLevel support_level(const RuleJson& json, const std::string& where) const;
  Build build(const RuleJson& json, const std::string& where, const Requirements& requirements);

  RuleBook& book_;
  std::set<std::string> finding_ids_, build_ids_;
  std::map<std::string, Source> sources_;        ///< of sources.json
  std::map<std::string, NamedRemedy> remedies_;  ///< of remedies.json
};

}  // namespace rigfit
