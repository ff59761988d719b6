#!/usr/bin/env bash
#
# Makes the two base images for a machine that can fetch none: PREFIXbase-sdk from Debian and the .NET SDK of this machine, and
# PREFIXbase-runtime from a few of its files, without a shell.
#
#   bash tests/containers/base-images.sh PREFIX

set -euo pipefail
prefix=$1
dotnet_folder=$(dirname "$(readlink -f "$(command -v dotnet)")")
# Whole file systems, of which only the images are kept; the EXIT trap removes it.
folder=$(mktemp -d -t platform-base.XXXXXXXX)
trap 'rm -rf "$folder"' EXIT

mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | grep debian | head -n 1)
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")

if ! podman image exists "${prefix}base-sdk"; then
    echo "Making ${prefix}base-sdk"
    debootstrap --variant=minbase --include=ca-certificates,libssl3,libstdc++6,zlib1g "$suite" "$folder/sdk" "$mirror" \
        >"$folder/log" 2>&1 ||
        { tail -n 20 "$folder/log" >&2; exit 1; }
    mkdir -p "$folder/sdk/usr/share/dotnet"
    cp -a "$dotnet_folder/." "$folder/sdk/usr/share/dotnet/"
    ln -sf /usr/share/dotnet/dotnet "$folder/sdk/usr/bin/dotnet"
    tar -C "$folder/sdk" --exclude=./proc --exclude=./sys --exclude=./var/cache --exclude=./var/lib/apt/lists -c . |
        podman import --change 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true' - \
            "${prefix}base-sdk" >/dev/null
fi

echo "Making ${prefix}base-runtime"
mkdir -p "$folder/packages" "$folder/runtime"/{app,etc/ssl/certs,tmp,usr/bin,usr/share/dotnet}
(cd "$folder/packages" && apt-get download --quiet=2 libc6 libgcc-s1 libssl3 libstdc++6 zlib1g tzdata)
for package in "$folder"/packages/*.deb; do
    dpkg-deb --extract "$package" "$folder/runtime"
done
rm -rf "$folder"/runtime/usr/share/{doc,lintian,man,bug} "$folder"/runtime/usr/lib/*/gconv "$folder"/runtime/usr/share/gdb
cp -a "$dotnet_folder"/{dotnet,host,shared} "$folder/runtime/usr/share/dotnet/"
ln -s /usr/share/dotnet/dotnet "$folder/runtime/usr/bin/dotnet"
cp /etc/ssl/certs/ca-certificates.crt "$folder/runtime/etc/ssl/certs/"
printf 'app:x:1654:1654::/app:/nonexistent\n' >"$folder/runtime/etc/passwd"
printf 'app:x:1654:\n' >"$folder/runtime/etc/group"
printf 'hosts: files dns\n' >"$folder/runtime/etc/nsswitch.conf"
chmod 1777 "$folder/runtime/tmp"
tar -C "$folder/runtime" --owner 0 --group 0 -c . |
    podman import --change 'ENV PATH=/usr/bin' --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true' - \
        "${prefix}base-runtime" >/dev/null
