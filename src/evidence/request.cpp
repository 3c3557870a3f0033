#include "evidence/request.hpp"

#include <utility>

namespace rigfit {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::file:
      return "file";
    case Kind::link:
      return "link";
    case Kind::list:
      return "list";
    case Kind::node:
      return "node";
    case Kind::env:
      return "env";
    case Kind::command:
      return "command";
    case Kind::ask:
      return "ask";
    case Kind::metadata:
      return "metadata";
  }
  return "";
}

namespace {

Request of(Kind kind, std::string target) {
  Request request;
  request.kind = kind;
  request.target = std::move(target);
  return request;
}

}  // namespace

Request file(std::string path, std::size_t cap) {
  Request request = of(Kind::file, std::move(path));
  request.cap = cap;
  return request;
}

Request file_keeping(std::string path, std::vector<std::string> keep, char between, std::size_t cap) {
  Request request = file(std::move(path), cap);
  request.keep = std::move(keep);
  request.keep_between = between;
  return request;
}

Request log_keeping(Request log, std::vector<std::string> keep, char between) {
  log.keep = std::move(keep);
  log.keep_between = between;
  log.keep_anywhere = true;
  return log;
}

Request link(std::string path) { return of(Kind::link, std::move(path)); }
Request list(std::string path) { return of(Kind::list, std::move(path)); }
Request node(std::string path) { return of(Kind::node, std::move(path)); }
Request env(std::string variable) { return of(Kind::env, std::move(variable)); }

Request ask(std::string question, std::vector<std::string> args) {
  Request request = of(Kind::ask, std::move(question));
  request.args = std::move(args);
  return request;
}
Request metadata(std::string path) { return of(Kind::metadata, std::move(path)); }

Request command(std::string program, std::vector<std::string> args, std::string unless_found) {
  Request request = of(Kind::command, std::move(program));
  request.args = std::move(args);
  request.unless_found = std::move(unless_found);
  return request;
}

Request proving(std::string platform, Request request) {
  request.proves = std::move(platform);
  return request;
}

Request waking(Request request) {
  request.wakes = true;
  return request;
}

Request opened(std::string path) {
  Request request = node(std::move(path));
  request.opens = true;
  return request;
}

std::string key_of(Kind kind, std::string_view target) {
  std::string key(name_of(kind));
  key += ':';
  key += target;
  return key;
}

std::string key_of(const Request& request) {
  std::string key = key_of(request.kind, request.target);
  for (const std::string& arg : request.args) {
    key += ' ';
    key += arg;
  }
  return key;
}

}  // namespace rigfit
