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

trap 'umount "$folder/proc" "$folder/sys" "$folder/dev" 2>/dev/null || true' EXIT
mount -t proc proc "$folder/proc"
mount --rbind /sys "$folder/sys" && mount --make-rslave "$folder/sys"
mount --bind /dev "$folder/dev"

git clone --quiet "$here" "$folder/root/rigfit"
chroot "$folder" /bin/sh -ec 'cd /root/rigfit && ./dev run && ./dev test'
echo "clean machine: ./dev run and ./dev test work in $folder"
