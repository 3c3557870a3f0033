#!/bin/sh
# Drains a node of Slurm that does not meet a policy, and puts it back once it does. In slurm.conf:
#
#   HealthCheckProgram=/usr/sbin/rigfit-health-check
#   HealthCheckInterval=300
#   HealthCheckNodeState=ANY,CYCLE
#
# slurmd gives it no variable but SLURMD_NODENAME (no PATH), ends it after 60 s, runs it once before the node registers,
# and starts another one even while one hangs. So it has a time limit and a lock of its own, and a node that somebody
# else drained is left alone. What could not be determined is no reason to drain.
set -u
PATH=${RIGFIT_PATH:+$RIGFIT_PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
policy=${RIGFIT_POLICY:-/etc/rigfit/gpu-node.json}
work=${RIGFIT_RUN:-/run/rigfit}
seconds=${RIGFIT_SECONDS:-40}
mark=rigfit: # begins every reason that is ours
node=${SLURMD_NODENAME:?slurmd sets it}

mkdir -p "$work" && exec 9>"$work/health-check.$node.lock" || exit 0
flock --nonblock 9 || exit 0 # another one is at it still: never a pile of them

# Into a file and not a pipe: whatever is left of a child that cannot be ended must not keep this waiting.
answer=$work/health-check.$node
timeout --kill-after=5 "$seconds" rigfit check --policy "$policy" --quiet >"$answer" 2>&1 9>&-
status=$?

current=$(scontrol show node "$node" | sed -n 's/^ *State=\([^ ]*\).*/\1/p')
reason=$(scontrol show node "$node" | sed -n 's/^ *Reason=\(.*\)/\1/p')
case $status in
  0)
    case $reason in
      "$mark"*) scontrol update NodeName="$node" State=RESUME ;;
    esac
    ;;
  1)
    case $current in
      *DRAIN*) ;; # by us or by an administrator: the reason stays
      *) scontrol update NodeName="$node" State=DRAIN Reason="$mark $(head -n 1 "$answer" | tr -d '"' | cut -c 1-200)" ;;
    esac
    ;;
esac
exit 0
