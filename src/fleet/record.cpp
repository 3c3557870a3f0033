#include "fleet/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>

#include "facts/platforms.hpp"

namespace rigfit {
namespace {

/// Fields in an order, with their lengths, so that no text can pass for two.
class Key {
 public:
  Key& operator<<(std::string_view text) {
    key_ += std::to_string(text.size());
    key_ += ':';
    key_ += text;
    return *this;
  }
  Key& operator<<(std::int64_t number) {
    key_ += std::to_string(number);
    key_ += ';';
    return *this;
  }
  std::string take() { return std::move(key_); }

 private:
  std::string key_;
};

std::int64_t number(std::size_t count) { return static_cast<std::int64_t>(count); }

void add_class(const Record& record, Key& key) {
  key << number(record.attributes.size());
  for (const Attribute& attribute : record.attributes) key << attribute.name << attribute.value;
  key << number(record.findings.size());
  for (const NodeFinding& finding : record.findings)
    key << finding.id << finding.severity << finding.platform << finding.title << number(finding.devices);
  for (const PlatformSummary& platform : record.platforms) {
    key << platform.id << number(static_cast<std::size_t>(platform.state)) << number(platform.devices)
        << number(platform.usable_devices) << platform.driver << platform.least_memory_bytes;
    for (const auto* list : {&platform.kinds, &platform.architectures, &platform.capabilities}) {
      key << number(list->size());
      for (const std::string& one : *list) key << one;
    }
  }
  key << std::int64_t{record.is_determined};
  for (const NodeAnswer& answer : record.answers)
    key << answer.requirement << std::int64_t{answer.applies} << number(static_cast<std::size_t>(answer.met));
}

struct Label {
  std::string_view name, label;
};

/// Of the host, whole names; of platforms, the name behind the platform.
constexpr Label host_labels[] = {
    {"os.name", "system"},
    {"os.kernel", "kernel"},
    {"host.arch", "architecture"},
    {"cpu.model", "CPU"},
    {"cpu.logical_cpus", "CPUs"},
    {"memory.installed", "memory"},
    {"container.runtime", "container"},
    {"vm.kind", "virtual machine"},
    {"os.wsl", "WSL"},
    {"cloud.provider", "cloud"},
    {"python.version", "Python"},
};

}  // namespace

const Attribute* Record::attribute(std::string_view name) const {
  const auto row =
      std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& one) { return one.name == name; });
  return row == attributes.end() ? nullptr : &*row;
}

bool Record::is_faulty() const {
  return std::any_of(findings.begin(), findings.end(), [](const auto& one) { return one.severity == "error"; }) ||
         std::any_of(platforms.begin(), platforms.end(), [](const auto& one) { return one.state == State::blocked; });
}

std::string class_key(const Record& record) {
  Key key;
  add_class(record, key);
  return key.take();
}

std::string record_key(const Record& record) {
  Key key;
  add_class(record, key);
  key << record.rules << number(record.places.size());
  for (const NodePlace& place : record.places)
    key << place.framework << place.name << std::int64_t{place.is_possible} << place.score << place.install;
  for (const NodeAnswer& answer : record.answers) key << answer.found;
  return key.take();
}

std::string attribute_label(std::string_view name) {
  for (const Label& row : host_labels)
    if (row.name == name) return std::string(row.label);
  const std::size_t dot = name.find('.');
  if (dot == name.npos) return std::string(name);
  std::string what(name.substr(dot + 1));
  if (what == "driver_version") what = "driver";
  if (what == "toolkit_version") what = "toolkit";
  if (what == "ecc" || what == "mig")
    std::transform(what.begin(), what.end(), what.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  std::replace(what.begin(), what.end(), '_', ' ');
  return fmt::format("{} {}", platform_name(name.substr(0, dot)), what);
}

std::int64_t installed_memory(std::int64_t total_bytes) {
  if (total_bytes <= 8) return std::max<std::int64_t>(total_bytes, 0);
  const auto bytes = static_cast<std::uint64_t>(total_bytes);
  // Near the end of the range there is nothing to round up to.
  if (bytes > (std::uint64_t{1} << 62)) return total_bytes;
  const std::uint64_t step = std::max<std::uint64_t>(std::bit_floor(bytes) / 8, 1);
  return static_cast<std::int64_t>((bytes + step - 1) / step * step);
}

}  // namespace rigfit
