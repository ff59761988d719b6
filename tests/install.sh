#!/usr/bin/env bash
#
# Installs what tests, measurements and fault runs need, from the distribution and npm. Other scripts source this file,
# after tests/servers.sh, and call
#
#   install_servers     PostgreSQL and RabbitMQ, where the environment names none
#   install_all         what the tests need beside them
#   remove_start_policy to be called from an EXIT trap

as_root=()        # what makes a command run as root: nothing, or sudo
start_policy=""   # the file that keeps installed servers from starting, while it exists

say() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

find_python() {
    local python
    for python in ${PLATFORM_TEST_PYTHON:-} python3 /usr/bin/python3; do
        if "$python" -c 'import aiosmtpd, google.protobuf, grpc, openpyxl' >/dev/null 2>&1; then
            PLATFORM_TEST_PYTHON=$(command -v "$python")
            export PLATFORM_TEST_PYTHON
            return 0
        fi
    done
    return 1
}

missing_servers() {
    if [[ -z ${PLATFORM_TEST_POSTGRES:-} ]] && ! find_postgres; then echo postgresql; fi
    if [[ -z ${PLATFORM_TEST_RABBITMQ:-} ]] && ! find_rabbitmq; then echo rabbitmq-server; fi
}

missing_packages() {
    missing_servers
    if ! find_python; then echo python3-aiosmtpd python3-grpcio python3-openpyxl; fi
    if ! command -v protoc >/dev/null; then echo protobuf-compiler; fi
    if ! command -v grpc_python_plugin >/dev/null; then echo protobuf-compiler-grpc; fi
    # protoc's own copies of google/protobuf/timestamp.proto and the like.
    if [[ ! -e /usr/include/google/protobuf/timestamp.proto ]]; then echo libprotobuf-dev; fi
    if ! command -v soffice >/dev/null; then echo libreoffice-calc-nogui libreoffice-writer-nogui; fi
    # A machine that has the one need not have the other.
    if command -v dpkg >/dev/null && command -v soffice >/dev/null && ! ls /usr/lib/libreoffice/program/libswlo.so >/dev/null 2>&1; then
        echo libreoffice-writer-nogui
    fi
    if ! command -v pdftoppm >/dev/null; then echo poppler-utils; fi
    if ! command -v npm >/dev/null; then echo npm; fi
    # The program completes their lines.
    if ! command -v fish >/dev/null; then echo fish; fi
    if ! command -v zsh >/dev/null; then echo zsh; fi
    # For promtool, which checks the alerts, and for the tests that fire them.
    if ! command -v promtool >/dev/null; then echo prometheus; fi
    if ! command -v prometheus-alertmanager >/dev/null; then echo prometheus-alertmanager; fi
}

install_servers() {
    install_missing missing_servers
}

install_all() {
    install_missing missing_packages
    find_python
    install_from_npm
}

# install_missing LIST: what the function LIST says is missing.
install_missing() {
    command -v dotnet >/dev/null || fail "The .NET SDK is not installed. Install the version that global.json names."

    local packages
    packages=$("$1" | xargs)
    if [[ -n $packages ]]; then
        say "Installing $packages"
        install_packages "$packages"
        packages=$("$1" | xargs)
        [[ -z $packages ]] || fail "Still missing after the installation: $packages. Install them by hand and run this again."
    fi
}

install_packages() {
    local packages=$1 log
    log=$(mktemp)
    if ! command -v apt-get >/dev/null; then
        fail "Missing: $packages (Debian's names), and there is no apt-get to install them with. $(how_to_help)"
    elif [[ $(id -u) != 0 ]]; then
        sudo -n true 2>/dev/null ||
            fail "Missing: $packages, and installing them needs root. Run: apt-get install $packages. $(how_to_help)"
        as_root=(sudo -n)
    fi
    # A Debian package starts its server when it is installed, unless this program forbids it.
    if [[ ! -e /usr/sbin/policy-rc.d ]]; then
        start_policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin "$start_policy"
    fi
    local installed=yes
    # shellcheck disable=SC2086 # one word for each package
    {
        "${as_root[@]}" apt-get update -qq &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -qq --no-install-recommends $packages
    } >"$log" 2>&1 || installed=no
    remove_start_policy
    if [[ $installed == no ]]; then
        tail -n 30 "$log" >&2
        fail "apt-get could not install $packages; the reason is above. $(how_to_help)"
    fi
}

remove_start_policy() {
    if [[ -n $start_policy ]]; then
        "${as_root[@]}" rm -f "$start_policy"
        start_policy=""
    fi
}

how_to_help() {
    echo "In place of PostgreSQL and RabbitMQ here, PLATFORM_TEST_POSTGRES (an Npgsql connection string of a" \
        "superuser) and PLATFORM_TEST_RABBITMQ (amqp://USER:PASSWORD@HOST:PORT of an administrator) can name existing servers."
}

# No lock file: npm writes one only where the registry has buf's programs for every system. The versions are exact.
install_from_npm() {
    local buf=tests/node_modules/.bin/buf wanted
    wanted=$(sed -n 's/.*"@bufbuild\/buf": "\(.*\)".*/\1/p' tests/package.json)
    if [[ $("$buf" --version 2>/dev/null) != "$wanted" || ! -d tests/node_modules/@grpc/grpc-js ]]; then
        say "Installing what tests/package.json names"
        npm install --prefix tests --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error ||
            fail "npm could not install what tests/package.json names."
    fi
    if [[ -n ${PLATFORM_TEST_BUF:-} ]]; then return; fi
    PLATFORM_TEST_BUF=$PWD/$buf
    export PLATFORM_TEST_BUF
}
