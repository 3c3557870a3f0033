#include "export/export.hpp"

namespace rigfit {

Exported export_slurm(const Analysis&, const ExportWishes&);
Exported export_slurm_features(const Analysis&, const ExportWishes&);
Exported export_nfd(const Analysis&, const ExportWishes&);
Exported export_prometheus(const Analysis&, const ExportWishes&);
Exported export_ansible(const Analysis&, const ExportWishes&);
Exported export_env(const Analysis&, const ExportWishes&);
Exported export_conda(const Analysis&, const ExportWishes&);
Exported export_uv(const Analysis&, const ExportWishes&);
Exported export_pep850(const Analysis&, const ExportWishes&);
Exported export_cdi(const Analysis&, const ExportWishes&);

std::span<const ExportTarget> export_targets() {
  static constexpr ExportTarget rows[] = {
      {"slurm", "lines for gres.conf, and what belongs in slurm.conf", true, export_slurm},
      {"slurm-features", "the node's features, for scontrol update AvailableFeatures=", true, export_slurm_features},
      {"nfd", "a file for features.d of Kubernetes' Node Feature Discovery", true, export_nfd},
      {"prometheus", "a .prom file for node_exporter's textfile collector", true, export_prometheus},
      {"ansible", "a local fact, for /etc/ansible/facts.d/rigfit.fact", true, export_ansible},
      {"env", "variables RIGFIT_... for eval \"$(...)\" in a shell", true, export_env},
      {"conda", "CONDA_OVERRIDE_..., to solve for this machine elsewhere", false, export_conda},
      {"uv", "UV_TORCH_BACKEND, the index of PyTorch's build", true, export_uv},
      {"pep850", "wheel variants that fit, for UV_VARIANT_LOCK (draft PEP 850)", false, export_pep850},
      {"cdi", "names of its devices for --device of podman and docker", false, export_cdi},
  };
  return rows;
}

}  // namespace rigfit
