#include "probes/rocm/user_space.hpp"

#include <algorithm>

#include "evidence/link_answer.hpp"
#include "facts/version.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

// Up to 7.2 /opt/rocm-X.Y.Z; from 7.14 on core and core-X.Y below /opt/rocm:
// https://rocm.docs.amd.com/en/docs-10.0.0/about/transition-guide-TheRock.html
const std::string version_globs[] = {"/opt/rocm/.info/version", "/opt/rocm-*/.info/version",
                                     "/opt/rocm/core/.info/version", "/opt/rocm/core-*/.info/version"};

const std::string distribution_folders[] = {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"};
const std::string hip_names[] = {"libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so.5"};
const std::string wsl_folders[] = {"/opt/rocm/lib", "/opt/rocm/core/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib",
                                   "/usr/lib/wsl/lib"};

}  // namespace

Requests rocm_version_files() {
  Requests requests;
  for (const std::string& glob : version_globs) requests.push_back(file(glob, 256));
  return requests;
}

Requests rocm_libraries_look() {
  Requests requests;
  for (const std::string& name : hip_names) {
    requests.push_back(link("/opt/rocm/lib/" + name));
    for (const std::string& folder : distribution_folders) requests.push_back(link(folder + "/" + name));
  }
  for (const std::string& folder : distribution_folders) requests.push_back(link(folder + "/libhsa-runtime64.so.1"));
  return requests;
}

Requests rocm_wsl_look() {
  Requests requests{env("HSA_ENABLE_DXG_DETECTION")};
  for (const std::string& folder : wsl_folders)
    for (const char* name : {"/librocdxg.so", "/librocdxg.so.1"}) requests.push_back(link(folder + name));
  return requests;
}

RocmUserSpace read_rocm_user_space(const Evidence& evidence) {
  RocmUserSpace user;
  for (const std::string& glob : version_globs)
    for (const std::string& path : evidence.expand(glob))
      if (const auto version = Version::parse(trimmed(evidence.text(path)))) {
        if (std::find(user.versions.begin(), user.versions.end(), version->text()) == user.versions.end())
          user.versions.push_back(version->text());
        user.version_sources.push_back(key_of(Kind::file, path));
      }
  std::sort(user.versions.begin(), user.versions.end(),
            [](const std::string& a, const std::string& b) { return *Version::parse(b) < *Version::parse(a); });
  for (const std::string& name : hip_names) {
    std::vector<std::string> paths{"/opt/rocm/lib/" + name};
    for (const std::string& folder : distribution_folders) paths.push_back(folder + "/" + name);
    for (const std::string& path : paths) {
      const Answer& answer = evidence.link(path);
      user.looked_for_libraries = user.looked_for_libraries || answer.outcome != Outcome::not_recorded;
      if (user.hip_library.empty() && shows_a_file(answer)) {
        user.hip_library = path;
        user.library_sources = {key_of(Kind::link, path)};
      }
    }
  }
  for (const std::string& folder : distribution_folders) {
    const std::string path = folder + "/libhsa-runtime64.so.1";
    if (!user.versions.empty() && user.shadowing.empty() && shows_a_file(evidence.link(path))) user.shadowing = path;
  }
  bool all_absent = true;
  for (const std::string& folder : wsl_folders)
    for (const char* name : {"/librocdxg.so", "/librocdxg.so.1"}) {
      const Answer& answer = evidence.link(folder + name);
      if (shows_a_file(answer)) user.has_wsl_library = true;
      all_absent = all_absent && answer.absent();
      if (answer.outcome != Outcome::not_recorded) user.wsl_sources.push_back(key_of(Kind::link, folder + name));
    }
  if (all_absent) user.has_wsl_library = false;
  return user;
}

}  // namespace rigfit
