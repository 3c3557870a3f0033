#include "cli/options/priorities_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "evidence/strict_json.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

/// Reads a text and tells how far the parser has come, which it does not tell itself.
struct Cursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at = nullptr;
  const char** reached = nullptr;

  reference operator*() const { return *at; }
  Cursor& operator++() {
    *reached = ++at;
    return *this;
  }
  Cursor operator++(int) {
    Cursor before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Cursor& other) const { return at == other.at; }
  bool operator!=(const Cursor& other) const { return at != other.at; }
};

/// Takes the events of nlohmann's parser (https://json.nlohmann.me/features/parsing/sax_interface/); false stops it.
class Reader : public nlohmann::json_sax<Json> {
 public:
  Reader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  const char* reached = nullptr;
  std::string error;
  PrioritiesFile file;
  std::map<std::string, std::string> places;  ///< "line:column" of "profile", and of "points/FACTOR"

  bool key(std::string& word) override {
    place_ = place_of_word();
    if (depth_ == 1) {
      top_ = word, inner_.clear();
      static const std::vector<std::string> known{"about", "points", "profile", "require"};
      if (std::count(known.begin(), known.end(), word) == 0)
        return wrong("is no member of a priorities file" + did_you_mean(word, known));
      if (!seen_.insert(word).second) return wrong("is there twice");
      if (word == "profile") places["profile"] = place_;
    } else {
      inner_ = word;
      if (!places.emplace("points/" + word, place_).second) return wrong("is there twice");
    }
    return true;
  }
  bool start_object(std::size_t) override {
    ++depth_;
    if (depth_ == 1) return true;
    return (depth_ == 2 && top_ == "points") || wrong("is not to be an object");
  }
  bool end_object() override {
    if (--depth_ == 1) inner_.clear();
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ == 0) return start_is_wrong();
    if (top_ != "require" || in_list_) return wrong("is not to be a list");
    return in_list_ = true;
  }
  bool end_array() override {
    in_list_ = false;
    return true;
  }
  bool string(std::string& word) override {
    if (depth_ == 0) return start_is_wrong();
    if (top_ == "about") return true;
    if (top_ == "profile") {
      file.profile = word;
      return !word.empty() || wrong("is empty");
    }
    if (top_ != "require" || !in_list_) return wrong("is not to be a string");
    auto demand = parse_demand(word);
    if (!demand) return wrong(demand.error().substr(std::string_view("--require ").size()));
    file.demands.push_back(std::move(*demand));
    return true;
  }
  bool number_integer(Json::number_integer_t) override { return number_is_wrong(); }
  bool number_unsigned(Json::number_unsigned_t number) override {
    if (depth_ != 2 || number > 1'000'000) return number_is_wrong();
    file.points[inner_] = static_cast<int>(number);
    return true;
  }
  bool number_float(Json::number_float_t, const std::string&) override { return number_is_wrong(); }
  bool null() override { return depth_ == 0 ? start_is_wrong() : wrong("is not to be null"); }
  bool boolean(bool) override { return depth_ == 0 ? start_is_wrong() : wrong("is not to be true or false"); }
  bool binary(Json::binary_t&) override { return false; }
  bool parse_error(std::size_t byte, const std::string&, const Json::exception&) override {
    const std::size_t at = byte == 0 ? 0 : std::min(byte - 1, text_.size());
    error = fmt::format("{}:{}: is not JSON here{}", name_, line_and_column(at),
                        top_.empty() ? "" : fmt::format(", after \"{}\"", inner_.empty() ? top_ : inner_));
    return false;
  }

 private:
  bool wrong(const std::string& reason) {
    const std::string where = inner_.empty() ? top_ : top_ + "/" + inner_;
    error = fmt::format("{}:{}: {}: {}", name_, place_, where, reason);
    return false;
  }
  bool number_is_wrong() {
    if (depth_ == 0) return start_is_wrong();
    return wrong(depth_ == 2 ? "is not a whole number from 0 to 1000000" : "is not to be a number");
  }
  bool start_is_wrong() {
    error = fmt::format("{}:1:1: is not an object", name_);
    return false;
  }

  /// Where the word begins that the parser has just read to its end.
  std::string place_of_word() const {
    std::size_t at = static_cast<std::size_t>(reached - text_.data()) - 1;
    const auto is_escaped = [&](std::size_t quote) {
      std::size_t slashes = 0;
      while (quote > slashes && text_[quote - slashes - 1] == '\\') ++slashes;
      return slashes % 2 == 1;
    };
    do {
      at = text_.rfind('"', at - 1);
    } while (is_escaped(at));
    return line_and_column(at);
  }
  std::string line_and_column(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    return fmt::format("{}:{}", std::count(before.begin(), before.end(), '\n') + 1,
                       offset - (newline == before.npos ? 0 : newline + 1) + 1);
  }

  std::string_view text_;
  const std::string& name_;
  int depth_ = 0;
  bool in_list_ = false;
  std::string top_, inner_, place_;
  std::set<std::string> seen_;
};

}  // namespace

tl::expected<PrioritiesFile, std::string> parse_priorities(std::string_view text, const std::string& name,
                                                           const RuleBook& rules) {
  Reader reader(text, name);
  reader.reached = text.data();
  const Cursor begin{text.data(), &reader.reached}, end{text.data() + text.size(), &reader.reached};
  Json::sax_parse(begin, end, &reader);
  if (!reader.error.empty()) return tl::unexpected(reader.error);
  if (const auto strict = parse_strict_json(text, 4); !strict)
    return tl::unexpected(fmt::format("{}: {}: {}", name, strict.error().place, strict.error().reason));
  const std::string& wanted = reader.file.profile;
  const Profile* profile = rules.profile(wanted);
  if (!wanted.empty() && !profile) {
    std::vector<std::string> names;
    for (const Profile& one : rules.profiles) names.push_back(one.id);
    return tl::unexpected(fmt::format("{}:{}: profile: there is no profile \"{}\"{}", name, reader.places["profile"],
                                      wanted, did_you_mean(wanted, names)));
  }
  // A factor of a profile that the command line names is looked at later.
  const std::vector<std::string> factors = factors_of(rules, profile);
  for (const auto& [factor, points] : reader.file.points)
    if (factor != "fit" && std::count(factors.begin(), factors.end(), factor) == 0)
      return tl::unexpected(fmt::format("{}:{}: points/{}: is no factor{}", name, reader.places["points/" + factor],
                                        factor, did_you_mean(factor, factors)));
  return std::move(reader.file);
}

}  // namespace rigfit
