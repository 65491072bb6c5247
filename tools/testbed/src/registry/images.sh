#!/bin/bash
# images.sh NAME FOLDER: lays out the root of an image from this machine's own files.
#   webapp      this machine's node, psql, and a program that asks a database
#   postgres    this machine's PostgreSQL, with an entry point that knows the variables of the official image
set -euo pipefail
name=$1 root=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
postgres=$(ls -d /usr/lib/postgresql/*/ | sort -V | tail -n 1)
postgres=${postgres%/}

# Shared libraries of programs, and the loader.
libraries() {
  { ldd "$@" 2>/dev/null || true; } | grep -oE '/[^ ]+ \(0x' | sed 's/ (0x$//' | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -Ln "$library" "$root$library"
  done
}

mkdir -p "$root"/{bin,etc,tmp,usr/bin,var/run}
chmod 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
printf 'root:x:0:0::/:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\npostgres:x:999:\n' >"$root/etc/group"

case $name in
webapp)
  node=$(readlink -f "$(command -v node)")
  cp "$node" "$root/usr/bin/node"
  cp "$postgres/bin/psql" "$root/usr/bin/psql"
  libraries "$node" "$postgres/bin/psql"
  cp "$here/webapp.mjs" "$root/webapp.mjs"
  ;;
postgres)
  mkdir -p "$root$(dirname "$postgres")" "$root/usr/share/postgresql" "$root/usr/share/zoneinfo" "$root/var/lib/postgresql/data"
  cp -a "$postgres" "$root$postgres"
  rm -rf "$root$postgres"/lib/bitcode "$root$postgres"/lib/llvmjit*
  cp -a "/usr/share/postgresql/${postgres##*/}" "$root/usr/share/postgresql/"
  cp -aL /usr/share/zoneinfo/{Etc,UTC} "$root/usr/share/zoneinfo/"
  ln -s "$postgres/bin" "$root/usr/lib/postgresql/bin"
  # shellcheck disable=SC2046
  libraries $(find "$root$postgres" -type f \( -perm -u+x -o -name '*.so' \))
  install -m 755 "$here/postgres-entrypoint.sh" "$root/usr/bin/docker-entrypoint.sh"
  ;;
esac
