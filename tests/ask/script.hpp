// What a fake library is to do, by the variable FAKE: words "key=value" with spaces between them.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

namespace fake {

/// The variable, or the file of that name where the whole program is played to, whose children get few variables.
inline std::string instructions(const char* variable) {
  if (const char* value = std::getenv(variable)) return value;
  std::ifstream file(std::string("/opt/fake/") + variable);
  std::string text;
  std::getline(file, text);
  return text;
}

inline const std::map<std::string, std::string>& script() {
  static const auto words = [] {
    std::map<std::string, std::string> all;
    const std::string text = instructions("FAKE");
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      const std::string word = text.substr(at, end - at);
      const std::size_t equals = std::min(word.find('='), word.size());
      if (!word.empty()) all[word.substr(0, equals)] = equals < word.size() ? word.substr(equals + 1) : "1";
      at = end + 1;
    }
    return all;
  }();
  return words;
}

inline std::string word(const std::string& key, const std::string& otherwise = "") {
  const auto it = script().find(key);
  return it == script().end() ? otherwise : it->second;
}

inline long number(const std::string& key, long otherwise) {
  const std::string value = word(key);
  return value.empty() ? otherwise : std::atol(value.c_str());
}

/// Every entry point begins with this: it misbehaves when it is the one that is asked to, and gives the status it is to
/// return: "status.FUNCTION=N", or "status.FUNCTION.DEVICE=N" for one device.
inline int enter(const std::string& function, long device = -1) {
  const std::string here = device < 0 ? function : function + "." + std::to_string(device);
  const auto is_reported = [&](const char* what) { return word(what) == function || word(what) == here; };
  if (is_reported("crash")) ::raise(SIGSEGV);
  if (is_reported("abort")) std::abort();
  if (is_reported("leave")) ::_exit(0);
  if (is_reported("print")) {
    std::puts("{\"this\": \"is not the answer\"}");
    std::fflush(stdout);
  }
  if (is_reported("deaf")) ::signal(SIGTERM, SIG_IGN);
  if (is_reported("hang") || is_reported("deaf"))
    for (;;) ::pause();
  return static_cast<int>(number("status." + here, number("status." + function, 0)));
}

}  // namespace fake
