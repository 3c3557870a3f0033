#include "probes/os/os.hpp"

#include <algorithm>
#include <array>

#include "fact_names/host.hpp"
#include "fact_names/os.hpp"
#include "probes/cpu/cpu.hpp"
#include "probes/os/scheduler.hpp"
#include "probes/os/virtual_machine.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {

namespace {

/// A value as a shell would read it: pieces in either quotes or none, a backslash before what it protects, and no
/// comment behind them. A quote that is never closed is left out.
std::string unquoted(std::string_view value) {
  std::string result;
  char quote = 0;
  for (std::size_t n = 0; n < value.size(); ++n) {
    const char c = value[n];
    const bool escapes = c == '\\' && n + 1 < value.size() && quote != '\'' &&
                         (quote == 0 || contains("\"\\$`", value.substr(n + 1, 1)));
    if (escapes)
      result += value[++n];
    else if (quote == 0 && (c == '"' || c == '\''))
      quote = c;
    else if (quote == 0 && c == '#' && n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\t'))
      return std::string(trimmed(result));
    else if (c == quote && quote != 0)
      quote = 0;
    else
      result += c;
  }
  return result;
}

/// "TEMPLATE_VERSION_ID", "@VERSION@", "${VERSION}": a template that was never filled in tells nothing.
bool is_template(std::string_view value) {
  return value.starts_with("TEMPLATE") || value.starts_with("${") ||
         (value.size() > 2 && value.starts_with('@') && value.ends_with('@'));
}

}  // namespace

// NAME="Ubuntu"
// VERSION_ID='24.04'
// ID_LIKE=debian
// https://www.freedesktop.org/software/systemd/man/latest/os-release.html
std::map<std::string, std::string, std::less<>> parse_os_release(std::string_view text) {
  std::map<std::string, std::string, std::less<>> values;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view assignment = trimmed(line);
    if (assignment.empty() || assignment.front() == '#') continue;
    const auto pair = key_value(assignment, '=');
    if (pair && !pair->first.empty()) values.insert_or_assign(std::string(pair->first), unquoted(pair->second));
  }
  return values;
}

namespace {

/// "cloud-amd64" of "6.1.0-28-cloud-amd64", "oem" of "6.14.0-1018-oem", "pve" of "6.8.12-11-pve".
std::string_view flavor_of(std::string_view release) {
  const std::size_t first = release.find('-');
  std::string_view flavor = first == release.npos ? std::string_view() : release.substr(first + 1);
  const std::size_t number = flavor.find_first_not_of("0123456789");
  if (number != 0 && number != flavor.npos && flavor[number] == '-') flavor.remove_prefix(number + 1);
  return flavor.find_first_of("0123456789.") == 0 ? std::string_view() : flavor;  // "553.el8_10.x86_64" is none
}

constexpr std::string_view secure_boot_file =
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

// https://ostreedev.github.io/ostree/man/ostree-prepare-root.html
constexpr const char* ostree_mark = "/run/ostree-booted";

Requests first_look() {
  Requests requests{file("/etc/os-release", 16384),           file("/usr/lib/os-release", 16384),
                    file("/proc/sys/kernel/osrelease", 512),  file("/proc/version", 4096),
                    file(std::string(secure_boot_file), 16),  file("/sys/kernel/security/lockdown", 256),
                    link("/lib/ld-musl-x86_64.so.1"),         link("/lib/ld-musl-aarch64.so.1"),
                    link("/lib/x86_64-linux-gnu/libc.so.6"),  link("/lib64/libc.so.6"),
                    link("/lib/aarch64-linux-gnu/libc.so.6"), node(ostree_mark)};
  for (Request& request : virtual_machine_first_look()) requests.push_back(std::move(request));
  for (Request& request : scheduler_first_look()) requests.push_back(std::move(request));
  return requests;
}

const std::array<std::string_view, 3> libc_paths{"/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6",
                                                 "/lib64/libc.so.6"};

Requests next(const Evidence& evidence, const DeviceTable&) {
  if (evidence.os == "darwin") return {command("sw_vers", {})};
  Requests requests = virtual_machine_next(evidence);
  for (Request& request : scheduler_next(evidence)) requests.push_back(std::move(request));
  return requests;
}

void read_libc(const Evidence& evidence, HostFacts& facts) {
  for (const char* path : {"/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"})
    if (const Answer& answer = evidence.link(path); answer.found() || answer.outcome == Outcome::failed) {
      facts.set(fact::os::libc, std::string("musl"), {key_of(Kind::link, path)});
      facts.set(fact::os::glibc_version, Fact::of_none("the C library is musl", {key_of(Kind::link, path)}));
      return;
    }
  for (const std::string_view path : libc_paths) {
    const Answer& answer = evidence.link(path);
    if (!answer.found() && answer.outcome != Outcome::failed) continue;
    facts.set(fact::os::libc, std::string("glibc"), {key_of(Kind::link, path)});
    const std::size_t at = answer.text.find("libc-2.");  // up to 2.33: libc.so.6 → libc-2.31.so
    if (at != std::string::npos)
      if (const auto found =
              Version::parse(std::string_view(answer.text).substr(at + 5, answer.text.rfind(".so") - at - 5)))
        facts.set(fact::os::glibc_version, *found, {key_of(Kind::link, path)});
  }
  // Where no file tells it, the distribution may: rules/facts/os.json.
  if (!facts.has(fact::os::glibc_version)) facts.set(fact::os::glibc_version, Fact::unknown("no file names it"));
}

// ProductName:		macOS
// ProductVersion:		15.3.1
void read_darwin(const Evidence& evidence, HostFacts& facts) {
  const auto set = [&](std::string_view text, std::string key) {
    // A program that was built with an old SDK is given 16 for 26, and 10.16 for anything from 11 on.
    std::string reported(trimmed(text));
    if (reported == "10.16" || reported.starts_with("10.16.")) return;
    if (reported == "16" || reported.starts_with("16.")) reported.replace(0, 2, "26");
    if (const auto version = Version::parse(reported); version && !facts.has(fact::os::macos_version))
      facts.set(fact::os::macos_version, *version, {std::move(key)});
  };
  for (const auto& [line, answer] : evidence.commands("sw_vers")) {
    const std::string key = "command:" + std::string(line);
    set(answer->text, key);
    for (const std::string_view row : lines_of(answer->text))
      if (const auto pair = key_value(row); pair && pair->first == "ProductVersion") set(pair->second, key);
  }
  for (const auto& [line, answer] : evidence.commands("sysctl"))
    for (const auto& [key, value] : parse_sysctl(answer->text))
      if (key == "kern.osproductversion") set(value, "command:" + std::string(line));
  for (const auto& [line, answer] : evidence.commands("system_profiler"))
    for (const std::string_view row : lines_of(answer->text))
      if (const auto pair = key_value(row); pair && pair->first == "System Version") {
        facts.set(fact::os::pretty_name, std::string(pair->second), {"command:" + std::string(line)});
        for (const std::string_view word : words_of(pair->second)) set(word, "command:" + std::string(line));
      }
  if (!facts.has(fact::os::macos_version)) facts.set(fact::os::macos_version, Fact::unknown("not reported"));
}

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  HostFacts& host = facts.host;
  if (!evidence.os.empty()) host.set(fact::os::family, evidence.os, {});
  if (!evidence.arch.empty())
    host.set(fact::host::arch, evidence.arch == "arm64" ? std::string("aarch64") : evidence.arch, {});
  if (evidence.os == "darwin") {
    for (const AnyHostFact name : std::initializer_list<AnyHostFact>{fact::os::libc, fact::os::glibc_version})
      host.set_none(name, Fact::of_none("macOS has a C library of its own"));
    read_darwin(evidence, host);
    return facts;
  }
  const bool in_etc = evidence.file("/etc/os-release").found();
  const std::string path = in_etc ? "/etc/os-release" : "/usr/lib/os-release";
  auto release = parse_os_release(evidence.text(path));
  const std::vector<std::string> source{key_of(Kind::file, path)};
  for (const auto& [key, name] :
       {std::pair{"ID", fact::os::id}, {"VERSION_ID", fact::os::version_id}, {"PRETTY_NAME", fact::os::pretty_name}})
    if (const auto it = release.find(key); it != release.end() && !it->second.empty() && !is_template(it->second))
      host.set(name, it->second, source);
  if (const auto it = release.find("ID_LIKE"); it != release.end()) {
    std::vector<std::string> like;
    for (const std::string_view word : words_of(it->second)) like.emplace_back(word);
    host.set(fact::os::id_like, like, source);
  } else if (!release.empty()) {
    host.set(fact::os::id_like, std::vector<std::string>{}, source);
  }
  if (release.empty()) host.set(fact::os::id, Fact::unknown("there is no os-release"));

  std::string kernel(trimmed(evidence.text("/proc/sys/kernel/osrelease"))),
      kernel_source = "file:/proc/sys/kernel/osrelease";
  if (const auto words = words_of(evidence.text("/proc/version"));
      kernel.empty() && words.size() > 2 && words[0] == "Linux")
    kernel = words[2], kernel_source = "file:/proc/version";
  for (const auto& [line, answer] : evidence.commands("uname"))
    if (kernel.empty() && line == "uname -r") kernel = trimmed(answer->text), kernel_source = "command:uname -r";
  if (const auto version = Version::parse(kernel)) host.set(fact::os::kernel, *version, {kernel_source});
  if (const std::string_view flavor = flavor_of(kernel); !flavor.empty())
    host.set(fact::os::kernel_flavor, std::string(flavor), {kernel_source});
  if (!kernel.empty()) {
    const std::string name = lower(kernel);
    if (contains(name, "microsoft") || contains(name, "wsl2"))
      host.set(fact::os::wsl, std::string(contains(name, "wsl2") || !kernel.ends_with("-Microsoft") ? "2" : "1"),
               {kernel_source});
    else
      host.set(fact::os::wsl, Fact::of_none("the kernel is no WSL kernel", {kernel_source}));
  }
  read_libc(evidence, host);
  if (const Answer& mark = evidence.node(ostree_mark); mark.found() || mark.absent())
    host.set(fact::os::ostree, mark.found(), {key_of(Kind::node, ostree_mark)});
  else if (release.count("OSTREE_VERSION") != 0)
    host.set(fact::os::ostree, true, source);
  if (const Answer& secure = evidence.file(secure_boot_file); secure.found() && secure.text.size() >= 5)
    host.set(fact::os::secure_boot, secure.text[4] == 1, {key_of(Kind::file, secure_boot_file)});
  else if (secure.absent())
    host.set(fact::os::secure_boot, Fact::of_none("no EFI variables here"));
  // "none [integrity] confidentiality": the one in brackets is in force.
  if (const std::string_view lockdown = evidence.text("/sys/kernel/security/lockdown"); contains(lockdown, "["))
    host.set(fact::os::kernel_lockdown,
             std::string(lockdown.substr(lockdown.find('[') + 1, lockdown.find(']') - lockdown.find('[') - 1)),
             {"file:/sys/kernel/security/lockdown"});
  read_scheduler(evidence, host);
  read_virtual_machine(evidence, host);
  return facts;
}

const Requests looks_at = first_look();

}  // namespace

const Probe os_probe{"os", looks_at, next, read};

}  // namespace rigfit
