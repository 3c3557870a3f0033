#pragma once

#include <string>
#include <vector>

namespace rigfit {

/// A file that is read for a fleet.
struct FleetInput {
  std::string path;
  std::string root;  ///< the folder that was given and in which it was found; empty: the file itself was given
};

/// The node that each file is about, by what tells the files apart, since reports name nobody:
/// "out.gpu001.json", "out.gpu002.json" (srun -o 'out.%N.json') → gpu001, gpu002; files of clush --outdir → their
/// names; "fetched/gpu001/etc/rigfit.json" (Ansible's fetch) → gpu001; "DIR/1/rank.0/stdout" (mpirun) → rank.0; a
/// "gpu001/machine.json" alone → gpu001. Endings for JSON and gzip are left out. One for each, in their order; two
/// files may be about one node.
std::vector<std::string> node_names(const std::vector<FleetInput>& inputs);

}  // namespace rigfit
