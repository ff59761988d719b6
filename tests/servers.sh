#!/usr/bin/env bash
#
# A private PostgreSQL and a private RabbitMQ for tests and measurements: on loopback, on free
# ports, in a temporary folder, gone when the work is done.
#
#   bash tests/servers.sh run COMMAND [ARGUMENT]...      for a developer, for example:
#   bash tests/servers.sh run dotnet test tests/Meetings
#
# Other scripts source this file and call
#
#   start_servers [--durable]   returns at once, with the variables below exported
#   wait_for_servers            returns when both servers answer, fails with a sentence if one does not
#   stop_servers                stops what start_servers started; to be called from an EXIT trap
#
# PLATFORM_TEST_POSTGRES              Npgsql connection string, superuser, database "postgres"
# PLATFORM_TEST_RABBITMQ              amqp://USER:PASSWORD@127.0.0.1:PORT, an administrator
# PLATFORM_TEST_RABBITMQ_MANAGEMENT   http://USER:PASSWORD@127.0.0.1:PORT, RabbitMQ's HTTP API, with
#                                     which a test creates and deletes a virtual host of its own
#
# PLATFORM_TEST_SERVERS               the folder of the servers, if both are private. A test may stop one and start
#                                     it again: postgres.pid and rabbitmq.pid hold the ids of the servers, each the
#                                     leader of a process group; `bash start-postgres` and `bash start-rabbitmq` in
#                                     the folder become the server again, on its port and with its password.
#
# A variable that is already set names an existing server, which is then used and left alone.

servers_folder=""
servers_user=()
postgres_port="" postgres_pid="" postgres_bin=""
rabbitmq_port="" rabbitmq_pid="" rabbitmq_management_port="" rabbitmq_program=""
epmd_pid=""

# Debian keeps PostgreSQL's server programs off the PATH, one folder for each version.
find_postgres() {
    local program
    for program in $(compgen -G '/usr/lib/postgresql/*/bin/postgres' | sort -rV) $(command -v postgres || true); do
        if [[ -x $program && -x $(dirname "$program")/initdb ]]; then
            postgres_bin=$(dirname "$program")
            return 0
        fi
    done
    return 1
}

# Debian's /usr/sbin/rabbitmq-server only serves the system's own broker and refuses other users;
# the program behind it does what the RABBITMQ_ variables say.
find_rabbitmq() {
    local program
    for program in /usr/lib/rabbitmq/bin/rabbitmq-server $(command -v rabbitmq-server || true); do
        if [[ -x $program ]] && command -v erl >/dev/null && command -v epmd >/dev/null; then
            rabbitmq_program=$program
            return 0
        fi
    done
    return 1
}

start_servers() {
    local durable=no
    if [[ ${1:-} == --durable ]]; then durable=yes; fi

    servers_folder=$(mktemp -d -t platform-servers.XXXXXXXX)
    if [[ $(id -u) == 0 ]]; then
        # PostgreSQL refuses to run as root, so both servers run as an ordinary user.
        local user=postgres
        id -u "$user" >/dev/null 2>&1 || user=nobody
        servers_user=(--reuid "$user" --regid "$(id -g "$user")" --init-groups)
        chown "$user:$(id -g "$user")" "$servers_folder"
    fi

    # RabbitMQ first, because it takes longer.
    if [[ -z ${PLATFORM_TEST_RABBITMQ:-} ]]; then
        start_rabbitmq || return 1
    elif [[ -z ${PLATFORM_TEST_RABBITMQ_MANAGEMENT:-} ]]; then
        guess_management
    fi
    if [[ -z ${PLATFORM_TEST_POSTGRES:-} ]]; then
        start_postgres "$durable" || return 1
    fi
    if [[ -n $postgres_pid && -n $rabbitmq_pid ]]; then
        export PLATFORM_TEST_SERVERS=$servers_folder
    fi
}

start_postgres() {
    local durable=$1
    local fsync=off
    # Tests outlive a killed process without fsync, only not a power cut. Measurements need the real thing.
    if [[ $durable == yes ]]; then fsync=on; fi

    find_postgres || {
        echo "PostgreSQL is not installed. Install it, or set PLATFORM_TEST_POSTGRES to the connection string of an existing server." >&2
        return 1
    }
    postgres_port=$(free_port) || return 1
    local password
    password=$(random_password)
    printf '%s\n' "$password" | in_folder tee password >/dev/null
    cat <<END | in_folder tee postgresql.conf >/dev/null
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 500
fsync = $fsync
full_page_writes = $fsync
timezone = 'UTC'
log_timezone = 'UTC'
END

    # shellcheck disable=SC2016 # the inner shell expands these
    write_start_script postgres '
        if [[ ! -e data/PG_VERSION ]]; then
            "$1/initdb" --pgdata=data --username=postgres --pwfile=password --auth=scram-sha-256 \
                --encoding=UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1 || { cat initdb.log; exit 1; }
            cat postgresql.conf >>data/postgresql.conf
        fi
        exec "$1/postgres" -D data -p "$2"' "$postgres_bin" "$postgres_port"
    in_background postgres
    postgres_pid=$!

    export PLATFORM_TEST_POSTGRES="Host=127.0.0.1;Port=$postgres_port;Username=postgres;Password=$password;Database=postgres"
}

start_rabbitmq() {
    find_rabbitmq || {
        echo "RabbitMQ is not installed. Install it, or set PLATFORM_TEST_RABBITMQ to the amqp:// address of an existing server." >&2
        return 1
    }
    local epmd_port distribution_port password
    epmd_port=$(free_port) || return 1
    rabbitmq_port=$(free_port) || return 1
    rabbitmq_management_port=$(free_port) || return 1
    distribution_port=$(free_port) || return 1
    password=$(random_password)

    cat <<END | in_folder tee rabbitmq.conf >/dev/null
listeners.tcp.local = 127.0.0.1:$rabbitmq_port
management.tcp.ip = 127.0.0.1
management.tcp.port = $rabbitmq_management_port
default_user = platform
default_pass = $password
END
    echo '[rabbitmq_management].' | in_folder tee enabled_plugins >/dev/null
    # Keeps the settings of the system's own broker out of this one.
    in_folder tee rabbitmq-env.conf </dev/null >/dev/null

    local settings=(
        HOME="$servers_folder"
        ERL_EPMD_ADDRESS=127.0.0.1
        ERL_EPMD_PORT="$epmd_port"
        RABBITMQ_CONF_ENV_FILE="$servers_folder/rabbitmq-env.conf"
        RABBITMQ_CONFIG_FILE="$servers_folder/rabbitmq.conf"
        RABBITMQ_CONFIG_FILES="$servers_folder/conf.d"
        RABBITMQ_ADVANCED_CONFIG_FILE="$servers_folder/advanced.config"
        RABBITMQ_ENABLED_PLUGINS_FILE="$servers_folder/enabled_plugins"
        RABBITMQ_NODENAME="platform-test-$rabbitmq_port@localhost"
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
        RABBITMQ_NODE_PORT="$rabbitmq_port"
        RABBITMQ_DIST_PORT="$distribution_port"
        RABBITMQ_MNESIA_BASE="$servers_folder/mnesia"
        RABBITMQ_LOG_BASE="$servers_folder/rabbitmq-log"
        RABBITMQ_SCHEMA_DIR="$servers_folder/schema"
        RABBITMQ_GENERATED_CONFIG_DIR="$servers_folder/generated"
        RABBITMQ_PID_FILE="$servers_folder/rabbitmq.pid"
        # Together these make the program become the broker instead of its parent: its id is the one to stop.
        RABBITMQ_ALLOW_INPUT=yes
        # Idle schedulers of Erlang spin for a while before they sleep: on a machine that the broker shares with a database
        # and the services, that takes the processors from these (RabbitMQ's guide on runtime tuning).
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-noinput +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
    )
    # Erlang would start its port mapper as a daemon that outlives the broker, so it finds one of ours.
    write_start_script epmd 'exec env "$@"' "${settings[@]}" epmd -address 127.0.0.1 -port "$epmd_port"
    in_background epmd
    epmd_pid=$!
    write_start_script rabbitmq 'exec env "$@"' "${settings[@]}" "$rabbitmq_program"
    in_background rabbitmq
    rabbitmq_pid=$!

    export PLATFORM_TEST_RABBITMQ="amqp://platform:$password@127.0.0.1:$rabbitmq_port"
    export PLATFORM_TEST_RABBITMQ_MANAGEMENT="http://platform:$password@127.0.0.1:$rabbitmq_management_port"
}

# amqp://USER:PASSWORD@HOST:PORT becomes http://USER:PASSWORD@HOST:15672, RabbitMQ's usual address.
guess_management() {
    if [[ $PLATFORM_TEST_RABBITMQ =~ ^amqps?://(([^@/]*)@)?([^:/]+) ]]; then
        export PLATFORM_TEST_RABBITMQ_MANAGEMENT="http://${BASH_REMATCH[2]:-guest:guest}@${BASH_REMATCH[3]}:15672"
        echo "PLATFORM_TEST_RABBITMQ_MANAGEMENT is not set: trying RabbitMQ's HTTP API at http://${BASH_REMATCH[3]}:15672."
    else
        echo "PLATFORM_TEST_RABBITMQ is not an amqp:// address. Write it as amqp://USER:PASSWORD@HOST:PORT." >&2
        return 1
    fi
}

wait_for_servers() {
    if [[ -n $postgres_pid ]]; then
        wait_until PostgreSQL "$postgres_pid" postgres.log "$postgres_bin/pg_isready" -q -h 127.0.0.1 -p "$postgres_port" || return 1
    fi
    if [[ -n $rabbitmq_pid ]]; then
        # The broker opens its AMQP port last of all, after the plugins.
        wait_until RabbitMQ "$rabbitmq_pid" rabbitmq.log is_listening "$rabbitmq_management_port" || return 1
        wait_until RabbitMQ "$rabbitmq_pid" rabbitmq.log is_listening "$rabbitmq_port" || return 1
    fi
}

# wait_until NAME PROCESS LOG CHECK...: until CHECK succeeds, at most two minutes.
wait_until() {
    local name=$1 process=$2 log=$3 deadline=$((SECONDS + 120))
    shift 3
    until "$@"; do
        if ! kill -0 "$process" 2>/dev/null; then
            echo "$name stopped while it was starting. The end of its log:" >&2
        elif ((SECONDS >= deadline)); then
            echo "$name did not answer within two minutes. The end of its log:" >&2
        else
            sleep 0.05
            continue
        fi
        tail -n 40 "$servers_folder/$log" >&2
        return 1
    done
}

stop_servers() {
    # Nothing in the folder is kept, so nothing is lost by stopping without ceremony.
    local name variable process
    for name in postgres rabbitmq epmd; do
        variable=${name}_pid
        # A test may have started it again since.
        process=$(cat "$servers_folder/$name.pid" 2>/dev/null || echo "${!variable}")
        [[ -n $process ]] || continue
        # PostgreSQL tidies up its shared memory on QUIT. A server leads a process group of its own.
        if [[ $name == postgres ]]; then
            kill -QUIT -- "-$process" 2>/dev/null || continue
        else
            kill -KILL -- "-$process" 2>/dev/null || continue
        fi
        wait_for_end "$process"
    done
    postgres_pid="" rabbitmq_pid="" epmd_pid=""
    if [[ -n $servers_folder ]]; then
        rm -rf "$servers_folder" 2>/dev/null || { sleep 1; rm -rf "$servers_folder"; }
        servers_folder=""
    fi
}

# At most ten seconds. Not with `wait`: a server that was started again is not this shell's child.
wait_for_end() {
    local attempt
    for attempt in {1..200}; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    echo "Process $1 did not end in $((attempt / 20)) seconds after it was told to." >&2
}

# Runs a program as the servers' user in the servers' folder.
in_folder() {
    env --chdir="$servers_folder" setpriv "${servers_user[@]}" "$@"
}

# write_start_script NAME SCRIPT ARGUMENT...: a script start-NAME that becomes the server, as the servers' user and
# in the folder, and leaves its id in NAME.pid. Should who starts it be killed outright, the kernel stops the server.
write_start_script() {
    local name=$1 script=$2 command
    shift 2
    # shellcheck disable=SC2016 # the inner shell expands these
    command=(env --chdir="$servers_folder" setpriv "${servers_user[@]}" --pdeathsig KILL
        bash -c "echo \$\$ >$name.pid; $script" bash "$@")
    {
        printf 'exec'
        printf ' %q' "${command[@]}"
        echo " >>$(printf '%q' "$servers_folder/$name.log") 2>&1 </dev/null"
    } | in_folder tee "start-$name" >/dev/null
}

# in_background NAME: starts it in a process group of its own, which Ctrl-C does not reach: the tests end before
# their servers.
in_background() {
    setsid bash "$servers_folder/start-$1" &
    # The shell has nothing to say about its end.
    disown
}

# A port that nobody listens on, from below the range that the system gives to outgoing connections.
free_port() {
    local port attempt
    for attempt in {1..50}; do
        port=$((15000 + (RANDOM * 32768 + RANDOM) % 15000))
        if ! is_listening "$port"; then
            echo "$port"
            return 0
        fi
    done
    echo "No free port was found on 127.0.0.1 in $attempt attempts." >&2
    return 1
}

is_listening() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

random_password() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

run_with_servers() {
    if (($# == 0)); then
        echo "Say what to run: bash tests/servers.sh run COMMAND [ARGUMENT]..." >&2
        return 2
    fi
    trap stop_servers EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    start_servers
    wait_for_servers
    if [[ -t 0 ]]; then
        "$@"
    else
        # bash acts on a signal while it waits for a background process, not before a foreground one ends.
        "$@" <&0 &
        command_pid=$!
        trap 'kill "$command_pid" 2>/dev/null || true; stop_servers' EXIT
        wait "$command_pid"
    fi
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    if [[ ${1:-} != run ]]; then
        echo "Say what to run: bash tests/servers.sh run COMMAND [ARGUMENT]..." >&2
        exit 2
    fi
    shift
    run_with_servers "$@"
fi
