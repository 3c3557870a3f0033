#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "rules/book.hpp"

namespace rigfit {

std::optional<RuleError> check_schema(const std::string& document, const std::string& schema_text,
                                      const std::string& file) {
  using Adapter = valijson::adapters::NlohmannJsonAdapter;
  try {
    const nlohmann::json schema_json = nlohmann::json::parse(schema_text);
    valijson::Schema schema;
    valijson::SchemaParser().populateSchema(Adapter(schema_json), schema);
    const nlohmann::json json = nlohmann::json::parse(document);
    valijson::ValidationResults results;
    if (valijson::Validator().validate(schema, Adapter(json), &results)) return std::nullopt;
    // The last error is the most specific: it lies deepest in the document.
    valijson::ValidationResults::Error error, deepest;
    std::size_t depth = 0;
    while (results.popError(error))
      if (error.context.size() >= depth) depth = error.context.size(), deepest = error;
    std::string pointer;
    for (std::size_t n = 1; n < deepest.context.size(); ++n)
      pointer += "/" + deepest.context[n].substr(1, deepest.context[n].size() - 2);
    return RuleError{file, pointer.empty() ? "/" : pointer, deepest.description};
  } catch (const std::exception& error) {
    return RuleError{file, "/", error.what()};
  }
}

}  // namespace rigfit
