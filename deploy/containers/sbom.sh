#!/usr/bin/env bash
#
# Writes what each program is made of, a CycloneDX file for each image: every package with version, licence and SHA-512.
#
#   bash deploy/containers/sbom.sh out/sbom           out/sbom/membership.cdx.json and the others
#   bash deploy/containers/sbom.sh out/sbom 2.1.0     of that version; otherwise of the commit
#
# Needs the .NET SDK, and the packages restored (dotnet restore). The same commit gives the same files.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [[ -z ${1:-} || $1 == -* ]]; then
    sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
    exit 2
fi
folder=$1
version=${2:-$(git rev-parse HEAD 2>/dev/null || echo unknown)}
moment=$(TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null || echo 1970-01-01T00:00:00Z)

mkdir -p "$folder"
dotnet tool restore --verbosity quiet
for project in services/Membership services/Meetings services/Commitments workers/Reporting deploy/Platform; do
    name=$(basename "$project")
    name=${name,,}
    # Without a serial number, which would be another each time.
    dotnet dotnet-CycloneDX "$project"/*.csproj --no-serial-number --disable-package-restore --output-format Json \
        --output "$folder" --filename "$name.cdx.json" --set-name "platform-$name" --set-version "$version" >"$folder/log" 2>&1 || {
        cat "$folder/log" >&2
        echo "What $name is made of could not be written. Are its packages restored? Run: dotnet restore" >&2
        exit 1
    }
    rm "$folder/log"
    # The moment of the commit, not of this run.
    sed -i "s/\"timestamp\": \"[^\"]*\"/\"timestamp\": \"$moment\"/" "$folder/$name.cdx.json"
    echo "$folder/$name.cdx.json"
done
