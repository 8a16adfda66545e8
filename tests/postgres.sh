# Sourced by tests/run and tests/bench: a PostgreSQL server for the tests alone, on its own port and data folder. The system's own clusters are not touched.
# start_postgres sets TESTS_POSTGRES, or fails and leaves the reason and remedy in postgres_remedy; stop_postgres ends the server.

postgres_remedy=
postgres_data=      # set while a server of ours runs
postgres_throwaway= # a data folder to remove at the end

find_postgres() {
  local candidate
  while read -r candidate; do
    if [ -x "$candidate/initdb" ] && [ -x "$candidate/pg_ctl" ] && [ -x "$candidate/postgres" ]; then
      postgres_bin=$candidate
      return 0
    fi
  done < <(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV; dirname "$(readlink -f "$(command -v initdb)" 2>/dev/null)")
  return 1
}

install_postgres() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    postgres_remedy="PostgreSQL is not installed; install it (Debian: apt-get install postgresql) or set TESTS_POSTGRES."
    return 1
  fi
  # Without this the package would start a cluster that nobody asked for.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  if ! { apt-get update &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold postgresql; }; then
    postgres_remedy="PostgreSQL could not be installed by apt-get; check the network, or set TESTS_POSTGRES."
    return 1
  fi
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then (cd / && exec runuser -u postgres -- "$@"); else "$@"; fi
}

make_data_folder() { # parent → postgres_folder, writable for the server's user
  postgres_folder=$1/postgres
  local major
  major=$("$postgres_bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)
  if [ -f "$postgres_folder/PG_VERSION" ] && [ "$(cat "$postgres_folder/PG_VERSION")" = "$major" ]; then
    return 0
  fi
  rm -rf "$postgres_folder"
  mkdir -p "$postgres_folder" || return 1
  chmod 700 "$postgres_folder"
  [ "$(id -u)" -ne 0 ] || chown postgres "$postgres_folder"
  local locale=C
  ! locale -a 2>/dev/null | grep -qixE 'C\.utf-?8' || locale=C.UTF-8
  as_postgres "$postgres_bin/initdb" -D "$postgres_folder" -U postgres --auth=trust --encoding=UTF8 --locale="$locale" --no-sync >/dev/null
}

postgres_runs() { as_postgres "$postgres_bin/pg_ctl" -D "$1" status >/dev/null 2>&1; }

start_postgres() {
  find_postgres || { install_postgres && find_postgres; } || {
    : "${postgres_remedy:=PostgreSQL was installed but initdb was not found; set TESTS_POSTGRES.}"
    return 1
  }

  local parent=$PWD/.testdata
  mkdir -p "$parent"
  # Another run uses the folder, or the server's user may not enter the repository: take a folder for this run alone.
  if ! as_postgres test -x "$parent" || postgres_in_use "$parent"; then
    parent=$(mktemp -d) || return 1
    chmod 711 "$parent"
    postgres_throwaway=$parent
  fi
  echo $$ >"$parent/postgres.owner"
  if ! make_data_folder "$parent"; then
    postgres_remedy="the data folder $parent/postgres could not be made; delete it, or set TESTS_POSTGRES."
    return 1
  fi

  local port attempt
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 12000))
    postgres_data=$postgres_folder
    # Own process group: Ctrl+C reaches this script, which stops the server in order. Test data need not survive a power cut.
    if as_postgres setsid "$postgres_bin/pg_ctl" -D "$postgres_folder" -l "$postgres_folder/server.log" -w -t 30 \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off \
          -c full_page_writes=off -c max_connections=200" start >/dev/null 2>&1; then
      export TESTS_POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres"
      echo "PostgreSQL for the tests: 127.0.0.1:$port"
      return 0
    fi
    postgres_data=
  done
  postgres_remedy="PostgreSQL did not start; read $postgres_folder/server.log, or set TESTS_POSTGRES."
  return 1
}

# Whether a living run has the folder's server. A server left over by a killed run is stopped.
postgres_in_use() { # parent
  [ -f "$1/postgres/PG_VERSION" ] && postgres_runs "$1/postgres" || return 1
  local owner
  owner=$(cat "$1/postgres.owner" 2>/dev/null)
  if [ -n "$owner" ] && [ "$owner" -ne $$ ] && kill -0 "$owner" 2>/dev/null; then return 0; fi
  as_postgres "$postgres_bin/pg_ctl" -D "$1/postgres" -m immediate stop >/dev/null 2>&1
  return 1
}

stop_postgres() {
  [ -z "$postgres_data" ] || as_postgres "$postgres_bin/pg_ctl" -D "$postgres_data" -m fast -w stop >/dev/null 2>&1
  [ -z "$postgres_throwaway" ] || rm -rf "$postgres_throwaway"
  postgres_data= postgres_throwaway=
}
