#include <exception>
#include <string>
#include <vector>

#include "cli/commands/commands.hpp"
#include "cli/output.hpp"

int main(int count, char** arguments) {
  rigfit::keep_standard_streams();
  try {
    return rigfit::run(rigfit::parse_arguments(std::vector<std::string>(arguments + (count > 0), arguments + count)));
  } catch (const std::exception& error) {
    return rigfit::complain(std::string("internal error: ") + error.what());
  }
}
