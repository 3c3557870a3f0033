"""How many instructions the program takes, by callgrind: the same number each time, whatever else the machine does."""
import os
import re
import shutil
import subprocess

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}


def can_count():
    return shutil.which("valgrind") is not None


def count(program, *arguments):
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, *arguments],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=300, check=False)
    said = run.stderr.decode(errors="replace")
    collected = re.search(r"Collected\s*:\s*(\d+)", said)
    if run.returncode not in (0, 1, 3) or not collected:
        raise RuntimeError("%s %s: exit %d\n%s" % (os.path.basename(program), " ".join(arguments), run.returncode, said))
    return int(collected.group(1))
