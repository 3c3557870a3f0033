#!/bin/sh
# Prolog of Slurm: a job does not start on a node that does not meet the policy. The node is drained ("Prolog error") and
# the job is queued again. In slurm.conf:
#
#   Prolog=/usr/sbin/rigfit-prolog
#   PrologEpilogTimeout=60
#
# Only a "no" counts (exit status 1): what could not be determined, and a check that itself failed, must not drain a
# cluster. It asks Slurm nothing, as a prolog should not.
set -u
PATH=${RIGFIT_PATH:+$RIGFIT_PATH:}/usr/local/bin:/usr/bin:/bin
export PATH
timeout --kill-after=2 "${RIGFIT_SECONDS:-8}" rigfit check --policy "${RIGFIT_POLICY:-/etc/rigfit/gpu-node.json}" --quiet >/dev/null 2>&1
[ $? -ne 1 ]
