#!/usr/bin/env bash
#
# Measures one read and one write of the commitments service through everything, against a bare gRPC handler on
# raw Npgsql and against pgbench, on a private PostgreSQL that writes durably and a private RabbitMQ.
#
#   bash tests/bench.sh                      about three minutes; the last line has the two ratios
#   bash tests/bench.sh --seconds 10         longer measurements (default: 4 s each)
#   bash tests/bench.sh --rounds 9           more rounds (default: 5)
#   bash tests/bench.sh --alternatives       Dapper and EF Core too
#   bash tests/bench.sh --only write         reads or writes only
#   bash tests/bench.sh --rebuild 1000000    instead: a new worker takes in so many changes, about two minutes
#   bash tests/bench.sh --reports 8000       instead: the workbook of so many commitments beside other ways, two minutes
#   bash tests/bench.sh --ordering           instead: ways to order a change log (decision 3), about six minutes
#
# Only the ratios mean something on another machine: client, services, PostgreSQL and RabbitMQ share its processors.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/servers.sh
source tests/install.sh

trap 'remove_start_policy; stop_servers' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

install_servers
find_python || true   # for openpyxl, with --reports
start_servers --durable
# pgbench comes with the server, off the PATH.
if [[ -n $postgres_bin ]]; then export PATH="$postgres_bin:$PATH"; fi
command -v pgbench >/dev/null || {
    echo "pgbench is not installed. It comes with PostgreSQL (Debian: postgresql-contrib, part of postgresql)." >&2
    exit 1
}
dotnet build tests/Benchmarks --configuration Release --nologo --verbosity quiet -tl:off
wait_for_servers
program=$(ls -d tests/Benchmarks/bin/Release/net*/Platform.Benchmarks.dll)
# In the background, because bash acts on Ctrl-C while it waits.
dotnet "$program" "$@" &
trap 'kill "$!" 2>/dev/null || true; stop_servers' EXIT
wait "$!"
