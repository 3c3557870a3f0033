#include "fleet/formats/fleet_formats.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "facts/platforms.hpp"
#include "report/short_size.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {

std::string fleet_text(const Fleet&, const TextStyle&);
std::string fleet_json(const Fleet&, const TextStyle&);
std::string fleet_markdown(const Fleet&, const TextStyle&);
std::string fleet_html_page(const Fleet&, const TextStyle&);

std::span<const FleetFormat> fleet_formats() {
  static constexpr FleetFormat rows[] = {
      {"text", fleet_text}, {"json", fleet_json}, {"markdown", fleet_markdown}, {"html", fleet_html_page}};
  return rows;
}

namespace {

std::string nodes_text(std::size_t count) { return count_text(count, "node"); }

/// Which attributes tell most of why a class is one of its own.
int weight_of(std::string_view name) {
  if (name.ends_with(".devices")) return 0;
  if (name.ends_with(".device_states")) return 1;
  if (name.ends_with(".driver_version") || name.ends_with(".version")) return 2;
  if (name.ends_with(".state")) return 3;
  if (name.find("cuda.") == 0 || name.find("rocm.") == 0) return 4;
  if (name == "os.kernel" || name == "os.name") return 5;
  return 6;
}

std::string points_text(const Fraction& points) { return decimal_text(points.numerator, points.denominator); }

}  // namespace

std::string framework_name(const Fleet& fleet, const std::string& id) {
  for (const FleetClass& one : fleet.classes)
    for (const NodePlace& place : one.record.places)
      if (place.framework == id) return place.name;
  return id;
}

std::string machine_summary(const Record& record) {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view label) {
    if (const Attribute* attribute = record.attribute(name))
      append_to_list(text, label.empty() ? attribute->value : fmt::format("{} {}", label, attribute->value));
  };
  for (const PlatformSummary& platform : record.platforms) {
    add(platform.id + ".devices", "");
    if (platform.state == State::blocked) append_to_list(text, "blocked");
    add(platform.id + ".driver_version", "driver");
    if (platform.id != "cuda") add(platform.id + ".version", platform_name(platform.id));
  }
  if (text.empty()) {
    text = record.is_determined ? "no accelerator" : "accelerators unknown";
    add("cpu.model", "");
  }
  if (const Attribute* memory = record.attribute("memory.installed")) append_to_list(text, memory->value + " memory");
  add("os.name", "");
  return text;
}

std::string difference_text(const ClassDifference& difference) {
  const std::string label = attribute_label(difference.name);
  if (!difference.value) return fmt::format("{} not reported, elsewhere {}", label, *difference.reference);
  if (!difference.reference) return fmt::format("{} {}", label, *difference.value);
  return fmt::format("{} {}, not {}", label, *difference.value, *difference.reference);
}

std::string differences_text(const FleetClass& one, std::size_t most) {
  std::vector<const ClassDifference*> sorted;
  for (const ClassDifference& difference : one.differences) sorted.push_back(&difference);
  std::stable_sort(sorted.begin(), sorted.end(), [](const ClassDifference* a, const ClassDifference* b) {
    return weight_of(a->name) < weight_of(b->name);
  });
  std::string text;
  for (std::size_t n = 0; n < sorted.size() && n < most; ++n) append_to_list(text, difference_text(*sorted[n]), "; ");
  if (sorted.size() > most) text += fmt::format("; and {} more", sorted.size() - most);
  if (text.empty())
    for (const NodeFinding& finding : one.record.findings) append_to_list(text, finding.id);
  return text.empty() ? "without its findings, or with other answers to the requirements" : text;
}

std::string fleet_headline(const Fleet& fleet) {
  if (fleet.nodes.empty()) return "No report could be read.";
  const std::size_t fine = fleet.nodes.size() - fleet.all.faulty.count;
  std::string text =
      fmt::format("{} in {}", nodes_text(fleet.nodes.size()),
                  fleet.classes.size() == 1 ? "1 class" : fmt::format("{} classes", fleet.classes.size()));
  text += fleet.all.faulty.count == 0 ? ", none with errors"
                                      : fmt::format(": {} without errors, {} with", fine, fleet.all.faulty.count);
  if (fleet.missing.count > 0) text += fmt::format(", {} did not answer", fleet.missing.count);
  if (fleet.problem_count > 0) text += fmt::format(", {} not readable", count_text(fleet.problem_count, "text"));
  return text + ".";
}

std::string common_ground(const FleetPlatform& platform) {
  std::string text;
  if (!platform.least_capability.empty())
    append_to_list(text, platform.least_capability == platform.greatest_capability
                             ? "compute capability " + platform.least_capability
                             : fmt::format("compute capability {} to {}", platform.least_capability,
                                           platform.greatest_capability));
  else if (!platform.architectures.empty())
    append_to_list(text, listed(platform.architectures));
  if (!platform.oldest_driver.empty())
    append_to_list(text, platform.oldest_driver == platform.newest_driver
                             ? "driver " + platform.oldest_driver
                             : fmt::format("driver {} to {}", platform.oldest_driver, platform.newest_driver));
  if (platform.least_memory_bytes > 0)
    append_to_list(text, fmt::format("{} or more a device", short_size(platform.least_memory_bytes)));
  if (platform.fewest_devices > 0)
    append_to_list(text, fmt::format("{} or more a node", count_text(platform.fewest_devices, "device")));
  return text;
}

const FleetInstall* chosen_install(const FleetPart& part) {
  if (part.choice.rows.empty() || !part.choice.found) return nullptr;
  const auto found = part.installs.find(part.choice.rows.front().framework);
  return found == part.installs.end() ? nullptr : &found->second;
}

std::string choice_sentence(const Fleet& fleet, const FleetPart& part) {
  if (part.choice.rows.empty()) return "";
  const CommonChoice::Row& first = part.choice.rows.front();
  std::size_t judged = 0, best = 0;
  for (std::size_t c = 0; c < fleet.classes.size(); ++c) {
    const FleetClass& one = fleet.classes[c];
    if (!one.record.places.empty()) judged += part.counts[c];
    if (std::find(one.best.begin(), one.best.end(), first.framework) != one.best.end()) best += part.counts[c];
  }
  std::string name = framework_name(fleet, first.framework);
  if (part.choice.is_tied) name += " or " + framework_name(fleet, part.choice.rows[1].framework);
  if (!part.choice.found)
    return fmt::format("none fits all; {} fits {} of {}", name, first.possible, nodes_text(judged));
  std::string sentence = best == judged
                             ? fmt::format("{}, the first choice on {}", name, judged == 1 ? "it" : "each")
                             : fmt::format("{}, the first choice on {} of {}; at most {} points behind it elsewhere",
                                           name, best, nodes_text(judged), points_text(first.largest_loss));
  if (const FleetInstall* install = chosen_install(part); install && install->nodes < judged)
    sentence += fmt::format("; the command is for {} of {}", install->nodes, nodes_text(judged));
  return sentence;
}

std::string partition_counts(const FleetPart& part) {
  std::string text = nodes_text(part.nodes.count);
  if (part.faulty.count > 0) text += fmt::format(", {} with errors", part.faulty.count);
  if (part.missing.count > 0) text += fmt::format(", {} did not answer", part.missing.count);
  return text;
}

std::string partition_ground(const FleetPart& part) {
  std::string text;
  for (const FleetPlatform& platform : part.platforms)
    if (const std::string common = common_ground(platform); !common.empty())
      append_to_list(text, fmt::format("{}: {}", platform_name(platform.id), common), "; ");
  return text;
}

std::string moment_text(std::int64_t moment) {
  if (moment <= 0) return "";
  const auto two = [&](std::int64_t unit) { return moment / unit % 100; };
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", moment / 10'000'000'000, two(100'000'000), two(1'000'000),
                     two(10'000), two(100));
}

}  // namespace rigfit
