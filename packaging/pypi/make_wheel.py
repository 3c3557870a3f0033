#!/usr/bin/env python3
"""make_wheel.py FOLDER VERSION MACHINE OUTPUT: a wheel that installs the program FOLDER/bin/rigfit, for `uvx rigfit` and
`pipx run rigfit`. It holds no Python. The same program gives the same bytes.

Formats: https://packaging.python.org/en/latest/specifications/binary-distribution-format/ and, for the tag,
https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/#manylinux
"""
import base64
import hashlib
import os
import re
import sys
import time
import zipfile

METADATA = """Metadata-Version: 2.1
Name: rigfit
Version: {version}
Summary: Which ML framework fits this machine, and why an accelerator does not work
License: Apache-2.0
Keywords: cuda,rocm,pytorch,tensorflow,jax,gpu,machine-learning
Classifier: Environment :: Console
Classifier: License :: OSI Approved :: Apache Software License
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: C++
Description-Content-Type: text/markdown

{readme}"""


def oldest_glibc(program):
    """(2, 34): the newest version of a symbol that the program asks the C library for."""
    found = {tuple(map(int, match)) for match in re.findall(rb"GLIBC_(\d+)\.(\d+)", program)}
    return max(found)


def main(folder, version, machine, output):
    def read(name):
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()

    program = read("bin/rigfit")
    major, minor = oldest_glibc(program)
    tag = f"py3-none-manylinux_{major}_{minor}_{machine}"
    info, data = f"rigfit-{version}.dist-info", f"rigfit-{version}.data"
    metadata = METADATA.format(version=version, readme=read("README.md").decode())
    wheel = f"Wheel-Version: 1.0\nGenerator: rigfit\nRoot-Is-Purelib: false\nTag: {tag}\n"
    files = [(f"{data}/scripts/rigfit", program, 0o755), (f"{info}/METADATA", metadata.encode(), 0o644),
             (f"{info}/WHEEL", wheel.encode(), 0o644), (f"{info}/LICENSE", read("LICENSE"), 0o644),
             (f"{info}/THIRD-PARTY-NOTICES", read("THIRD-PARTY-NOTICES"), 0o644)]
    record = ""
    for name, content, _ in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(content)}\n"
    record += f"{info}/RECORD,,\n"
    files.append((f"{info}/RECORD", record.encode(), 0o644))

    when = time.gmtime(max(int(os.environ["SOURCE_DATE_EPOCH"]), 315532800))[:6]  # ZIP begins in 1980
    path = os.path.join(output, f"rigfit-{version}-{tag}.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content, mode in files:
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, content)
    print(path)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
