#!/usr/bin/env bash
#
# Attacks the platform over loopback, on SQLite and on PostgreSQL with RabbitMQ, while a well-behaved client uses it:
# every method with every role in nearly right, broken and senseless messages, bombs, streams that nobody reads, floods of
# connections and resets, forged tokens, hostile files. See docs/security.md.
#
#   bash tests/attack.sh --minutes 30 --seed 7               half an hour on both engines together
#   bash tests/attack.sh --minutes 2 --engine sqlite         one engine only
#   bash tests/attack.sh --minutes 30 --table FILE           writes the tables of the result to a file too
#   bash tests/attack.sh --no-build …                        takes the programs as they were built
#
# The last line is "calls N, internal N, unknown N, unavailable N, crashes N, over budget N".

set -euo pipefail
folder=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/servers.sh
source tests/install.sh

build=yes
arguments=()
while (($# > 0)); do
    case $1 in
        --no-build) build=no ;;
        --table)
            [[ -n ${2:-} ]] || { echo "--table needs a file after it." >&2; exit 2; }
            if [[ $2 == /* ]]; then arguments+=(--table "$2"); else arguments+=(--table "$folder/$2"); fi
            shift
            ;;
        *) arguments+=("$1") ;;
    esac
    shift
done

trap 'remove_start_policy; stop_servers' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

install_servers
start_servers
if [[ $build == yes ]]; then
    dotnet build tests/Attack --configuration Release --nologo --verbosity quiet -tl:off
fi
wait_for_servers
# In the background, because bash acts on a signal while it waits.
dotnet "$(ls -d tests/Attack/bin/Release/net*/Platform.Attack.dll)" "${arguments[@]}" &
program_id=$!
trap 'kill "$program_id" 2>/dev/null || true; remove_start_policy; stop_servers' EXIT
wait "$program_id"
