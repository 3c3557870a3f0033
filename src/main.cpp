#include <unistd.h>

#include <exception>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "cli/run.hpp"

int main(int count, char** arguments) {
  rigfit::keep_standard_streams();
  // Its children, its output and its reading are made for the rights of whoever runs it: SECURITY.md.
  if (::getuid() != ::geteuid() || ::getgid() != ::getegid())
    return rigfit::complain(
        "does not run with the rights of another user or group; remove the set-ID bits of the program");
  try {
    return rigfit::run_program(std::vector<std::string>(arguments + (count > 0), arguments + count));
  } catch (const std::exception& error) {
    return rigfit::complain(std::string("internal error: ") + error.what());
  }
}
