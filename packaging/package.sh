#!/bin/sh
# package.sh BUILD OUTPUT: from a configured and compiled build folder to packages in OUTPUT:
#   rigfit_*.deb and librigfit-dev_*.deb, rigfit-*-linux-ARCH.tar.gz, an npm package, a wheel for PyPI, the tarball of the
#   sources, and the recipes of Homebrew, Arch and Nix that build it.
# Nothing is uploaded. The same commit gives the same bytes. RIGFIT_URL: where the tarball of the sources will be fetched
# from; without it, where it lies here.
set -eu
build=$(cd "$1" && pwd)
mkdir -p "$2"
output=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/.." && pwd)

version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
  SOURCE_DATE_EPOCH=$(git -C "$source" log -1 --format=%ct)
fi
export SOURCE_DATE_EPOCH
umask 022
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
trap 'exit 1' HUP INT TERM

maintainer="rigfit maintainers <maintainers@rigfit.example>"

# installed COMPONENT PREFIX
installed() { cmake --install "$build" --component "$1" --prefix "$2" --strip >/dev/null; }
# packed FOLDER FILE.tar.gz: the folder by its name, the same bytes for the same content
packed() {
  tar -C "$(dirname "$1")" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "$(basename "$1")" |
    gzip -9n >"$2"
}
# The notices of what is linked in, by the packages that it came from.
notices() {
  echo "rigfit contains these libraries, each under its own terms."
  for package in libstdc++-12-dev libstdc++-13-dev libstdc++-14-dev libboost1.81-dev libboost-dev libfmt-dev nlohmann-json3-dev libcli11-dev \
    libcereal-dev libpugixml-dev libvalijson-dev libexpected-dev libarchive-dev zlib1g-dev libbz2-dev liblzma-dev; do
    file=/usr/share/doc/$package/copyright
    [ -f "$file" ] || continue
    printf '\n==== %s\n\n' "$package"
    cat "$file"
  done
}

# --- Debian ------------------------------------------------------------------------------------------------------------

# debian_documents PACKAGE ROOT: what Debian's policy wants in each package
debian_documents() {
  folder=$2/usr/share/doc/$1
  mkdir -p "$folder"
  cp "$here/debian/copyright" "$folder/copyright"
  notices | gzip -9n >"$folder/THIRD-PARTY-NOTICES.gz"
  printf 'rigfit (%s-1) unstable; urgency=medium\n\n  * See CHANGELOG.md of the sources.\n\n -- %s  %s\n' "$version" \
    "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$folder/changelog.Debian.gz"
  [ ! -d "$2/usr/share/man" ] || find "$2/usr/share/man" -name '*.1' -exec gzip -9n {} +
}
# deb PACKAGE ROOT: with the fields of debian/PACKAGE.control
deb() {
  (cd "$2" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$stage/md5sums"
  size=$(du -sk --apparent-size "$2/usr" | cut -f 1)
  depends=
  if [ -d "$2/usr/bin" ]; then
    mkdir -p "$stage/debian"
    printf 'Source: rigfit\n\nPackage: rigfit\nArchitecture: any\n' >"$stage/debian/control"
    depends=$(cd "$stage" && dpkg-shlibdeps -O "$2"/usr/bin/* 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
  fi
  mkdir -p "$2/DEBIAN"
  mv "$stage/md5sums" "$2/DEBIAN/md5sums"
  {
    printf 'Package: %s\nSource: rigfit\nVersion: %s-1\nArchitecture: %s\nMaintainer: %s\nInstalled-Size: %s\n' "$1" "$version" \
      "$architecture" "$maintainer" "$size"
    [ -z "$depends" ] || printf 'Depends: %s\n' "$depends"
    cat "$here/debian/$1.control"
  } >"$2/DEBIAN/control"
  find "$2" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group -Zxz --build "$2" "$output/${1}_$version-1_$architecture.deb" >/dev/null
}

case $(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt") in
  *aarch64*) architecture=arm64 machine=aarch64 npm=arm64 ;;
  *)
    architecture=$(dpkg --print-architecture)
    machine=$(uname -m)
    npm=$(echo "$machine" | sed 's/x86_64/x64/; s/aarch64/arm64/')
    ;;
esac

root=$stage/deb-program
installed rigfit "$root/usr"
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions" # where Debian's zsh looks
debian_documents rigfit "$root"
mkdir -p "$root/usr/share/lintian/overrides"
cp "$here/debian/rigfit.lintian-overrides" "$root/usr/share/lintian/overrides/rigfit"
deb rigfit "$root"

root=$stage/deb-library
installed development "$root/usr"
debian_documents librigfit-dev "$root"
deb librigfit-dev "$root"

# --- tarball of the program, npm, PyPI ---------------------------------------------------------------------------------

folder=$stage/rigfit-$version-linux-$machine
installed rigfit "$folder"
cp "$source/LICENSE" "$source/README.md" "$source/CHANGELOG.md" "$folder/"
notices >"$folder/THIRD-PARTY-NOTICES"
packed "$folder" "$output/$(basename "$folder").tar.gz"

folder=$stage/package # what npm calls it
mkdir -p "$folder/bin"
cp "$stage/rigfit-$version-linux-$machine/bin/rigfit" "$folder/bin/rigfit"
cp "$source/LICENSE" "$source/README.md" "$stage/rigfit-$version-linux-$machine/THIRD-PARTY-NOTICES" "$folder/"
sed "s/@VERSION@/$version/; s/@CPU@/$npm/" "$here/npm/package.json.in" >"$folder/package.json"
packed "$folder" "$output/rigfit-$version-npm-linux-$npm.tgz"

python3 "$here/pypi/make_wheel.py" "$stage/rigfit-$version-linux-$machine" "$version" "$machine" "$output" >/dev/null

# --- sources and recipes -----------------------------------------------------------------------------------------------

git -C "$source" archive --format=tar --prefix="rigfit-$version/" HEAD | gzip -9n >"$output/rigfit-$version.tar.gz"
sum=$(sha256sum "$output/rigfit-$version.tar.gz" | cut -d ' ' -f 1)
url=${RIGFIT_URL:-file://$output/rigfit-$version.tar.gz}
commit=$(git -C "$source" rev-parse --short=9 HEAD)
for recipe in PKGBUILD rigfit.rb package.nix; do
  sed "s|@VERSION@|$version|g; s|@URL@|$url|g; s|@SHA256@|$sum|g; s|@COMMIT@|$commit|g" "$here/recipes/$recipe.in" >"$output/$recipe"
done
