"""Runs the platform in containers and prints what was seen; see tests/containers.sh.

    python3 tests/containers/run.py PREFIX FOLDER [--alerts]
"""

import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import grpc
import openpyxl

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROCESSES = {"membership": 1, "meetings": 2, "commitments": 3, "reporting": 4}
REPLICAS = 2
USER = 1654
PATIENCE = 120

prefix, folder = sys.argv[1], pathlib.Path(sys.argv[2])
run_id = secrets.token_hex(4)
seen = []


def note(what, figure):
    seen.append((what, str(figure)))
    print(f"{what}: {figure}", flush=True)


def command(*arguments, check=True, **options):
    result = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, check=False, **options)
    if check and result.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result


def podman(*arguments, **options):
    return command("podman", "--runtime", "runc", *arguments, **options)


def address_of(process, replica):
    return f"127.0.{PROCESSES[process]}.{replica}"


def name_of(process, replica):
    return f"platform-{run_id}-{process}-{replica}"


# ---- Servers, certificates, settings ---------------------------------------------------------------

def parse_postgres():
    return dict(part.split("=", 1) for part in os.environ["PLATFORM_TEST_POSTGRES"].split(";"))


def make_certificates():
    tls = folder / "tls"
    tls.mkdir()
    names = ",".join([f"DNS:{p}" for p in PROCESSES])
    command("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=test authority", "-keyout", tls / "ca.key", "-out", tls / "ca.crt")
    command("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=platform", "-keyout",
            tls / "tls.key", "-out", tls / "tls.csr")
    (tls / "extensions").write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n")
    command("openssl", "x509", "-req", "-in", tls / "tls.csr", "-CA", tls / "ca.crt", "-CAkey", tls / "ca.key", "-days", "2",
            "-extfile", tls / "extensions", "-out", tls / "tls.crt")
    for file in ("tls.key", "tls.crt", "ca.crt"):
        os.chown(tls / file, USER, USER)
    os.chmod(tls / "tls.key", 0o400)
    # For a folder that only root may enter, the containers' user needs the way to it.
    os.chmod(folder, 0o711)
    os.chmod(tls, 0o755)
    return tls


def postgres(program, *arguments):
    """One of PostgreSQL's programs, with the private server."""
    server = parse_postgres()
    return command(program, "--host", server["Host"], "--port", server["Port"], "--username", server["Username"], *arguments,
                   env={**os.environ, "PGPASSWORD": server["Password"]})


def create_database(process):
    postgres("psql", "--dbname", "postgres", "--quiet", "--command", f"create database {database_of(process)}")


def prepare_servers():
    for process in PROCESSES:
        create_database(process)
    management = os.environ["PLATFORM_TEST_RABBITMQ_MANAGEMENT"]
    user = re.match(r"\w+://([^@]+)@", management).group(1)
    host = management.split("@")[1]
    command("curl", "--silent", "--show-error", "--fail", "--user", user, "--request", "PUT", f"http://{host}/api/vhosts/{run_id}")
    command("curl", "--silent", "--show-error", "--fail", "--user", user, "--request", "PUT", "--header", "content-type: application/json",
            "--data", '{"configure":".*","write":".*","read":".*"}', f"http://{host}/api/permissions/{run_id}/{user.split(':')[0]}")


def database_of(process):
    return f"containers_{run_id}_{process}"


def connection_of(process):
    return os.environ["PLATFORM_TEST_POSTGRES"].replace("Database=postgres", f"Database={database_of(process)}")


def settings_of(process, replica):
    settings = {
        "SSL_CERT_FILE": "/etc/platform/tls/ca.crt",
        f"ConnectionStrings__{process}": connection_of(process),
        "RabbitMq__Uri": f"{os.environ['PLATFORM_TEST_RABBITMQ']}/{run_id}",
        "Identity__SigningKeyFile": "/etc/platform/key/signing-key.pem",
        "Identity__ServiceAuthorityFile": "/etc/platform/tls/ca.crt",
        "Listen__Address": f"https://{address_of(process, replica)}:8443",
        "Health__Address": f"http://{address_of(process, replica)}:8081",
    }
    for service in ("membership", "meetings", "commitments"):
        settings[f"Services__{service.capitalize()}__Address"] = f"dns:///{service}:8443"
    return settings


def options_of(settings):
    return ["--network", "host", "--no-hosts", "--read-only", "--read-only-tmpfs=false", "--tmpfs", "/tmp", "--cap-drop", "all",
            "--security-opt", "no-new-privileges", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096", "--memory", "1g",
            "--volume", f"{folder}/hosts:/etc/hosts:ro", "--volume", f"{folder}/host.conf:/etc/host.conf:ro",
            "--volume", f"{folder}/tls:/etc/platform/tls:ro", "--volume", f"{folder}/key:/etc/platform/key:ro",
            *itertools.chain.from_iterable(("--env", f"{k}={v}") for k, v in settings.items())]


# ---- Containers ----------------------------------------------------------------------------------

def start(process, replica):
    podman("run", "--detach", "--name", name_of(process, replica), *options_of(settings_of(process, replica)), f"{prefix}{process}:test")


def is_ready(process, replica):
    # What the image's own health check does.
    asked = podman("exec", name_of(process, replica), "dotnet", f"Platform.{process.capitalize()}.dll", "health", check=False)
    return asked.returncode == 0


def wait_until_ready(process, replica):
    started = time.monotonic()
    while not is_ready(process, replica):
        if time.monotonic() - started > PATIENCE:
            raise SystemExit(f"{name_of(process, replica)} is not ready:\n{podman('logs', name_of(process, replica), check=False).stderr}")
        time.sleep(0.5)
    return time.monotonic() - started


def stop(process, replica):
    started = time.monotonic()
    podman("stop", "--time", "40", name_of(process, replica))
    code = podman("inspect", "--format", "{{.State.ExitCode}}", name_of(process, replica)).stdout.strip()
    if code != "0":
        logs = podman("logs", name_of(process, replica), check=False)
        raise SystemExit(f"{name_of(process, replica)} ended with {code}:\n{logs.stdout}{logs.stderr}")
    podman("rm", name_of(process, replica))
    return time.monotonic() - started


def tool(*arguments, settings=None, mounts=(), check=True):
    result = podman("run", "--rm", *options_of({"SSL_CERT_FILE": "/etc/platform/tls/ca.crt", **(settings or {})}),
                    *itertools.chain.from_iterable(("--volume", m) for m in mounts), f"{prefix}platform:test", *arguments, check=False)
    if check and result.returncode != 0:
        raise SystemExit(f"platform {' '.join(arguments)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result


def lead_to(process, replica):
    """From now on the name of a process leads to this replica, too: in every container, since all have the one file."""
    with open(folder / "hosts", "a") as hosts:
        hosts.write(f"{address_of(process, replica)} {process}\n")


def addresses():
    return list(itertools.chain.from_iterable(("--address", f"{process}=dns:///{process}:8443") for process in PROCESSES))


# ---- Load ----------------------------------------------------------------------------------------

class Load:
    """Clients that read and write with the policy of deploy/service-config.json, and count what failed."""

    def __init__(self, token):
        credentials = grpc.ssl_channel_credentials((folder / "tls" / "ca.crt").read_bytes())
        targets = ",".join(f"{address_of('membership', r)}:8443" for r in range(1, REPLICAS + 1))
        self.channel = grpc.secure_channel(f"ipv4:{targets}", credentials, options=[
            ("grpc.service_config", (ROOT / "deploy" / "service-config.json").read_text()),
            ("grpc.ssl_target_name_override", "membership"),
        ])
        self.metadata = [("authorization", f"Bearer {token}")]
        self.ended = threading.Event()
        self.calls, self.failed = 0, []
        self.written = []
        self.lock = threading.Lock()

    def run(self, worker):
        from rcp.membership.v1 import membership_service_pb2 as requests, membership_service_pb2_grpc as rpc
        stub = rpc.MembershipServiceStub(self.channel)
        for number in itertools.count():
            if self.ended.is_set():
                return
            try:
                if number % 5 == 0:
                    self.write(f"load-{worker}-{number}")
                else:
                    stub.GetParticipant(requests.GetParticipantRequest(name="participants/idn"), metadata=self.metadata, timeout=20)
                with self.lock:
                    self.calls += 1
            except grpc.RpcError as error:
                with self.lock:
                    self.calls += 1
                    self.failed.append(f"{error.code().name}: {error.details()}")
            # Steadily, and leaving the machine to what is measured.
            time.sleep(0.02)

    def write(self, what):
        from rcp.membership.v1 import membership_pb2, membership_service_pb2 as requests, membership_service_pb2_grpc as rpc
        name = f"bodies/{what}"
        body = membership_pb2.Body(name=name, kind=1, effective_date="2022-12-06")
        body.names.add(text=what, kind=1)
        rpc.MembershipServiceStub(self.channel).CreateBody(requests.CreateBodyRequest(body=body, request_id=name), metadata=self.metadata,
                                                           timeout=20)
        with self.lock:
            self.written.append(name)

    def lost(self):
        from rcp.membership.v1 import membership_service_pb2 as requests, membership_service_pb2_grpc as rpc
        stub = rpc.MembershipServiceStub(self.channel)
        missing = []
        for name in self.written:
            try:
                stub.GetBody(requests.GetBodyRequest(name=name), metadata=self.metadata, timeout=20)
            except grpc.RpcError:
                missing.append(name)
        return missing


def make_stubs():
    stubs = folder / "stubs"
    stubs.mkdir()
    protos = [str(p) for p in (ROOT / "protos").rglob("*.proto")]
    plugin = command("which", "grpc_python_plugin").stdout.strip()
    command("protoc", "-I", ROOT / "protos", f"--python_out={stubs}", f"--grpc_out={stubs}", f"--plugin=protoc-gen-grpc={plugin}", *protos)
    sys.path.insert(0, str(stubs))


# ---- Alerts --------------------------------------------------------------------------------------

class Prometheus:
    """A real one, with the alerts as they are deployed, looking more often."""

    def __init__(self):
        self.port = free_port()
        data = folder / "prometheus"
        data.mkdir()
        targets = [f"{address_of(process, replica)}:8081" for process in PROCESSES for replica in range(1, REPLICAS + 1)]
        rules = ROOT / "deploy/monitoring/alerts.yaml"
        # JSON is YAML.
        (data / "prometheus.yaml").write_text(json.dumps({
            "global": {"scrape_interval": "5s", "evaluation_interval": "5s"},
            "rule_files": [str(rules)],
            "scrape_configs": [{"job_name": "platform", "static_configs": [{"targets": targets}]}],
        }))
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={data}/prometheus.yaml", f"--storage.tsdb.path={data}/data",
             f"--web.listen-address=127.0.0.1:{self.port}"], stdout=subprocess.DEVNULL, stderr=open(data / "log", "w"))

    def ask(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return json.load(answer)["data"]
        except OSError:
            return None

    def firing(self):
        alerts = self.ask("/api/v1/alerts")
        return None if alerts is None else {a["labels"]["alertname"] for a in alerts["alerts"] if a["state"] == "firing"}

    def metrics(self):
        return set(self.ask("/api/v1/label/__name__/values") or [])

    def wait(self, name, fires, patience=300):
        started = time.monotonic()
        while self.firing() is None or (name in self.firing()) != fires:
            if time.monotonic() - started > patience:
                return None
            time.sleep(1)
        return time.monotonic() - started

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def signal_server(server, sign):
    """To every process of one of the private servers."""
    found = {int((pathlib.Path(os.environ["PLATFORM_TEST_SERVERS"]) / f"{server}.pid").read_text())}
    parents = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            # After the name, which is in brackets: state, parent.
            parents[int(pid)] = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            pass
    while children := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= children
    for pid in found:
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            pass


def fire_alerts(token, containers):
    prometheus = Prometheus()
    problems = []
    try:
        time.sleep(15)
        explained = (ROOT / "docs/operations/metrics.md").read_text()
        ours = {m for m in prometheus.metrics() if m.startswith("platform_")}
        unknown = {m for m in ours if re.sub(r"_(bucket|count|created|sum)$", "", m) not in explained}
        note("metrics of the platform", f"{len(ours)}, not explained: {', '.join(sorted(unknown)) or 'none'}")
        problems += ["a metric is not explained"] * bool(unknown)

        def planted(name, plant, heal):
            plant()
            fired = prometheus.wait(name, True)
            heal()
            cleared = prometheus.wait(name, False) if fired is not None else None
            note(f"alert {name}", f"fired after {fired:.0f} s, cleared {cleared:.0f} s after it was mended"
                 if fired is not None and cleared is not None else "did not fire" if fired is None else "did not clear")
            if fired is None or cleared is None:
                problems.append(f"{name} did not do what it should")

        def create(number):
            # Whoever does not answer does not matter here.
            Load(token).write(f"alert-{number}")

        planted("ProcessAway", lambda: podman("stop", "--time", "40", name_of("membership", 1)),
                lambda: podman("start", name_of("membership", 1)))
        wait_until_ready("membership", 1)
        planted("RelayStalls", lambda: (signal_server("rabbitmq", signal.SIGSTOP), create(1)),
                lambda: signal_server("rabbitmq", signal.SIGCONT))
        planted("NoReplicaReady", lambda: signal_server("postgres", signal.SIGSTOP), lambda: signal_server("postgres", signal.SIGCONT))
        planted("WorkerBlind", lambda: [podman("kill", "--signal", "STOP", name_of("commitments", r)) for r in range(1, REPLICAS + 1)],
                lambda: [podman("kill", "--signal", "CONT", name_of("commitments", r)) for r in range(1, REPLICAS + 1)])
    finally:
        for server in ("rabbitmq", "postgres"):
            signal_server(server, signal.SIGCONT)
        prometheus.stop()
    return problems


# ---- A replica more ------------------------------------------------------------------------------

def calls_of(replica):
    """How many calls of its service a replica of membership has answered."""
    with urllib.request.urlopen(f"http://{address_of('membership', replica)}:8081/metrics", timeout=10) as page:
        return sum(int(calls) for calls in re.findall(
            r'^http_server_request_duration_seconds_count\{[^}]*http_route="/rcp\.membership[^}]*\} (\d+)', page.read().decode(), re.M))


def ask_in_vain(token, ended):
    """Commitments of somebody who is not there: each is refused after a call to membership."""
    from rcp.commitments.v1 import commitments_pb2 as messages, commitments_service_pb2 as requests, commitments_service_pb2_grpc as rpc
    credentials = grpc.ssl_channel_credentials((folder / "tls" / "ca.crt").read_bytes())
    with grpc.secure_channel(f"{address_of('commitments', 1)}:8443", credentials,
                             options=[("grpc.ssl_target_name_override", "commitments")]) as channel:
        stub = rpc.CommitmentsServiceStub(channel)
        commitment = messages.Commitment(name="commitments/none", title="Of nobody", summary="Nobody owes it.", effective_date="2012-03-05",
                                         kind=messages.COMMITMENT_KIND_UNDERTAKING)
        commitment.origins.add(outcome="meetings/none/outcomes/none", role=messages.ORIGIN_ROLE_MADE, date="2012-03-05")
        commitment.owners.add(party="participants/none", role=messages.OWNER_ROLE_LEAD)
        while not ended.is_set():
            try:
                stub.CreateCommitment(requests.CreateCommitmentRequest(commitment=commitment),
                                      metadata=[("authorization", f"Bearer {token}")], timeout=20)
            except grpc.RpcError as error:
                if "participants/none" not in error.details():
                    raise
            # Steadily, as the other load.
            time.sleep(0.02)


def add_replica_under_load(token):
    """How long a third replica of membership takes to have its fair share, a fifth more or less; None when it does not."""
    ended = threading.Event()
    callers = [threading.Thread(target=ask_in_vain, args=(token, ended)) for _ in range(4)]
    for caller in callers:
        caller.start()
    try:
        start("membership", REPLICAS + 1)
        wait_until_ready("membership", REPLICAS + 1)
        replicas = range(1, REPLICAS + 2)
        started = time.monotonic()
        lead_to("membership", REPLICAS + 1)
        before = [calls_of(r) for r in replicas]
        while time.monotonic() - started < PATIENCE:
            time.sleep(0.5)
            after = [calls_of(r) for r in replicas]
            calls = [a - b for a, b in zip(after, before)]
            if sum(calls) < 90:
                continue
            if all(abs(c - sum(calls) / len(calls)) <= 0.2 * sum(calls) / len(calls) for c in calls):
                return time.monotonic() - started, calls
            before = after
        return None, calls
    finally:
        ended.set()
        for caller in callers:
            caller.join()
        podman("rm", "--force", "--time", "40", name_of("membership", REPLICAS + 1), check=False)


# ---- A backup ------------------------------------------------------------------------------------

def restore_a_backup(containers, databases):
    """As docs/operations/backup.md says: every store into a database of its own that is empty."""
    for process in reversed(PROCESSES):
        postgres("pg_dump", "--format=custom", "--exclude-schema=projection_*", f"--file={folder}/{process}.dump", database_of(process))
    for container in containers:
        stop(*container)
    for process in PROCESSES:
        postgres("psql", "--dbname", "postgres", "--quiet", "--command", f"drop database {database_of(process)} with (force)")
        create_database(process)
        postgres("pg_restore", f"--dbname={database_of(process)}", f"{folder}/{process}.dump")
    tool("migrate", "apply", settings=databases)
    started = time.monotonic()
    for container in containers:
        start(*container)
    for container in containers:
        wait_until_ready(*container)
    return time.monotonic() - started


# ---- The run -------------------------------------------------------------------------------------

def cells_of(file):
    book = openpyxl.load_workbook(file, data_only=True)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


def differing_cells(one, other):
    # The cover says when the report was made and as known when, and the record was imported at another time.
    differing = []
    for title in sorted(one.keys() | other.keys()):
        if one.get(title) != other.get(title):
            rows = itertools.zip_longest(one.get(title, []), other.get(title, []))
            differing += [(title, a, b) for a, b in rows if a != b]
    return differing


def main():
    for target in [*PROCESSES, "platform"]:
        size = int(podman("image", "inspect", "--format", "{{.Size}}", f"{prefix}{target}:test").stdout)
        note(f"image {target}", f"{size / 2**20:.0f} MiB")
    shell = podman("run", "--rm", "--entrypoint", "sh", f"{prefix}meetings:test", "-c", "true", check=False)
    note("a shell in the image", "none" if shell.returncode != 0 else "there is one")

    (folder / "hosts").write_text("127.0.0.1 localhost\n")
    # A name leads to all its lines, not to the first alone.
    (folder / "host.conf").write_text("multi on\n")
    for process, replica in itertools.product(PROCESSES, range(1, REPLICAS + 1)):
        lead_to(process, replica)
    (folder / "key").mkdir()
    tls = make_certificates()
    prepare_servers()
    make_stubs()
    program = next((ROOT / "deploy/Platform/bin/Release").glob("net*/platform.dll"))
    # Made here, since no container may write to it.
    key = folder / "key" / "signing-key.pem"
    command("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    os.chmod(key, 0o600)
    issuing = {**os.environ, "Identity__SigningKeyFile": str(key)}
    token, operator = (command("dotnet", program, "token", "--role", role, env=issuing).stdout.strip().splitlines()[-1]
                       for role in ("officer", "operator"))
    os.chown(key, USER, USER)
    os.chown(folder / "key", USER, USER)

    databases = {f"ConnectionStrings__{process}": connection_of(process) for process in PROCESSES}
    refused = podman("run", "--rm", *options_of({}), f"{prefix}meetings:test", check=False)
    note("a process without its settings", f"exit code {refused.returncode}, {len(refused.stderr.splitlines())} sentences")
    note("migrate status before", f"exit code {tool('migrate', 'status', settings=databases, check=False).returncode}")
    # As each pod does for its own store, both replicas of all at once.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(lambda process: tool("migrate", "apply", "--accept-newer", "--service", process,
                                           settings={f"ConnectionStrings__{process}": connection_of(process)}), list(PROCESSES) * 2))
    note("migrate status after", f"exit code {tool('migrate', 'status', settings=databases).returncode}")

    containers = [(process, replica) for process in PROCESSES for replica in range(1, REPLICAS + 1)]
    try:
        started = time.monotonic()
        for container in containers:
            start(*container)
        for container in containers:
            wait_until_ready(*container)
        note(f"{len(containers)} containers ready after", f"{time.monotonic() - started:.0f} s")

        out = folder / "out"
        out.mkdir()
        os.chown(out, USER, USER)
        record = ROOT / "deploy/records/bali-process"
        started = time.monotonic()
        tool("import", "/record", *addresses(), settings={"PLATFORM_TOKEN": token}, mounts=[f"{record}:/record:ro"])
        note("importing the record", f"{time.monotonic() - started:.0f} s")

        def report(name, *options):
            tool("report", "--base", "meetings/mc-4", "--target", "meetings/mc-5", "--as-of", "2013-03-05", "--out", f"/out/{name}.xlsx",
                 *options, *addresses(), settings={"PLATFORM_TOKEN": token}, mounts=[f"{out}:/out"])
            return cells_of(out / f"{name}.xlsx")

        here = report("report")

        demo = folder / "demo"
        demo.mkdir()
        command("dotnet", program, "demo", "--out", demo)
        differing = differing_cells(cells_of(demo / "progress-report-mc5.xlsx"), here)
        unexpected = [d for d in differing if d[0] != "Cover"]
        note("cells of the report that differ from the platform in one process",
             f"{len(unexpected)} of {sum(len(row) for rows in here.values() for row in rows):,}, and "
             f"{len(differing) - len(unexpected)} lines of the cover")
        for difference in unexpected[:5]:
            print(difference)

        load = Load(token)
        workers = [threading.Thread(target=load.run, args=(worker,)) for worker in range(4)]
        for worker in workers:
            worker.start()
        stops = []
        for container in containers:
            stops.append(stop(*container))
            start(*container)
            wait_until_ready(*container)
        load.ended.set()
        for worker in workers:
            worker.join()
        note("every container exchanged under load", f"{load.calls:,} calls, {len(load.failed)} failed")
        for failure, count in {f: load.failed.count(f) for f in load.failed}.items():
            print(f"  {count} × {failure}")
        note("stopping a container", f"{min(stops):.0f} to {max(stops):.0f} s, exit code 0")
        lost = load.lost()
        note("writes that were acknowledged and are lost", f"{len(lost)} of {len(load.written):,}")

        verified = tool("verify", *addresses(), "--wait", "60", settings={"PLATFORM_TOKEN": operator}, check=False)
        note("verify", f"exit code {verified.returncode}")
        if verified.returncode != 0:
            print(verified.stdout, verified.stderr)
        memory = [float(m) / 2**20 for m in (pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in
                  (podman("inspect", "--format", "{{.State.Pid}}", name_of(*c)).stdout.strip() for c in containers))]
        page = os.sysconf("SC_PAGE_SIZE")
        note("memory of a process", f"{min(memory) * page:.0f} to {max(memory) * page:.0f} MiB")

        within, shares = add_replica_under_load(token)
        note("a replica added under load", f"{' : '.join(map(str, shares))} calls "
             + ("and no fair share" if within is None else f"{within:.0f} s after its name led to it"))

        known_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        before = report("before", "--known-at", known_at)
        ready = restore_a_backup(containers, databases)
        restored = tool("verify", *addresses(), "--wait", "60", settings={"PLATFORM_TOKEN": operator}, check=False)
        # Its cover says that it is another version, and what it is compared with.
        changed = [d for d in differing_cells(before, report("after", "--known-at", known_at)) if d[0] not in ("Cover", "Changes")]
        note("a backup restored into empty databases", f"ready after {ready:.0f} s, verify exit code {restored.returncode}, "
             f"{len(changed)} cells of the report made again differ")

        problems = [f"{len(unexpected)} cells differ"] * bool(unexpected) + load.failed[:1] + [f"{len(lost)} writes are lost"] * bool(lost)
        problems += [f"verify ended with {verified.returncode}"] * (verified.returncode != 0)
        problems += ["the added replica has no fair share within 30 s"] * (within is None or within > 30)
        problems += ["the restored backup is not the same"] * bool(changed or restored.returncode)
        problems += ["there is a shell"] * (shell.returncode == 0) + ["a process started without its settings"] * (refused.returncode != 78)
        if "--alerts" in sys.argv:
            problems += fire_alerts(token, containers)
    finally:
        for container in containers:
            podman("rm", "--force", "--time", "1", name_of(*container), check=False)

    print("\n| what | seen |\n|---|---|")
    for what, figure in seen:
        print(f"| {what} | {figure} |")
    for problem in problems:
        print(f"Wrong: {problem}.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
