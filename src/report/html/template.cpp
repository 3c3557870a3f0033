#include "report/html/template.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "report/html/html_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;
using Constants = std::map<std::string, std::string, std::less<>>;

/// One mark of a page: what comes before it, its kind (\0 at the end of the page) and its name.
struct TemplateMark {
  std::string_view before, name;
  char kind = '\0';
};

bool is_empty(const Json* value) {
  return !value || value->is_null() || (value->is_boolean() && !value->get<bool>()) ||
         (value->is_array() && value->empty()) || (value->is_string() && value->get_ref<const std::string&>().empty());
}

class Filler {
 public:
  Filler(std::string_view page, const Json& values, const Constants& constants)
      : rest_(page), constants_(constants), context_{&values} {}

  Filled fill() {
    until("", true);
    return std::move(result_);
  }

 private:
  TemplateMark next() {
    const std::size_t open = rest_.find("{{");
    if (open == rest_.npos) {
      const TemplateMark last{rest_, "", '\0'};
      rest_ = {};
      return last;
    }
    const std::size_t close = rest_.find("}}", open);
    if (close == rest_.npos) throw std::logic_error("a mark is not closed");
    TemplateMark mark{rest_.substr(0, open), rest_.substr(open + 2, close - open - 2), ' '};
    rest_.remove_prefix(close + 2);
    if (!mark.name.empty() && std::string_view("#^/&").find(mark.name[0]) != std::string_view::npos) {
      mark.kind = mark.name[0];
      mark.name.remove_prefix(1);
    }
    if (mark.kind == '#' || mark.kind == '^' || mark.kind == '/') take_line_of(mark);
    return mark;
  }

  /// A mark that has a line for itself takes the line with it.
  void take_line_of(TemplateMark& mark) {
    const std::size_t line = mark.before.find_last_not_of(' ') + 1;
    const bool begins = line > 0 ? mark.before[line - 1] == '\n' : is_line_start_;
    is_line_start_ = begins && rest_.starts_with('\n');
    if (!is_line_start_) return;
    mark.before = mark.before.substr(0, line);
    rest_.remove_prefix(1);
  }

  /// Everything up to the end of the section `name`.
  void until(std::string_view name, bool is_written) {
    while (true) {
      const TemplateMark mark = next();
      if (is_written) result_.text += mark.before;
      if (mark.kind == '#' || mark.kind == '^') {
        section(mark, is_written);
        continue;
      }
      if (mark.kind == '\0' || mark.kind == '/') {
        if (mark.name != name) throw std::logic_error("section " + std::string(name) + " is not closed");
        return;
      }
      is_line_start_ = false;
      if (is_written) put(mark);
    }
  }

  void section(const TemplateMark& mark, bool is_written) {
    const Json* value = is_written ? found(mark.name) : nullptr;
    const std::string_view start = rest_;
    const bool was_line_start = is_line_start_;
    if (is_written && (mark.kind == '^') == is_empty(value)) {
      if (mark.kind == '#' && value->is_array()) {
        for (const Json& item : *value) {
          rest_ = start;
          is_line_start_ = was_line_start;
          inside(mark.name, item);
        }
      } else if (mark.kind == '#') {
        inside(mark.name, *value);
      } else {
        until(mark.name, true);
      }
    } else {
      until(mark.name, false);
    }
  }

  void inside(std::string_view name, const Json& value) {
    context_.push_back(&value);
    until(name, true);
    context_.pop_back();
  }

  void put(const TemplateMark& mark) {
    if (mark.kind == '&') {
      if (const auto constant = constants_.find(mark.name); constant != constants_.end())
        result_.text += constant->second;
      else
        result_.missing.emplace_back(mark.name);
      return;
    }
    const Json* value = found(mark.name);
    if (!value)
      result_.missing.emplace_back(mark.name);
    else if (value->is_string())
      result_.text += html_text(value->get_ref<const std::string&>());
    else if (!value->is_null())
      result_.text += html_text(value->dump());
  }

  const Json* found(std::string_view name) const {
    if (name == ".") return context_.back();
    const std::string first(name.substr(0, name.find('.')));
    for (auto it = context_.rbegin(); it != context_.rend(); ++it) {
      const Json* value = *it;
      if (!value->is_object() || !value->contains(first)) continue;
      value = &(*value)[first];
      for (std::size_t dot = name.find('.'); dot != name.npos;) {
        const std::size_t end = name.find('.', dot + 1);
        const std::string key(name.substr(dot + 1, end == name.npos ? name.npos : end - dot - 1));
        if (!value->is_object() || !value->contains(key)) return nullptr;
        value = &(*value)[key];
        dot = end;
      }
      return value;
    }
    return nullptr;
  }

  std::string_view rest_;
  const Constants& constants_;
  std::vector<const Json*> context_;
  Filled result_;
  bool is_line_start_ = true;
};

}  // namespace

Filled fill(std::string_view page, const Json& values, const Constants& constants) {
  return Filler(page, values, constants).fill();
}

}  // namespace rigfit
