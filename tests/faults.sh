#!/usr/bin/env bash
#
# Runs the platform on real servers, kills, freezes and cuts off its parts while clients write to it, and checks that
# nothing is lost, there twice or different. See docs/faults.md.
#
#   bash tests/faults.sh --seed 7 --minutes 30                     half an hour
#   bash tests/faults.sh --seed 1 --faults 40 --writes 5000        until there were so many of both; --minutes limits it
#   bash tests/faults.sh --seed 7 --only kill-relay-holder         one kind of fault only
#   bash tests/faults.sh --seed 7 --plan                           prints the schedule of the seed and ends
#   bash tests/faults.sh --seed 7 --table FILE                     writes the table of the result to a file too
#   bash tests/faults.sh --no-build …                              takes the programs as they were built
#
# The last line is "acknowledged N, lost N, duplicated N, differing N, faults N".

set -euo pipefail

# A mount in a namespace of its own goes with the last process of the run, however it ends.
if [[ -z ${PLATFORM_FAULTS_MOUNTS:-} ]]; then
    export PLATFORM_FAULTS_MOUNTS=no
    if unshare --mount true 2>/dev/null; then
        export PLATFORM_FAULTS_MOUNTS=yes
        exec unshare --mount bash "${BASH_SOURCE[0]}" "$@"
    fi
fi

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

# Faults need servers of their own: nobody else's are stopped.
unset PLATFORM_TEST_POSTGRES PLATFORM_TEST_RABBITMQ PLATFORM_TEST_RABBITMQ_MANAGEMENT PLATFORM_TEST_SERVERS PLATFORM_TEST_SMALL_DISK

stop_all() {
    if [[ -n ${PLATFORM_TEST_SMALL_DISK:-} ]]; then
        umount --lazy "$PLATFORM_TEST_SMALL_DISK" 2>/dev/null || true
    fi
    stop_servers
}
trap 'remove_start_policy; stop_all' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

install_servers
if [[ $build == yes ]]; then
    dotnet build tests/Faults --configuration Release --nologo --verbosity quiet -tl:off
fi
program=$(ls -d tests/Faults/bin/Release/net*/Platform.Faults.dll)
if [[ " ${arguments[*]} " == *" --plan "* ]]; then
    dotnet "$program" "${arguments[@]}"
    exit
fi

start_servers
if [[ $PLATFORM_FAULTS_MOUNTS == yes ]]; then
    in_folder mkdir small-disk
    owner=$(stat --format=uid=%u,gid=%g "$servers_folder/small-disk")
    if mount -t tmpfs -o "size=384m,mode=700,$owner" tmpfs "$servers_folder/small-disk"; then
        export PLATFORM_TEST_SMALL_DISK=$servers_folder/small-disk
    fi
fi
wait_for_servers
# In the background, because bash acts on a signal while it waits.
dotnet "$program" "${arguments[@]}" &
program_id=$!
trap 'kill "$program_id" 2>/dev/null || true; stop_all' EXIT
wait "$program_id"
