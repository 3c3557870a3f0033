#include "probes/python/python.hpp"

#include <iterator>

#include "probes/python/environments.hpp"
#include "probes/python/frameworks.hpp"
#include "probes/python/installed.hpp"
#include "probes/python/interpreters.hpp"
#include "probes/python/library_path.hpp"

namespace rigfit {
namespace {

void append(Requests& requests, Requests more) { std::move(more.begin(), more.end(), std::back_inserter(requests)); }

Requests first_look() {
  Requests requests = interpreter_requests();
  append(requests, python_place_requests());
  return requests;
}

const Requests looks_at = first_look();

Requests next(const Evidence& evidence, const DeviceTable&) {
  Requests requests = active_environment_requests(evidence);
  append(requests, framework_requests(evidence));
  append(requests, library_path_requests(evidence));
  return requests;
}

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  read_interpreters(evidence, facts.host);
  read_frameworks(evidence, facts.host);
  read_installed(evidence, facts.host);
  return facts;
}

}  // namespace

const Probe python_probe{"python", looks_at, next, read};

}  // namespace rigfit
