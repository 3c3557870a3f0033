#!/bin/sh
# sysroot.sh FOLDER: the libraries that rigfit is built with, for 64-bit Arm, unpacked into a folder. The system's own packages and
# lists stay as they are. Needs apt and a Debian mirror; root is not needed.
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd)
[ ! -e "$folder/complete" ] || exit 0

mkdir -p "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial"
: >"$folder/apt/status"
apt_arm() {
  apt-get -qq -o "Dir::State=$folder/apt/state" -o "Dir::State::status=$folder/apt/status" -o "Dir::Cache=$folder/apt/cache" \
    -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}
apt_arm update
boost=1.81
apt-cache show libboost1.81-dev >/dev/null 2>&1 || boost=$(apt-cache depends libboost-dev | sed -n 's/.*Depends: libboost\([0-9.]*\)-dev$/\1/p')
# shellcheck disable=SC2086  # a list of words
apt_arm install --download-only --yes --no-install-recommends libboost$boost-dev libboost-filesystem$boost-dev libfmt-dev \
  nlohmann-json3-dev libcli11-dev libcereal-dev libpugixml-dev libvalijson-dev libexpected-dev libarchive-dev zlib1g-dev libbz2-dev \
  liblzma-dev libgtest-dev libgmock-dev
# The C and C++ libraries are those of the cross compiler.
for package in "$folder"/apt/cache/archives/*.deb; do
  case ${package##*/} in
    libc6* | libc-dev* | libstdc++* | libgcc* | gcc-* | linux-libc-dev*) ;;
    *) dpkg-deb -x "$package" "$folder" ;;
  esac
done
rm -rf "$folder/apt"
touch "$folder/complete"
