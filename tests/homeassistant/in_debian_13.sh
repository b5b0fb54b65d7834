#!/bin/sh
# Runs Home Assistant 2026.2.3 in a fresh tree of Debian 13, whose Python it needs, with the arguments of `hass`.
# Usage: in_debian_13.sh make TREE UV      makes the tree (as root; some minutes)
#        in_debian_13.sh --config FOLDER   FOLDER lies in TREE, which HOMEASSISTANT_TREE names
set -eu
here=$(cd "$(dirname "$0")" && pwd)

make_tree() {
  packages=ca-certificates,python3,python3-venv,python3-dev,gcc,g++
  [ -e "$1/usr/bin/python3.13" ] || debootstrap --variant=minbase --include="$packages" trixie "$1"
  cp /etc/resolv.conf "$1/etc/resolv.conf"
  cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
  cp "$2" "$1/usr/local/bin/uv"
  cp "$here/requirements-2026.2.3.txt" "$1/requirements.txt"
  chroot "$1" python3 -m venv /ha
  chroot "$1" env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    uv pip install --quiet --compile-bytecode --python /ha/bin/python -r /requirements.txt
  touch "$1/installed"
}

if [ "$1" = make ]; then
  make_tree "$2" "$3"
  exit
fi
for argument in "$@"; do # paths as they are seen in the tree
  shift
  set -- "$@" "${argument#"$HOMEASSISTANT_TREE"}"
done
exec chroot "$HOMEASSISTANT_TREE" /ha/bin/hass "$@"
