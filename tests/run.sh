#!/usr/bin/env bash
#
# Installs what is missing, starts private servers, builds, runs every test, stops what it started.
# The last line says "N passed, N failed", and how many were skipped if any were.
#
#   bash tests/run.sh                                everything
#   bash tests/run.sh --filter Meetings              only the test projects with "Meetings" in their name;
#   bash tests/run.sh --filter Meetings --filter Contracts      the option may be repeated
#   bash tests/run.sh --coverage                     also writes coverage to out/coverage, with a summary
#
# What tests find in their environment:
#   PLATFORM_TEST_POSTGRES, PLATFORM_TEST_RABBITMQ, PLATFORM_TEST_RABBITMQ_MANAGEMENT    see tests/servers.sh
#   PLATFORM_TEST_BUF       the buf program, which checks the protos
#   PLATFORM_TEST_PYTHON    a Python that has aiosmtpd, grpcio, protobuf and openpyxl
# Set one of them beforehand to use a server or program of your own.
#
# PLATFORM_TEST_TIMEOUT     how long the build, or one test project, may take (default: 20m)

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/servers.sh
source tests/install.sh

work=""           # the temporary folder of this run
step_pid=""       # the step that is running now
filters=()
coverage=()       # the option that collects coverage, if it is asked for

read_arguments() {
    while (($# > 0)); do
        case $1 in
            --filter)
                [[ -n ${2:-} ]] || fail "--filter needs a part of a test project's name after it."
                filters+=("$2")
                shift 2
                ;;
            --coverage)
                coverage=(--collect "XPlat Code Coverage")
                shift
                ;;
            -h | --help)
                sed -n '3,/^$/s/^# \{0,1\}//p' tests/run.sh
                exit 0
                ;;
            *)
                fail "\"$1\" is not an option. Use: bash tests/run.sh [--coverage] [--filter PART-OF-A-PROJECT-NAME]..."
                ;;
        esac
    done
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
    # With one compiler for all projects, whatever the environment says: it loads itself and the analyzers once, which halves the time.
    # It ends with this step.
    if run_step dotnet build Platform.sln --configuration Release --nologo --verbosity minimal -tl:off -p:UseSharedCompilation=true; then
        echo "Built in $((SECONDS - started)) s."
    else
        problem "The build failed."
        return 1
    fi
}

check_format() {
    local started=$SECONDS
    say "Checking the format of the code"
    # What the build does not see: it checks layout and names itself (.editorconfig).
    if run_step dotnet format whitespace . --folder --verify-no-changes --exclude '**/obj/**'; then
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
    mkdir -p "$work/results/$name"
    if ((${#coverage[@]} > 0)); then
        run_step dotnet test "$project" --no-build --configuration Release --nologo \
            --results-directory "$work/results/$name" --logger "trx;LogFileName=results.trx" \
            --logger "console;verbosity=minimal" "${coverage[@]}" || result=$?
    else
        # End to end, most processes end before it pays to compile a method again: that took a sixth of the time. One more test than
        # there are processors runs at a time, because some mostly wait, such as the one of the alerts.
        local settings=() options=()
        if [[ $name == *.EndToEnd.* ]]; then
            settings=(DOTNET_TC_CallCounting=0)
            options=(-maxThreads 3)
        fi
        # The test program itself: dotnet test looks at the project first, and starts two more processes.
        run_step env "${settings[@]}" dotnet "$(dirname "$project")"/bin/Release/net*/"$name.dll" -noLogo -noColor -reporter quiet \
            "${options[@]}" -result-trx "$work/results/$name/results.trx" || result=$?
    fi
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
    if ((${#coverage[@]} > 0)); then
        rm -rf out/coverage && mkdir -p out/coverage
        "$PLATFORM_TEST_PYTHON" tests/coverage.py "$work/results" out/coverage
    fi
    "$PLATFORM_TEST_PYTHON" tests/summarize.py "$work" || exit 1
    exit 0
}

main() {
    read_arguments "$@"
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    work=$(mktemp -d -t platform-tests.XXXXXXXX)
    # The servers that a test starts run as another user and have their folders in this one.
    chmod 711 "$work"
    mkdir -p "$work/results" "$work/tmp"

    ensure_home
    install_all
    local projects
    mapfile -t projects < <(find_test_projects)
    ((${#projects[@]} > 0)) || fail "No test project in tests/ has \"${filters[*]:-.Tests}\" in its name, so there is nothing to run."

    # The servers get ready while the compiler works.
    start_servers
    # What the build and the tests leave in the temporary folder goes when this run ends.
    export TMPDIR=$work/tmp
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
    # Every test starts its processes anew; measuring how to optimise them, as for a long run, took a fifth of the time.
    export DOTNET_TieredPGO=0
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
