#!/usr/bin/env bash
#
# Installs what is missing, starts private servers, builds, runs every test, stops what it started.
# The last line says "N passed, N failed", and how many were skipped if any were.
#
#   bash tests/run.sh                                everything
#   bash tests/run.sh --filter Meetings              only the test projects with "Meetings" in their name;
#   bash tests/run.sh --filter Meetings --filter Contracts      the option may be repeated
#
# What tests find in their environment:
#   PLATFORM_TEST_POSTGRES, PLATFORM_TEST_RABBITMQ, PLATFORM_TEST_RABBITMQ_MANAGEMENT    see tests/servers.sh
#   PLATFORM_TEST_BUF       the buf program, which checks the protos
#   PLATFORM_TEST_PYTHON    a Python that has grpcio, protobuf and openpyxl
# Set one of them beforehand to use a server or program of your own.
#
# PLATFORM_TEST_TIMEOUT     how long the build, or one test project, may take (default: 20m)

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/servers.sh

work=""           # the temporary folder of this run
step_pid=""       # the step that is running now
filters=()
as_root=()        # what makes a command run as root: nothing, or sudo
start_policy=""   # the file that keeps installed servers from starting, while it exists

say() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

read_arguments() {
    while (($# > 0)); do
        case $1 in
            --filter)
                [[ -n ${2:-} ]] || fail "--filter needs a part of a test project's name after it."
                filters+=("$2")
                shift 2
                ;;
            -h | --help)
                sed -n '3,/^$/s/^# \{0,1\}//p' tests/run.sh
                exit 0
                ;;
            *)
                fail "\"$1\" is not an option. Use: bash tests/run.sh [--filter PART-OF-A-PROJECT-NAME]..."
                ;;
        esac
    done
}

# ---- What the tests need -------------------------------------------------------------------------

find_python() {
    local python
    for python in ${PLATFORM_TEST_PYTHON:-} python3 /usr/bin/python3; do
        if "$python" -c 'import google.protobuf, grpc, openpyxl' >/dev/null 2>&1; then
            PLATFORM_TEST_PYTHON=$(command -v "$python")
            export PLATFORM_TEST_PYTHON
            return 0
        fi
    done
    return 1
}

missing_packages() {
    if [[ -z ${PLATFORM_TEST_POSTGRES:-} ]] && ! find_postgres; then echo postgresql; fi
    if [[ -z ${PLATFORM_TEST_RABBITMQ:-} ]] && ! find_rabbitmq; then echo rabbitmq-server; fi
    if ! find_python; then echo python3-grpcio python3-openpyxl; fi
    if ! command -v protoc >/dev/null; then echo protobuf-compiler; fi
    if ! command -v grpc_python_plugin >/dev/null; then echo protobuf-compiler-grpc; fi
    # protoc's own copies of google/protobuf/timestamp.proto and the like.
    if [[ ! -e /usr/include/google/protobuf/timestamp.proto ]]; then echo libprotobuf-dev; fi
    if ! command -v soffice >/dev/null; then echo libreoffice-calc-nogui; fi
    if ! command -v pdftoppm >/dev/null; then echo poppler-utils; fi
    if [[ -z ${PLATFORM_TEST_BUF:-} ]] && ! command -v npm >/dev/null; then echo npm; fi
}

install_missing() {
    command -v dotnet >/dev/null || fail "The .NET SDK is not installed. Install the version that global.json names."

    local packages
    packages=$(missing_packages | xargs)
    if [[ -n $packages ]]; then
        say "Installing $packages"
        install_packages "$packages"
        packages=$(missing_packages | xargs)
        [[ -z $packages ]] || fail "Still missing after the installation: $packages. Install them by hand and run this again."
    fi
    find_python
    install_buf
}

install_packages() {
    local packages=$1
    if ! command -v apt-get >/dev/null; then
        fail "Missing: $packages (Debian's names), and there is no apt-get to install them with. $(how_to_help)"
    elif [[ $(id -u) != 0 ]]; then
        sudo -n true 2>/dev/null || fail "Missing: $packages, and installing them needs root. Run: apt-get install $packages. $(how_to_help)"
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
    } >"$work/install.log" 2>&1 || installed=no
    remove_start_policy
    if [[ $installed == no ]]; then
        tail -n 30 "$work/install.log" >&2
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

# No lock file: npm writes one only where the registry has buf's programs for every system. The version is exact.
install_buf() {
    if [[ -n ${PLATFORM_TEST_BUF:-} ]]; then return; fi
    local buf=tests/node_modules/.bin/buf wanted
    wanted=$(sed -n 's/.*"@bufbuild\/buf": "\(.*\)".*/\1/p' tests/package.json)
    if [[ $("$buf" --version 2>/dev/null) != "$wanted" ]]; then
        say "Installing buf $wanted"
        npm install --prefix tests --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error ||
            fail "npm could not install buf $wanted. Install it yourself and set PLATFORM_TEST_BUF to the program."
    fi
    PLATFORM_TEST_BUF=$PWD/$buf
    export PLATFORM_TEST_BUF
}

# dotnet and npm keep caches in the home folder and need one that they can write to.
ensure_home() {
    if [[ ! -d ${HOME:-} || ! -w ${HOME:-} ]]; then
        export HOME=$work/home
        mkdir -p "$HOME"
    fi
}

# ---- Steps ---------------------------------------------------------------------------------------

# Runs a command in a process group of its own and then ends whatever it left behind, such as a
# compiler that waits for more work. In the background, because bash acts on Ctrl-C while it waits.
run_step() {
    local result=0
    timeout --kill-after=10s "${PLATFORM_TEST_TIMEOUT:-20m}" "$@" </dev/null &
    step_pid=$!
    wait "$step_pid" || result=$?
    kill -KILL -- "-$step_pid" 2>/dev/null || true
    step_pid=""
    return "$result"
}

# One sentence for each thing that went wrong outside a test; each counts as a failure.
problem() {
    printf '%s\n' "$*" | tee -a "$work/problems"
}

build() {
    local started=$SECONDS
    say "Building"
    if run_step dotnet build Platform.sln --configuration Release --nologo --verbosity minimal -tl:off; then
        echo "Built in $((SECONDS - started)) s."
    else
        problem "The build failed."
        return 1
    fi
}

check_format() {
    local started=$SECONDS
    say "Checking the format of the code"
    if run_step dotnet format Platform.sln --verify-no-changes --no-restore; then
        echo "Checked in $((SECONDS - started)) s."
    else
        problem "The code is not formatted as .editorconfig says. Run: dotnet format Platform.sln"
    fi
}

is_selected() {
    local filter
    if ((${#filters[@]} == 0)); then return 0; fi
    for filter in "${filters[@]}"; do
        if [[ $1 == *"$filter"* ]]; then return 0; fi
    done
    return 1
}

# Every project named *.Tests: Directory.Build.targets makes it one. Benchmarks measure, bash tests/bench.sh runs them.
find_test_projects() {
    local project
    for project in tests/*/*.Tests.csproj; do
        if is_selected "$(basename "$project" .csproj)"; then
            echo "$project"
        fi
    done
}

run_project() {
    local project=$1 name started=$SECONDS result=0
    name=$(basename "$project" .csproj)
    say "Testing $name"
    run_step dotnet test "$project" --no-build --configuration Release --nologo \
        --results-directory "$work/results/$name" --logger "trx;LogFileName=results.trx" \
        --logger "console;verbosity=minimal" || result=$?
    mkdir -p "$work/results/$name"
    echo "$result" >"$work/results/$name/exit-code"
    echo "$name took $((SECONDS - started)) s."
}

# ---- The run -------------------------------------------------------------------------------------

clean_up() {
    # timeout passes the signal on to everything that it started.
    if [[ -n $step_pid ]]; then
        kill -TERM "$step_pid" 2>/dev/null || true
        wait "$step_pid" 2>/dev/null || true
        kill -KILL -- "-$step_pid" 2>/dev/null || true
        step_pid=""
    fi
    remove_start_policy
    stop_servers
    if [[ -n $work ]]; then
        rm -rf "$work"
        work=""
    fi
}

finish() {
    say "Results"
    stop_servers
    "$PLATFORM_TEST_PYTHON" tests/summarize.py "$work" || exit 1
    exit 0
}

main() {
    read_arguments "$@"
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    work=$(mktemp -d "${TMPDIR:-/tmp}/platform-tests.XXXXXXXX")
    # The servers that a test starts run as another user and have their folders in this one.
    chmod 711 "$work"
    mkdir -p "$work/results" "$work/tmp"

    ensure_home
    install_missing
    local projects
    mapfile -t projects < <(find_test_projects)
    ((${#projects[@]} > 0)) || fail "No test project in tests/ has \"${filters[*]:-.Tests}\" in its name, so there is nothing to run."

    # The servers get ready while the compiler works.
    start_servers
    # What the build and the tests leave in the temporary folder goes when this run ends.
    export TMPDIR=$work/tmp
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
    # Build processes that wait for the next build would outlive this run.
    export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

    build || finish
    if ! wait_for_servers; then
        problem "The servers did not start."
        finish
    fi
    if ((${#filters[@]} == 0)); then
        check_format
    fi
    local project
    for project in "${projects[@]}"; do
        run_project "$project"
    done
    finish
}

main "$@"
