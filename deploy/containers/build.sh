#!/usr/bin/env bash
#
# Builds the images of the platform with podman, or with docker where there is no podman.
#
#   bash deploy/containers/build.sh                                      platform/membership:latest and the others
#   bash deploy/containers/build.sh --prefix registry.example.org/rcp/ --tag 2.1.0
#   bash deploy/containers/build.sh --sdk IMAGE --runtime IMAGE          with other base images; see Containerfile
#   bash deploy/containers/build.sh … -- --volume DIR:DIR                what stands after -- goes to the builder
#
# Beside them it writes what they are made of, a CycloneDX file each, into out/sbom; see sbom.sh.
#
# Every file in a layer is as old as the commit, so that what did not change is the same layer again.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

prefix=platform/
tag=latest
arguments=()
while (($# > 0)); do
    case $1 in
        --prefix | --tag | --sdk | --runtime)
            [[ -n ${2:-} ]] || { echo "$1 needs a value after it." >&2; exit 2; }
            case $1 in
                --prefix) prefix=$2 ;;
                --tag) tag=$2 ;;
                --sdk) arguments+=(--build-arg "SDK=$2") ;;
                --runtime) arguments+=(--build-arg "RUNTIME=$2") ;;
            esac
            shift 2
            ;;
        --) shift; arguments+=("$@"); break ;;
        -h | --help) sed -n '3,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "\"$1\" is not an option. Run: bash deploy/containers/build.sh --help" >&2; exit 2 ;;
    esac
done

revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
commit_time=$(git log -1 --format=%ct 2>/dev/null || echo 0)
if command -v podman >/dev/null; then
    # The format of Docker, which has health checks.
    builder=(podman build --format docker --timestamp "$commit_time" --layers)
elif command -v docker >/dev/null; then
    builder=(env "SOURCE_DATE_EPOCH=$commit_time" docker build)
else
    echo "Neither podman nor docker is installed." >&2
    exit 1
fi
for target in membership meetings commitments reporting platform; do
    echo "Building $prefix$target:$tag"
    "${builder[@]}" --file deploy/containers/Containerfile --target "$target" --tag "$prefix$target:$tag" \
        --build-arg "REVISION=$revision" "${arguments[@]}" .
done
if command -v dotnet >/dev/null; then
    echo "What they are made of:"
    dotnet restore Platform.sln --verbosity quiet
    bash deploy/containers/sbom.sh out/sbom "$tag"
else
    echo "Without the .NET SDK on this machine nothing says what the images are made of. Run: bash deploy/containers/sbom.sh out/sbom"
fi
