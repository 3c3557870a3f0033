#!/bin/sh
# try.sh [FOLDER]: the README's two commands on a minimal Debian 12 with nothing preinstalled, from a fresh clone.
# Needs root, debootstrap, and the package mirror this host uses. Takes some minutes and about 2 GiB; not part of ./dev test.
set -eu
folder=${1:-$(mktemp -d)/debian12}
here=$(cd "$(dirname "$0")/../.." && pwd)

# The mirror and proxy settings of this host: none is written down here.
# shellcheck disable=SC2016  # apt's own placeholder
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | sort -u | head -n 1)
debootstrap --variant=minbase bookworm "$folder" "$mirror"
for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*proxy*; do
  [ ! -e "$file" ] || cp "$file" "$folder$file"
done
cp /etc/resolv.conf "$folder/etc/resolv.conf"

# A mount left behind would let whoever deletes the folder delete what it shows, so /sys and /dev are not this host's own:
# /sys is a read-only mount of its own, and /dev holds the few nodes that a build opens.
# Terminals are a devpts of its own for the same reason.
unmount() {
  for point in dev/pts sys proc; do
    ! mountpoint -q "$folder/$point" || umount "$folder/$point" || umount -l "$folder/$point" ||
      echo "try.sh: $folder/$point is still mounted: unmount it before deleting $folder" >&2
  done
}
trap unmount EXIT
trap 'exit 1' HUP INT TERM
mount -t proc proc "$folder/proc"
mount -t sysfs -o ro sysfs "$folder/sys"
mkdir -p "$folder/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$folder/dev/pts"

git clone --quiet "$here" "$folder/root/rigfit"
chroot "$folder" /bin/sh -ec 'cd /root/rigfit && ./dev run && ./dev test'
echo "clean machine: ./dev run and ./dev test work in $folder"
