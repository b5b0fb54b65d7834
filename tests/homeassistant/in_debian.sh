#!/bin/sh
# Runs a newer Home Assistant in a fresh tree of a newer Debian, whose Python it needs, with the arguments of `hass`.
# Usage: in_debian.sh make TREE SUITE VERSION UV   makes the tree (as root; some minutes)
#        in_debian.sh --config FOLDER              FOLDER lies in TREE, which HOMEASSISTANT_TREE names
set -eu
here=$(cd "$(dirname "$0")" && pwd)

make_tree() {
  packages=ca-certificates,python3,python3-venv,python3-dev,gcc,g++
  [ -e "$1/usr/bin/g++" ] || debootstrap --variant=minbase --include="$packages" "$2" "$1"
  cp /etc/resolv.conf "$1/etc/resolv.conf"
  cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
  cp "$4" "$1/usr/local/bin/uv"
  cp "$here/requirements-$3.txt" "$1/requirements.txt"
  chroot "$1" python3 -m venv --clear /ha
  chroot "$1" env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    uv pip install --quiet --compile-bytecode --python /ha/bin/python -r /requirements.txt
  touch "$1/installed-$3"
}

if [ "$1" = make ]; then
  make_tree "$2" "$3" "$4" "$5"
  exit
fi
for argument in "$@"; do # paths as they are seen in the tree
  shift
  set -- "$@" "${argument#"$HOMEASSISTANT_TREE"}"
done
exec chroot "$HOMEASSISTANT_TREE" /ha/bin/hass "$@"
