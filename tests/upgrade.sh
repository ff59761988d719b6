#!/usr/bin/env bash
#
# Shows that the version before goes on working while this one migrates: builds both, fills a log with the one before, migrates with
# this one while that serves and is written to, then exchanges it.
#
#   bash tests/upgrade.sh                     from the version that landed last, a log of 1,000,000 changes
#   bash tests/upgrade.sh --from REVISION     from another one
#   bash tests/upgrade.sh --changes 100000    a smaller log
#
# Prints what it saw. Exit code: 0 no write failed, the process before was ready throughout, and the new one verifies.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/servers.sh
source tests/install.sh

# The contract that is kept to stay compatible with is that of the version that landed last.
from=$(git log -1 --format=%H -- protos/landed.binpb)
changes=1000000
while (($# > 0)); do
    case $1 in
        --from | --changes)
            [[ -n ${2:-} ]] || fail "$1 needs a value after it."
            if [[ $1 == --from ]]; then from=$2; else changes=$2; fi
            shift 2
            ;;
        *)
            sed -n '3,/^$/s/^# \{0,1\}//p' tests/upgrade.sh
            exit 2
            ;;
    esac
done

work=$(mktemp -d -t platform-upgrade.XXXXXXXX)
served=""
watcher=""
clean_up() {
    if [[ -n $watcher ]]; then kill "$watcher" 2>/dev/null || true; fi
    if [[ -n $served ]]; then
        kill -KILL "$served" 2>/dev/null || true
        wait "$served" 2>/dev/null || true
    fi
    stop_servers
    git worktree remove --force "$work/source" 2>/dev/null || true
    rm -rf "$work"
}
trap 'remove_start_policy; clean_up' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
install_servers
start_servers

publish() { # FOLDER TARGET
    (cd "$1" && dotnet publish deploy/Platform --configuration Release --output "$2" --verbosity quiet -tl:off -p:RunAnalyzers=false)
}
say "Building $from and this version"
git worktree add --detach --quiet "$work/source" "$from"
publish "$work/source" "$work/before"
publish . "$work/after"
wait_for_servers

# ---- Databases of the version before ---------------------------------------------------------------

psql_in() { # DATABASE: runs what it reads
    [[ $PLATFORM_TEST_POSTGRES =~ Host=([^;]*)\;Port=([^;]*)\;Username=([^;]*)\;Password=([^;]*) ]]
    PGPASSWORD=${BASH_REMATCH[4]} psql --host "${BASH_REMATCH[1]}" --port "${BASH_REMATCH[2]}" --username "${BASH_REMATCH[3]}" \
        --dbname "$1" --quiet --tuples-only --no-align --set ON_ERROR_STOP=1
}
for store in membership meetings commitments reporting; do
    echo "create database upgrade_$store" | psql_in postgres
    export "ConnectionStrings__$store=${PLATFORM_TEST_POSTGRES/Database=postgres/Database=upgrade_$store}"
done
export RabbitMq__Uri=$PLATFORM_TEST_RABBITMQ/ RabbitMq__AllowCleartext=true
port=$(free_port)
health=$(free_port)
address=http://127.0.0.1:$port
export Health__Address=http://127.0.0.1:$health
before=(dotnet "$work/before/platform.dll")
after=(dotnet "$work/after/platform.dll")
"${before[@]}" migrate >/dev/null

serve() { # PROGRAM...
    "$@" serve --data "$work/data" --port "$port" >"$work/serve.log" 2>&1 &
    served=$!
    # The worker takes in the whole log before it is ready.
    local deadline=$((SECONDS + 900))
    until curl -sf -o /dev/null "http://127.0.0.1:$health/readyz"; do
        if ! kill -0 "$served" 2>/dev/null || ((SECONDS > deadline)); then
            tail -n 20 "$work/serve.log" >&2
            fail "The platform was not ready within a quarter of an hour."
        fi
        sleep 0.2
    done
}
stop() {
    kill "$served"
    wait "$served" || true
    served=""
}

say "Filling a log with $changes changes"
serve "${before[@]}"
mkdir "$work/first"
printf 'records:\n- participant:\n    name: participants/first\n    kind: partner\n    names: [{text: First, kind: official}]\n' \
    >"$work/first/entries.yaml"
"${before[@]}" import "$work/first" --data "$work/data" --address "$address" >/dev/null
stop
psql_in upgrade_membership >/dev/null <<END
-- The name is the first field of the state: 18 bytes, in the place of which others have 21.
create function pg_temp.state_of(name text, first bytea) returns bytea language sql as
    \$\$ select '\x0a15'::bytea || convert_to(name, 'UTF8') || substring(first from 21) \$\$;
create temporary table others as select i, 'participants/u' || lpad(i::text, 7, '0') as name from generate_series(1, $changes) i;
insert into record (name, type, version, state)
select o.name, type, 1, pg_temp.state_of(o.name, state) from record, others o where record.name = 'participants/first';
insert into change (id, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor,
    request_id, request_hash, state)
select i + 1, gen_random_uuid(), o.name, resource_type, 1, kind, effective_date, recorded_time, actor, '', request_hash,
    pg_temp.state_of(o.name, state)
from change, others o where resource_name = 'participants/first';
insert into change_position (position, id) select i + 1, i + 1 from generate_series(1, $changes) i;
select setval(pg_get_serial_sequence('change_unnumbered', 'id'), $changes + 2, false);
update log_reader set position = $changes + 1;
END
serve "${before[@]}"

# ---- Migrate while it serves -----------------------------------------------------------------------

say "Migrating while the version before is written to"
mkdir "$work/load"
{
    echo 'records:'
    for i in $(seq 1 3000); do
        printf -- '- participant:\n    name: participants/w%s\n    kind: partner\n    names: [{text: Written %s, kind: official}]\n' \
            "$i" "$i"
    done
} >"$work/load/entries.yaml"
: >"$work/not-ready"
(
    while sleep 0.1; do
        curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$health/readyz" || echo x >>"$work/not-ready"
    done
) &
watcher=$!
"${before[@]}" import "$work/load" --data "$work/data" --address "$address" >"$work/import.log" 2>&1 &
importing=$!
sleep 2
started=$(date +%s%N)
"${after[@]}" migrate apply
migrated=$((($(date +%s%N) - started) / 1000000))
result=0
wait "$importing" || result=1
kill "$watcher"; wait "$watcher" 2>/dev/null || true; watcher=""
not_ready=$(wc -l <"$work/not-ready")
schema=$("${after[@]}" migrate status | head -1)

say "Exchanging it, and comparing"
stop
serve "${after[@]}"
verified=0
"${after[@]}" verify --wait 300 --data "$work/data" --address "$address" >"$work/verify.log" 2>&1 || verified=$?

say "Result"
echo "before:            $from"
echo "changes in a log:  $changes"
echo "migrate took:      $migrated ms ($schema)"
echo "written meanwhile: $(tail -1 "$work/import.log")"
echo "not ready:         $not_ready times"
echo "verify:            $(tail -1 "$work/verify.log")"
((result == 0 && not_ready == 0 && verified == 0))
