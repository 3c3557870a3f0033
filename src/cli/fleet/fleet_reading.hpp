#pragma once

#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "fleet/input_names.hpp"
#include "fleet/tally.hpp"

namespace rigfit {

/// The files that are meant by what stands on the command line: files, "-" for stdin, and folders with all that lies
/// below them, in the order of their paths. Hidden files, and "stderr" as mpirun names it, are left out. The error
/// names a path that is not there.
tl::expected<std::vector<FleetInput>, std::string> fleet_inputs(const std::vector<std::string>& words);

/// What was read by all threads.
struct FleetReading {
  std::vector<Tally> tallies;
  std::vector<std::string> notes;  ///< sentences about what the inputs look like
};

/// Reads all inputs by `threads` threads (0: as many as there are processors). `make_tally` is called once for each.
/// What cannot be read is counted in the tallies; memory does not grow with the size of the inputs.
FleetReading read_fleet(const std::vector<FleetInput>& inputs, const std::function<Tally()>& make_tally,
                        unsigned threads);

}  // namespace rigfit
