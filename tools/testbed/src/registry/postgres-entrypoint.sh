#!/bin/sh
# Makes a database on an empty PGDATA, then runs the server: as much of the official image as compose files use.
set -e
case ${1:-} in -* | '') set -- postgres "$@" ;; esac
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec su postgres -s /bin/sh -c 'exec "$0" "$@"' -- "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres}
  printf '%s' "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD is not set}" >/tmp/password
  initdb --pgdata="$PGDATA" --username="$user" --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust \
    --encoding=UTF8 --locale=C >/dev/null
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  database=${POSTGRES_DB:-$user}
  [ "$database" = postgres ] || echo "CREATE DATABASE \"$database\"" | postgres --single -j -D "$PGDATA" postgres >/dev/null
fi
exec "$@"
