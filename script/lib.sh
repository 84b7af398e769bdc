# shellcheck shell=bash
# What the scripts share: where things lie, how to say things, a throw-away PostgreSQL. Sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"

# One rule for the place of everything built: $CARGO_TARGET_DIR, or target/ in the clone. The site that
# the server shows (its LEPTOS_SITE_ROOT) is <target>/site for a release build, <target>/site-dev for a
# dev build: a running release server never sees its files change under it when the tests are run.
target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) target=$root/$target ;; esac
export CARGO_TARGET_DIR=$target
site_of() { if [ "$1" = release ]; then echo "$target/site"; else echo "$target/site-dev"; fi; }
program_of() { if [ "$1" = release ]; then echo "$target/release/carillon"; else echo "$target/debug/carillon"; fi; }
viewer=$target/viewer # what shows the description of the API (script/viewer)
front=$target/front # the browser's half has its own folder, so that both halves can be built at once

# Two clones may share a target folder, one after the other. Cargo tells their crates apart only by the dates
# of the files, so it can take what another clone has built for this one's; and the paths of server functions
# follow from the folder they were compiled in. So our own crates are built anew when the folder is another.
built_in=$(cat "$target/carillon-clone" 2>/dev/null || true)
if [ "$built_in" != "$root" ]; then
  if [ -n "$built_in" ] || [ "$target" != "$root/target" ]; then
    for crate in */Cargo.toml; do
      find "$target" -maxdepth 5 -path "*/.fingerprint/${crate%/*}-*" -prune -exec rm -rf {} + 2>/dev/null || true
    done
  fi
  mkdir -p "$target"
  printf '%s\n' "$root" >"$target/carillon-clone"
fi

# Programs that bootstrap installs: npm's in node_modules, cargo's in ~/.cargo/bin.
export PATH="$root/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

# The one selection of packages for builds in the dev profile, lints, tests and the SQL check, so that every crate
# is compiled once for all of them. `bench` turns on engine/testing, which the release build is made without.
# shellcheck disable=SC2034 # used by those who source this file
native=(-p domain -p engine -p provider-ses -p app -p server -p bench --features app/ssr)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# --- system packages -------------------------------------------------------------------------------

# sudo may ask for a password where somebody can see the question.
can_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 2 ]; }; }; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

apt_has() { [ -n "$(apt-cache --quiet=2 show --no-all-versions "$1" 2>/dev/null)" ]; }

apt_install() {
  command -v apt-get >/dev/null || die "missing, and this system has no apt: $*"
  can_root || die "missing; as root: apt-get install --no-install-recommends $*"
  say "apt-get install $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# --- PostgreSQL ------------------------------------------------------------------------------------

# Prints the folder of the newest PostgreSQL server programs, version 15 or later.
pg_bin() {
  local dir version best=0 found=
  for dir in "${CARILLON_PG_BIN:-}" /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null || true)"; do
    if [ ! -x "$dir/initdb" ] || [ ! -x "$dir/postgres" ]; then continue; fi
    version=$("$dir/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    if [ "$dir" = "${CARILLON_PG_BIN:-}" ]; then version=$((version + 1000)); fi
    if [ "$version" -ge 15 ] && [ "$version" -gt "$best" ]; then best=$version found=$dir; fi
  done
  [ -n "$found" ] && printf '%s\n' "$found"
}

# PostgreSQL refuses to run as root. A user namespace without a mapping hides from it that we are, and
# needs neither a second account nor rights on the folder.
as_not_root() { if [ "$(id -u)" = 0 ]; then unshare -U "$@"; else "$@"; fi; }

# pg_start DATA SOCKETS: makes a new cluster in DATA and starts it, listening only in the folder SOCKETS.
# Nothing in it is worth keeping, so nothing is synced to disk.
pg_start() {
  local data=$1 sockets=$2 bin
  bin=$(pg_bin) || die "PostgreSQL 15 or newer is missing: run script/bootstrap"
  rm -rf "$data"
  mkdir -p "$data" "$sockets"
  chmod 700 "$data" "$sockets"
  as_not_root "$bin/initdb" -D "$data" -U carillon -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
    --no-instructions >"$sockets/log" 2>&1 || die "initdb failed: $(cat "$sockets/log")"
  as_not_root "$bin/pg_ctl" -D "$data" -w -t 60 -s -l "$sockets/log" start \
    -o "-c listen_addresses='' -c unix_socket_directories='$sockets' -c fsync=off -c full_page_writes=off" \
    </dev/null >/dev/null || die "PostgreSQL did not start: $(tail -n 20 "$sockets/log")"
  "$bin/createdb" -h "$sockets" -U carillon carillon
}

pg_stop() { # pg_stop DATA
  local bin
  if [ -f "$1/postmaster.pid" ] && bin=$(pg_bin); then
    as_not_root "$bin/pg_ctl" -D "$1" -s -w -m immediate stop </dev/null >/dev/null 2>&1 || true
  fi
}

pg_url() { printf 'postgres://carillon@localhost/carillon?host=%s' "$1"; } # pg_url SOCKETS

# pg_migrate SOCKETS: applies the migrations with psql, which proves that they are plain SQL.
pg_migrate() {
  local bin file
  bin=$(pg_bin)
  for file in migrations/*.sql; do
    [ -e "$file" ] || continue
    "$bin/psql" -X -q -h "$1" -U carillon -d carillon -v ON_ERROR_STOP=1 --single-transaction -f "$file" >/dev/null ||
      die "$file failed"
  done
}
