#!/usr/bin/env bash
#
# Builds the images with podman and runs the platform in containers as it would run in production: two replicas of each
# process, TLS and tokens between them, read-only file systems, no shell. Imports the record, compares its report with that of a
# platform in one process, exchanges every container under load, adds one, restores a backup, and prints a table of what was seen.
#
#   bash tests/containers.sh                 builds and runs
#   bash tests/containers.sh --no-build      with the images of the last run
#   bash tests/containers.sh --alerts        also plants faults before a real Prometheus until its alerts fire, and mends them
#
# PostgreSQL and RabbitMQ are private servers of this run, and the containers share the network of this machine: every replica has
# a loopback address of its own. No image is fetched: the base images are made from this machine's packages and .NET.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/servers.sh
source tests/install.sh

prefix=localhost/platform-test/
build=yes
options=()
for option in "$@"; do
    case $option in
        --no-build) build=no ;;
        --alerts) options+=(--alerts) ;;
        *) echo "\"$option\" is not an option. Use: bash tests/containers.sh [--no-build] [--alerts]" >&2; exit 2 ;;
    esac
done

missing_container_tools() {
    missing_packages
    if ! command -v podman >/dev/null; then echo podman; fi
    if ! command -v runc >/dev/null; then echo runc; fi
    if ! command -v debootstrap >/dev/null; then echo debootstrap; fi
    if ! command -v openssl >/dev/null; then echo openssl; fi
}

work=""
trap 'remove_start_policy; stop_servers; [[ -z $work ]] || rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

install_missing missing_container_tools
find_python
# Certificates and a key of this run, out of the repository; the EXIT trap removes it.
work=$(mktemp -d -t platform-containers.XXXXXXXX)
start_servers

if [[ $build == yes ]]; then
    bash tests/containers/base-images.sh "$prefix"
    # The builder gets the packages that are here already, and whatever feeds this machine's NuGet knows.
    packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
    dotnet restore Platform.sln --nologo --verbosity quiet -tl:off
    bash deploy/containers/build.sh --prefix "$prefix" --tag test --sdk "${prefix}base-sdk" --runtime "${prefix}base-runtime" -- \
        --isolation chroot --network host --volume "$packages:/root/.nuget/packages:O"
fi
say "Building what drives the test"
dotnet build deploy/Platform --configuration Release --nologo --verbosity quiet -tl:off
wait_for_servers
# In the background, because bash acts on a signal while it waits.
"$PLATFORM_TEST_PYTHON" tests/containers/run.py "$prefix" "$work" "${options[@]}" &
program_id=$!
trap 'kill "$program_id" 2>/dev/null && wait "$program_id" || true; remove_start_policy; stop_servers; rm -rf "$work"' EXIT
wait "$program_id"
