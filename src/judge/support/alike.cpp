#include "judge/support/alike.hpp"

#include <algorithm>

namespace rigfit {
namespace {

bool is_same(const Value& a, const Value& b) {
  const auto *one = std::get_if<Version>(&a), *other = std::get_if<Version>(&b);
  return one && other ? one->text() == other->text() : a == b;
}

/// Whether no comparison can tell one from the other.
bool is_same(const Fact& a, const Fact& b) {
  return a.none == b.none && a.known() == b.known() && (!a.value || is_same(*a.value, *b.value)) &&
         std::equal(a.may_be.begin(), a.may_be.end(), b.may_be.begin(), b.may_be.end(),
                    [](const Value& one, const Value& other) { return is_same(one, other); });
}

/// What is compared of devices.
class Comparison {
 public:
  explicit Comparison(const std::vector<std::string>& names) : names_(names) {
    for (const std::string& name : names) {
      by_state_ = by_state_ || name == "state";
      by_layers_ = by_layers_ || name.starts_with("layer.");
      by_reason_ = by_reason_ || name == "blocked_layer";
    }
  }

  bool tells_apart(const Device& a, const Device& b) const {
    if ((by_state_ || by_reason_) && a.state != b.state) return true;
    if (by_reason_ && a.because != b.because) return true;
    return ((by_layers_ || by_reason_) && layers_differ(a, b)) || facts_differ(a.facts, b.facts);
  }

 private:
  bool layers_differ(const Device& a, const Device& b) const {
    for (std::size_t n = 0; n < layer_count; ++n) {
      const LayerState &one = a.layers[static_cast<Layer>(n)], &other = b.layers[static_cast<Layer>(n)];
      if (one.holds != other.holds || (by_reason_ && one.because != other.because)) return true;
    }
    return false;
  }

  /// Both tables are sorted by name. A fact that is not there is an unknown one.
  bool facts_differ(const FactTable& a, const FactTable& b) const {
    const Fact missing;
    auto one = a.begin();
    auto other = b.begin();
    while (one != a.end() || other != b.end()) {
      const int order = one == a.end() ? 1 : other == b.end() ? -1 : one->first.compare(other->first);
      const std::string& name = order <= 0 ? one->first : other->first;
      if (!is_same(order <= 0 ? one->second : missing, order >= 0 ? other->second : missing) &&
          std::binary_search(names_.begin(), names_.end(), name))
        return true;
      if (order <= 0) ++one;
      if (order >= 0) ++other;
    }
    return false;
  }

  const std::vector<std::string>& names_;
  bool by_state_ = false, by_layers_ = false, by_reason_ = false;
};

}  // namespace

std::vector<std::size_t> alike_devices(const Platform& platform, const std::vector<std::string>& compared) {
  std::vector<std::size_t> first(platform.devices.size(), 0), kinds;
  if (first.size() < 2) return first;
  const Comparison comparison(compared);
  for (std::size_t n = 0; n < first.size(); ++n) {
    const auto same = std::find_if(kinds.begin(), kinds.end(), [&](std::size_t kind) {
      return !comparison.tells_apart(platform.devices[kind], platform.devices[n]);
    });
    first[n] = same == kinds.end() ? n : *same;
    if (same == kinds.end()) kinds.push_back(n);
  }
  return first;
}

std::vector<std::size_t> alike_devices(const Platform& platform, const std::vector<const FrameworkRule*>& frameworks) {
  if (platform.devices.size() < 2) return std::vector<std::size_t>(platform.devices.size(), 0);
  // What the listed code is compared with, and what conditions on the device name.
  std::vector<std::string> names = {"compute_capability", "architecture"};
  constexpr std::string_view prefix = "device.";
  for (const FrameworkRule* framework : frameworks)
    for (const std::string& name : compared_facts(*framework, platform.id))
      if (name.starts_with(prefix)) names.push_back(name.substr(prefix.size()));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return alike_devices(platform, names);
}

const std::vector<std::string>& compared_facts(const FrameworkRule& framework, std::string_view platform) {
  static const std::vector<std::string> nothing;
  const auto it = std::find_if(framework.compared.begin(), framework.compared.end(),
                               [&](const auto& one) { return one.first == platform; });
  return it == framework.compared.end() ? nothing : it->second;
}

}  // namespace rigfit
