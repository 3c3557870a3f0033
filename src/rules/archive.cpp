#include "rules/archive.hpp"

#include <cereal/cereal.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>
#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <type_traits>
#include <typeinfo>

namespace rigfit {
namespace {
class BytesReader;
class BytesWriter;
}  // namespace
}  // namespace rigfit

CEREAL_SETUP_ARCHIVE_TRAITS(rigfit::BytesReader, rigfit::BytesWriter)

namespace rigfit {
namespace {

// Whole numbers and sizes are written seven bits a byte, the lowest first, as most are small: half the bytes of the
// book would be zeros otherwise. Signed ones alternate: 0, -1, 1, -2 ...
// https://protobuf.dev/programming-guides/encoding/
//
// What is the same as something before, a text or what is lazy, is written as the place of that. Before a text stands
// its size times two, or the place times two plus one; before what is lazy a zero and its size in three bytes, or the
// place.

template <class T>
constexpr bool is_packed = std::is_integral_v<T> && sizeof(T) > 1;
constexpr std::size_t least_shared_text = 4;  ///< a place takes three bytes
constexpr std::size_t lazy_size_bytes = 3;

class BytesWriter : public cereal::OutputArchive<BytesWriter, cereal::AllowEmptyClassElision> {
 public:
  explicit BytesWriter(bool shares) : OutputArchive(this), shares_(shares) {}

  void put(const void* from, std::size_t size) { bytes_.append(static_cast<const char*>(from), size); }
  void put_number(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes_ += static_cast<char>(number | 0x80);
    bytes_ += static_cast<char>(number);
  }
  void put_text(std::string_view text) {
    if (shares_ && text.size() >= least_shared_text) {
      const auto [known, is_new] = texts_.try_emplace(std::string(text), bytes_.size());
      if (!is_new) return put_number(known->second << 1 | 1);
    }
    put_number(text.size() << 1);
    bytes_ += text;
  }
  /// What `write` writes, unless something with the same key was written before.
  template <class Write>
  void put_lazy(const std::string& key, Write write) {
    const std::size_t start = bytes_.size() + 1 + lazy_size_bytes;
    if (shares_) {
      const auto [known, is_new] = lazies_.try_emplace(key, start);
      if (!is_new) return put_number(known->second);
    }
    bytes_.append(1 + lazy_size_bytes, '\0');
    write();
    std::size_t size = bytes_.size() - start;
    for (std::size_t n = lazy_size_bytes; n > 0; --n, size >>= 8) bytes_[start - n] = static_cast<char>(size & 0xFF);
    if (size > 0) throw std::length_error("too large for packed rules");
  }
  std::string take() { return std::move(bytes_); }

 private:
  bool shares_;
  std::string bytes_;
  std::map<std::string, std::size_t> texts_, lazies_;  ///< where what was written is
};

/// Reads that out of bytes that stay where they are.
class BytesReader : public cereal::InputArchive<BytesReader, cereal::AllowEmptyClassElision> {
 public:
  BytesReader(std::string_view all, std::size_t at) : InputArchive(this), all_(all), end_(all.data() + all.size()) {
    go_to(at);
  }

  std::string_view all() const { return all_; }
  std::string_view take(std::size_t size) {
    if (size > static_cast<std::size_t>(end_ - at_)) throw std::runtime_error("the packed rules end too early");
    const std::string_view taken(at_, size);
    at_ += size;
    return taken;
  }
  std::uint64_t take_number() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) return static_cast<unsigned char>(*at_++);  // most
    std::uint64_t number = 0;
    for (unsigned shift = 0; at_ != end_ && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      number |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return number;
    }
    throw std::runtime_error("the packed rules hold a number that does not end");
  }
  std::string_view take_text() {
    std::uint64_t number = take_number();
    if (number & 1) {
      const char* after = at_;
      go_to(static_cast<std::size_t>(number >> 1));
      number = take_number();
      const std::string_view text = take(static_cast<std::size_t>(number >> 1));
      at_ = after;
      return text;
    }
    return take(static_cast<std::size_t>(number >> 1));
  }
  /// The place of what is lazy.
  std::size_t take_lazy() {
    if (const std::uint64_t place = take_number()) return static_cast<std::size_t>(place);
    std::size_t size = 0, shift = 0;
    for (const char c : take(lazy_size_bytes)) size |= std::size_t{static_cast<unsigned char>(c)} << shift, shift += 8;
    return static_cast<std::size_t>(take(size).data() - all_.data());
  }

 private:
  void go_to(std::size_t at) {
    if (at > all_.size()) throw std::runtime_error("the packed rules lead beyond their end");
    at_ = all_.data() + at;
  }

  std::string_view all_;
  const char *at_ = nullptr, *end_;
};

template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
void CEREAL_SAVE_FUNCTION_NAME(BytesWriter& archive, const T& number) {
  if constexpr (!is_packed<T>) {
    archive.put(&number, sizeof number);
  } else if constexpr (std::is_signed_v<T>) {
    const auto bits = static_cast<std::uint64_t>(std::int64_t{number});
    archive.put_number(number < 0 ? ~(bits << 1) : bits << 1);
  } else {
    archive.put_number(number);
  }
}
template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
void CEREAL_LOAD_FUNCTION_NAME(BytesReader& archive, T& number) {
  if constexpr (!is_packed<T>) {
    std::memcpy(&number, archive.take(sizeof number).data(), sizeof number);
  } else if constexpr (std::is_signed_v<T>) {
    const std::uint64_t bits = archive.take_number();
    number = static_cast<T>(static_cast<std::int64_t>(bits & 1 ? ~(bits >> 1) : bits >> 1));
  } else {
    number = static_cast<T>(archive.take_number());
  }
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(BytesWriter& archive, cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(BytesReader& archive, cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(BytesWriter& archive, cereal::SizeTag<T>& tag) {
  archive(tag.size);
}
template <class T>
void CEREAL_SERIALIZE_FUNCTION_NAME(BytesReader& archive, cereal::SizeTag<T>& tag) {
  archive(tag.size);
}
template <class T>
void CEREAL_SAVE_FUNCTION_NAME(BytesWriter& archive, const cereal::BinaryData<T>& data) {
  archive.put(data.data, static_cast<std::size_t>(data.size));
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(BytesReader& archive, cereal::BinaryData<T>& data) {
  const auto size = static_cast<std::size_t>(data.size);
  std::memcpy(data.data, archive.take(size).data(), size);
}

void CEREAL_SAVE_FUNCTION_NAME(BytesWriter& archive, const std::string& text) { archive.put_text(text); }
void CEREAL_LOAD_FUNCTION_NAME(BytesReader& archive, std::string& text) { text = std::string(archive.take_text()); }

template <class T>
std::string packed(const T& value, bool shares) {
  BytesWriter archive(shares);
  archive(value);
  return archive.take();
}
template <class T>
T unpacked(std::string_view all, std::size_t at) {
  BytesReader archive(all, at);
  T value;
  archive(value);
  return value;
}

}  // namespace

// What is lazy lies there as bytes of their own, which are passed over until somebody looks.
template <class T>
void save(BytesWriter& archive, const Lazy<T>& lazy) {
  archive.put_lazy(typeid(T).name() + packed(*lazy, false), [&] { archive(*lazy); });
}
template <class T>
void load(BytesReader& archive, Lazy<T>& lazy) {
  lazy = Lazy<T>(archive.all(), archive.take_lazy(), unpacked<T>);
}

// One line a struct, its members in their order. What is forgotten here comes back empty, and a test compares the
// books.

template <class Archive>
std::string save_minimal(const Archive&, const Version& version) {
  return version.text();
}
template <class Archive>
void load_minimal(const Archive&, Version& version, const std::string& text) {
  auto parsed = Version::parse(text);
  if (!parsed) throw std::runtime_error("no version: " + text);
  version = std::move(*parsed);
}

template <class Archive>
void serialize(Archive& a, Condition& c) {
  // One byte says which of them it has: conditions are what is read most, and each has two or three.
  unsigned has = (c.fact.empty() ? 0U : 1U) | (c.wanted.empty() ? 0U : 2U) | (c.devices_of.empty() ? 0U : 4U) |
                 (c.parts.empty() ? 0U : 8U) | (c.compared == Condition::Op::always ? 0U : 16U);
  a(c.op, has);
  if (has & 1) a(c.fact);
  if (has & 2) a(c.wanted);
  if (has & 4) a(c.devices_of);
  if (has & 8) a(c.parts);
  if (has & 16) a(c.compared);
}
template <class Archive>
void serialize(Archive& a, NamedCondition& n) {
  a(n.about, n.when, n.scope);
}
template <class Archive>
void serialize(Archive& a, Source& s) {
  a(s.title, s.url, s.year);
}
template <class Archive>
void serialize(Archive& a, Citation& c) {
  a(c.id, c.claim, c.value, c.source, c.date, c.reliability, c.topic, c.origin);
}
template <class Archive>
void serialize(Archive& a, LevelWord& l) {
  a(l.id, l.about, l.points);
}
template <class Archive>
void serialize(Archive& a, FactorPart& p) {
  a(p.id, p.name, p.about, p.weight);
}
template <class Archive>
void serialize(Archive& a, Factor& f) {
  a(f.id, f.name, f.about, f.at_0, f.at_25, f.at_50, f.at_75, f.at_100, f.from_probes, f.parts, f.weights_about,
    f.not_shown_by);
}
template <class Archive>
void serialize(Archive& a, RemedyStep& r) {
  a(r.when, r.text, r.command);
}
template <class Archive>
void serialize(Archive& a, FindingText& f) {
  a(f.cause, f.remedy, f.verify, f.source);
}
template <class Archive>
void serialize(Archive& a, FindingRule& f) {
  a(f.id, f.severity, f.platform, f.title, f.when, f.device, f.text, f.fixable, f.explains_block,
    f.otherwise_unexplained, f.layer, f.generic, f.origin);
}
template <class Archive>
void serialize(Archive& a, FindingRow& f) {
  a(f.opening, f.otherwise_unexplained, f.rule);
}
template <class Archive>
void serialize(Archive& a, LookupRow& r) {
  a(r.key, r.kind, r.columns);
}
template <class Archive>
void serialize(Archive& a, LookupTable& t) {
  a(t.fact, t.columns, t.lists, t.rows);
}
template <class Archive>
void serialize(Archive& a, PackagePair& p) {
  a(p.id, p.package, p.beside, p.beside_from, p.beside_below, p.from, p.below, p.same, p.same_release, p.os,
    p.beside_cuda);
}
template <class Archive>
void serialize(Archive& a, PackageClash& c) {
  a(c.id, c.library, c.packages);
}
template <class Archive>
void serialize(Archive& a, PackageRules& p) {
  a(p.pairs, p.clashes);
}
template <class Archive>
void serialize(Archive& a, VariantProvider& p) {
  a(p.space, p.package, p.version, p.plugin_api);
}
template <class Archive>
void serialize(Archive& a, X86Level& l) {
  a(l.name, l.features);
}
template <class Archive>
void serialize(Archive& a, ExportRules& e) {
  a(e.uv_backends, e.uv_index, e.variant_providers, e.cuda_major_least, e.cuda_major_most, e.cuda_minor_most,
    e.x86_levels);
}
template <class Archive>
void serialize(Archive& a, Requirement& r) {
  a(r.name, r.when, r.miss, r.fix, r.fixable, r.number);
}
template <class Archive>
void serialize(Archive& a, PythonRange& p) {
  a(p.least, p.most, p.advised);
}
template <class Archive>
void serialize(Archive& a, Build& b) {
  a(b.id, b.framework, b.platform, b.version, b.released, b.runtime, b.needs, b.code_for, b.code_unconfirmed, b.device,
    b.device_miss, b.python, b.packages, b.options, b.environment, b.command, b.check, b.note, b.evidence, b.origin);
}
template <class Archive>
void serialize(Archive& a, BuildRow& b) {
  a(b.platform, b.build);
}
template <class Archive>
void serialize(Archive& a, SupportLevel& s) {
  a(s.platform, s.when, s.level, s.points, s.note, s.evidence);
}
template <class Archive>
void serialize(Archive& a, RatingPart& p) {
  a(p.id, p.score, p.high, p.sentence, p.confidence, p.evidence, p.weight);
}
template <class Archive>
void serialize(Archive& a, Rating& r) {
  a(r.score, r.high, r.sentence, r.confidence, r.evidence, r.parts);
}
template <class Archive>
void serialize(Archive& a, FrameworkRule& f) {
  a(f.id, f.name, f.role, f.about, f.ratings, f.support, f.builds, f.compared, f.choose_when, f.hardware_sentence,
    f.hardware_evidence, f.origin);
}
template <class Archive>
void serialize(Archive& a, Statistic& s) {
  a(s.value, s.sentence, s.evidence, s.frameworks);
}
template <class Archive>
void serialize(Archive& a, CitedSentence& c) {
  a(c.sentence, c.evidence);
}
template <class Archive>
void serialize(Archive& a, FitRating& f) {
  a(f.framework, f.when, f.rating);
}
template <class Archive>
void serialize(Archive& a, Fit& f) {
  a(f.factor, f.points, f.otherwise, f.ratings);
}
template <class Archive>
void serialize(Archive& a, RuntimeSlot& r) {
  a(r.about, r.candidates);
}
template <class Archive>
void serialize(Archive& a, Profile& p) {
  a(p.id, p.name, p.about, p.aliases, p.points, p.parts, p.reasons, p.advice, p.candidates, p.ratings, p.fit,
    p.runtimes);
}
template <class Archive>
void serialize(Archive& a, RatingSet::Today& t) {
  a(t.verdict, t.because);
}
template <class Archive>
void serialize(Archive& a, RatingSet& r) {
  a(r.id, r.name, r.about, r.verdict, r.choose_when, r.ratings, r.today);
}
/// What thousands of rows have in common with others: for each the place of the first such.
struct AlikeDevices {
  DeviceModel& of;
};
template <class Archive>
void serialize(Archive& a, AlikeDevices& all) {
  DeviceModel& d = all.of;
  a(d.bus, d.vendor, d.platform, d.kind, d.chip, d.architecture, d.generation, d.integrated, d.infinity_cache,
    d.memory_bytes, d.source);
}
void save(BytesWriter& a, const DeviceModel& d) {
  DeviceModel copy = d;
  a(d.device_first, d.device_last == d.device_first ? std::string() : d.device_last, d.name);
  AlikeDevices alike{copy};
  a.put_lazy("alike " + packed(alike, false), [&] { a(alike); });
}
void load(BytesReader& a, DeviceModel& d) {
  a(d.device_first, d.device_last, d.name);
  if (d.device_last.empty()) d.device_last = d.device_first;
  AlikeDevices alike{d};
  BytesReader(a.all(), a.take_lazy())(alike);
}
template <class Archive>
void save(Archive& a, const DeviceTable& table) {
  std::vector<DeviceModel> rows;
  for (const DeviceModel& row : table.rows()) rows.push_back(row);
  a(Lazy<DeviceRows>(table.rows()), index_of(rows));
}
template <class Archive>
void load(Archive& a, DeviceTable& table) {
  Lazy<DeviceRows> rows;
  a(rows);
  table = DeviceTable::of(std::move(rows), a.take_text());
}
template <class Archive>
void serialize(Archive& a, DerivedFact& d) {
  a(d.fact, d.when, d.value, d.source);
}
template <class Archive>
void serialize(Archive& a, DerivedRow& d) {
  a(d.from, d.derived);
}
template <class Archive>
void serialize(Archive& a, BaseImage& i) {
  a(i.id, i.platforms, i.builds, i.when, i.device, i.image, i.python, i.setup, i.provides, i.note, i.source);
}
template <class Archive>
void serialize(Archive& a, DeviceAccess::Group& g) {
  a(g.node, g.fact);
}
template <class Archive>
void serialize(Archive& a, DeviceAccess& d) {
  a(d.platform, d.when, d.docker, d.docker_each, d.groups, d.apptainer, d.environment, d.needs, d.source);
}
template <class Archive>
void serialize(Archive& a, EnvironmentRules& e) {
  a(e.bases, e.access);
}
template <class Archive>
void serialize(Archive& a, RuleBook& b) {
  a(b.as_of, b.checksum, b.fact_abouts, b.overlays, b.factors, b.levels, b.frameworks, b.findings, b.openings,
    b.evidence, b.statistics, b.profiles, b.rating_sets, b.devices, b.targets, b.vocabulary, b.conditions, b.derived,
    b.derived_from, b.compared_of_devices, b.tables, b.packages, b.environments, b.exports, b.verdict,
    b.verdict_evidence);
}

std::string pack_rules(const RuleBook& book) { return packed(book, true); }

RuleBook unpack_rules(std::string_view bytes) { return unpacked<RuleBook>(bytes, 0); }

}  // namespace rigfit
