#include <exception>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "cli/run.hpp"

int main(int count, char** arguments) {
  rigfit::keep_standard_streams();
  try {
    return rigfit::run_program(std::vector<std::string>(arguments + (count > 0), arguments + count));
  } catch (const std::exception& error) {
    return rigfit::complain(std::string("internal error: ") + error.what());
  }
}
