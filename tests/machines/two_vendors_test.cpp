// A machine with accelerators of two vendors reports both, in either order on the bus, whichever of them fails.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "machines/recordings.hpp"

namespace rigfit {
namespace {

struct Vendor {
  const char* platform;
  const char* recording;  ///< in tests/machines: a machine with nothing else
};

constexpr Vendor vendors[] = {{"cuda", "cuda/ready-proprietary-module"},
                              {"rocm", "rocm/ready-instinct"},
                              {"tpu", "tpu/ready-v5e"},
                              {"xpu", "xpu/ready-arc"},
                              {"xpu", "xpu/absent-display-only"},
                              {"gaudi", "gaudi/ready"},
                              {"neuron", "neuron/ready"},
                              {"ascend", "ascend/ready"},
                              {"npu", "npu/ready-intel"},
                              {"npu", "npu/amd-xdna"}};

const Evidence& evidence_of(const Vendor& vendor) {
  for (const Recording& recording : recordings())
    if (recording.name == vendor.recording) return recording.evidence;
  ADD_FAILURE() << "there is no tests/machines/" << vendor.recording;
  static const Evidence none;
  return none;
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// The same machine with `from` called `to` wherever it stands.
Evidence renamed(const Evidence& machine, const std::vector<std::pair<std::string, std::string>>& names) {
  Evidence result = machine;
  result.answers.clear();
  for (const auto& [key, answer] : machine.answers) {
    std::string new_key = key;
    Answer changed = answer;
    for (const auto& [from, to] : names) {
      replace(new_key, from, to);
      replace(changed.text, from, to);
      for (std::string& name : changed.names) replace(name, from, to);
    }
    std::sort(changed.names.begin(), changed.names.end());
    result.answers[new_key] = std::move(changed);
  }
  return result;
}

/// Every machine here has this bridge.
constexpr const char* bridge = "0000:00:1f.0";

/// The machine with its accelerators before all others on the bus, or behind them, and with node numbers of their own.
Evidence moved(const Evidence& machine, bool to_the_front) {
  std::vector<std::pair<std::string, std::string>> names{
      {"renderD128", "renderD140"}, {"/accel0", "/accel7"}, {"card0", "card9"}};
  int n = 0;
  for (const std::string& address : machine.list("/sys/bus/pci/devices").names)
    if (address != bridge)
      names.emplace_back(address, (to_the_front ? "0000:00:00." : "0001:00:00.") + std::to_string(++n));
  Evidence result = renamed(machine, names);
  for (auto& [key, answer] : result.answers)  // names in a folder bear no slash
    if (key == "list:/dev/accel" || key == "list:/sys/class/accel")
      for (std::string& name : answer.names)
        if (name == "accel0") name = "accel7";
  return result;
}

Evidence joined(const Evidence& first, const Evidence& second) {
  Evidence both = first;
  for (const auto& [key, answer] : second.answers) {
    const auto [it, is_new] = both.answers.try_emplace(key, answer);
    if (is_new || !answer.found()) continue;
    if (!it->second.found()) {
      it->second = answer;
    } else if (key.starts_with("list:")) {
      std::set<std::string> names(it->second.names.begin(), it->second.names.end());
      names.insert(answer.names.begin(), answer.names.end());
      it->second.names.assign(names.begin(), names.end());
    }
  }
  return both;
}

struct Pair {
  Vendor a, b;
  Evidence own_a, own_b;  ///< each alone, as it is in `both`
  Evidence both;
  std::string name;
};

/// Both orders of every two vendors. The topology of AMD's driver holds PCI addresses as numbers: it stays where it is.
std::vector<Pair> pairs() {
  std::vector<Pair> all;
  for (const Vendor& a : vendors)
    for (const Vendor& b : vendors) {
      if (std::string_view(a.platform) == b.platform || std::string_view(b.platform) == "rocm") continue;
      for (const bool to_the_front : {true, false}) {
        Pair pair{a, b, evidence_of(a), moved(evidence_of(b), to_the_front), {}, {}};
        pair.both = joined(pair.own_a, pair.own_b);
        pair.name = std::string(b.recording) + (to_the_front ? " before " : " behind ") + a.recording;
        all.push_back(std::move(pair));
      }
    }
  return all;
}

struct Seen {
  State state = State::unknown;
  std::vector<State> devices;
  bool operator==(const Seen&) const = default;
};

Seen seen(const Facts& facts, const char* platform) {
  Seen result;
  if (const Platform* one = facts.platform(platform)) {
    result.state = one->state;
    for (const Device& device : one->devices) result.devices.push_back(device.state);
  }
  return result;
}

std::string shown(const Seen& one) {
  std::string text(name_of(one.state));
  for (const State state : one.devices) text += " " + std::string(name_of(state));
  return text;
}

TEST(TwoVendors, AreBothReportedInEveryOrder) {
  std::size_t count = 0;
  for (const Pair& pair : pairs()) {
    const Facts facts = facts_of(pair.both);
    for (const auto& [vendor, alone] : {std::pair{pair.a, &pair.own_a}, {pair.b, &pair.own_b}}) {
      const Seen before = seen(facts_of(*alone), vendor.platform), after = seen(facts, vendor.platform);
      EXPECT_FALSE(before.devices.empty()) << vendor.recording;
      EXPECT_EQ(shown(after), shown(before)) << pair.name << ": " << vendor.platform;
    }
    ++count;
  }
  EXPECT_GT(count, 100u);
}

TEST(TwoVendors, OneThatFailsLeavesTheOtherAsItWas) {
  for (const Pair& pair : pairs()) {
    if (!pair.name.starts_with(pair.b.recording + std::string(" behind"))) continue;
    const Seen before = seen(facts_of(pair.both), pair.a.platform);
    for (const auto& [key, answer] : pair.own_b.answers) {
      if (pair.own_a.answers.count(key)) continue;  // both rest on it
      const bool is_program = key.starts_with("ask:") || key.starts_with("command:");
      for (const Outcome outcome : {is_program ? Outcome::crashed : Outcome::denied, Outcome::not_recorded}) {
        Evidence evidence = pair.both;
        Answer lost;
        lost.outcome = outcome;
        evidence.answers[key] = lost;
        const Seen after = seen(facts_of(evidence), pair.a.platform);
        // A function that does not say what it is may be a second device of any vendor.
        const bool is_identity = key.ends_with("/vendor") || key.ends_with("/class") || key.ends_with("/device");
        if (is_identity && after.state == State::unknown) continue;
        EXPECT_EQ(shown(after), shown(before)) << pair.name << ", " << key << " " << name_of(outcome);
      }
    }
  }
}

}  // namespace
}  // namespace rigfit
