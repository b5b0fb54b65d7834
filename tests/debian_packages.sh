#!/bin/sh
# Installs the named Debian packages that are missing, where it may; otherwise says what to type.
# Usage: sh tests/debian_packages.sh PACKAGE...      Exit status 1: something is still missing.
set -eu
PATH="$PATH:/usr/sbin:/usr/local/sbin"

present() {  # whether what the package gives is here, whoever installed it
  case "$1" in
    dbus) command -v dbus-daemon ;;
    mosquitto) command -v mosquitto ;;
    mosquitto-clients) command -v mosquitto_sub ;;
    nodejs) command -v node ;;
    npm) command -v npm ;;
    postgresql) command -v initdb || ls /usr/lib/postgresql/*/bin/initdb ;;
    *) dpkg-query -W -f '${Status}' "$1" | grep -q 'install ok installed' ;;
  esac >/dev/null 2>&1
}

missing=""
for package in "$@"; do
  present "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Missing on this machine:$missing (Debian's names). Install what your system calls them, then try again." >&2
  exit 1
fi

if [ "$(id -u)" = 0 ]; then
  as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root="sudo -n"
else
  echo "Missing Debian packages, and installing them needs root. Type this, then try again:" >&2
  echo "  sudo apt-get install --no-install-recommends$missing" >&2
  exit 1
fi

echo "Installing Debian packages:$missing"
# shellcheck disable=SC2086  # the list is meant to be split
{
  $as_root apt-get update -q &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
} >/dev/null || {
  echo "apt-get could not install:$missing (its reason is above)" >&2
  exit 1
}
