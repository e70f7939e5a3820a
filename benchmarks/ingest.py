"""Taking events in, durably: single events and batches of a hundred, over HTTP on this machine.

The collector runs in a process of its own on a log of its own, and a 2xx means that SQLite has
synced. The load comes from one other process over kept-alive sockets, each event with its own id;
afterwards the log is decoded and every acknowledged event must stand in it once. Server and load
share the machine's cores, so the figures are a floor of what the server does alone.

Run `python benchmarks/ingest.py`; `--server granian` compares (install it beforehand).
"""

import argparse
import asyncio
import json
import os
import platform
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import uvloop

from catchment.api.collector import Collector
from catchment.collect import Acceptor, Intake, decode
from catchment.kernel import SystemClock, WorkspaceId, system_entropy
from catchment.lake import GroupCommit, SQLiteEventLog
from catchment.vault import FileKeyStore, LogEpochs, LogOpener, LogSealer

SECONDS = 8.0
KEY = "wk_bench"
AUTHORIZATION = b64encode(f"{KEY}:".encode()).decode()
SINGLE = ("single events", "/v1/track", 1, 64)
BATCHES = ("batches of 100", "/v1/batch", 100, 16)
FLOORS = {"single events": (8_000, 50.0), "batches of 100": (150_000, None)}
READ_PAGE = 5_000
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def open_log(path: Path) -> SQLiteEventLog:
    """The log in this file, sealed as an installation's: its keys lie in a folder beside it."""
    clock, public_half = SystemClock(), path.with_name("seal.pub")
    store = FileKeyStore(path.with_name("keys"), None, system_entropy)
    epochs = LogEpochs(store, public_half, clock=clock, entropy=system_entropy)
    store.establish()
    epochs.renew()
    return SQLiteEventLog(
        path,
        sealer=LogSealer(public_half, clock=clock, entropy=system_entropy),
        opener=LogOpener(epochs, clock=clock),
    )


class OneSource:
    """A directory of one write key."""

    async def find(self, write_key: str) -> Intake | None:
        """Leads to the one source."""
        return Intake(WorkspaceId("wsp_bench"), "src_bench") if write_key == KEY else None


class LazyCollector:
    """The collector over the log that `CATCHMENT_BENCH_LOG` names, opened by the server."""

    def __init__(self) -> None:
        self._collector: Collector | None = None

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        """Answers, opening the log at the first message."""
        if self._collector is None:
            group = GroupCommit(open_log(Path(os.environ["CATCHMENT_BENCH_LOG"])))
            acceptor = Acceptor(OneSource(), group, SystemClock())
            self._collector = Collector(acceptor, on_stop=group.close)
        await self._collector(scope, receive, send)


async def bare(scope, receive, send) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    """The peer: the same server, reading each body and thanking at once; it keeps nothing."""
    if scope["type"] == "lifespan":
        return
    while (await receive()).get("more_body", False):
        pass
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


app = LazyCollector()
BARE = "bare server"

SERVERS = {
    BARE: "-m uvicorn ingest:bare --port {port} --loop uvloop --http httptools --lifespan off"
    " --no-access-log --log-level warning --no-proxy-headers --no-server-header",
    "uvicorn": "-m uvicorn ingest:app --port {port} --loop uvloop --http httptools"
    " --no-access-log --log-level warning --no-proxy-headers --no-server-header",
    "granian": "-m granian --interface asgi ingest:app --port {port} --loop uvloop"
    " --no-access-log --log-level warning --runtime-mode st",
}


def event(number: int) -> dict[str, object]:
    """A realistic event of some 450 bytes."""
    return {
        "type": "track",
        "event": ("Product Viewed", "Product Added", "Live Product Clicked")[number % 3],
        "messageId": f"bench-{number:012d}",
        "anonymousId": f"0b8e4f0e-8d0b-4d5f-9c1e-{number % 50_000:012d}",
        "timestamp": "2026-03-01T12:34:56.789Z",
        "properties": {
            "product_id": f"sku-{number % 900}",
            "price": 129.0,
            "currency": "CNY",
            "live_id": "sho_0001",
            "offset_ms": number % 7_200_000,
            "category": "口红",
        },
        "context": {
            "library": {"name": "analytics.js", "version": "2.11.1"},
            "page": {"path": "/p/1", "url": "https://shop.example/p/1"},
            "locale": "zh-CN",
        },
    }


def requests(path: str, per_request: int, worker: int) -> list[bytes]:
    """Whole requests, made beforehand; their message ids are filled in while sending."""
    made = []
    for n in range(40):
        events = [event(n * per_request + i) for i in range(per_request)]
        body: object = events[0] if per_request == 1 else {"batch": events}
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic {AUTHORIZATION}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
        )
        # Same length, so the header stays true.
        marked = raw.replace(b'"bench-0000', b'"b%04d-RRRR' % worker)
        made.append(head.encode() + marked)
    return made


@dataclass
class Tally:
    """What one run saw."""

    latencies: list[float] = field(default_factory=list)
    refused: int = 0


class Sender(asyncio.Protocol):
    """One kept-alive connection: sends, waits for the answer, sends again."""

    def __init__(self, pool: list[bytes], tally: Tally, until: float) -> None:
        self._pool = pool
        self._tally = tally
        self._until = until
        self._turn = 0
        self._sent_at = 0.0
        self._answer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Starts."""
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        raw = self._pool[self._turn % len(self._pool)]
        # Each round of the pool gets ids of its own.
        raw = raw.replace(b"RRRR", b"%04x" % (self._turn // len(self._pool)))
        self._turn += 1
        self._sent_at = time.perf_counter()
        self._transport.write(raw)

    def data_received(self, data: bytes) -> None:
        """Counts an answer once it is whole: its head may come before its body."""
        self._answer += data
        head, blank, body = self._answer.partition(b"\r\n\r\n")
        if not blank or len(body) < int(LENGTH.search(head)[1]):  # type: ignore[index]
            return
        self._answer = b""
        now = time.perf_counter()
        if head.startswith(b"HTTP/1.1 200"):
            self._tally.latencies.append(now - self._sent_at)
        else:
            self._tally.refused += 1
        if now < self._until:
            self._send()
        elif not self.done.done():
            self.done.set_result(None)
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends; a connection that breaks early fails the run."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("closed by the server"))


async def load(port: int, path: str, per_request: int, connections: int) -> Tally:
    """Loads the collector for `SECONDS`."""
    tally = Tally()
    until = time.perf_counter() + SECONDS
    loop = asyncio.get_running_loop()
    senders = []
    for worker in range(connections):
        pool = requests(path, per_request, worker)
        _, sender = await loop.create_connection(
            lambda pool=pool: Sender(pool, tally, until),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        senders.append(sender)
    async with asyncio.timeout(SECONDS + 10):
        await asyncio.gather(*(sender.done for sender in senders))
    return tally


def count_kept(path: Path) -> tuple[int, int]:
    """How many events the log holds, and how many different ones."""
    log = open_log(path)
    position = total = 0
    ids: set[str] = set()
    while page := log.read(position, entries_max=READ_PAGE, bytes_max=1 << 26):
        for entry in page:
            events = decode(entry.received).events
            total += len(events)
            ids.update(one.message_id for one in events)
        position = page[-1].position
    log.close()
    return total, len(ids)


def run(server: str, path: str, per_request: int, connections: int) -> dict[str, float]:
    """One workload against a fresh server on a fresh log."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        log = Path(folder) / "log.db"
        process = subprocess.Popen(
            [sys.executable, *SERVERS[server].format(port=port).split()],
            cwd=Path(__file__).parent,
            env=os.environ | {"CATCHMENT_BENCH_LOG": str(log)},
        )
        try:
            _wait_for(port)
            used = _cpu_seconds(process.pid)
            tally = uvloop.run(load(port, path, per_request, connections))
            used = _cpu_seconds(process.pid) - used
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
        taken = len(tally.latencies) * per_request
        kept, different = (taken, taken) if server == BARE else count_kept(log)
    assert kept == different >= taken, f"{taken} acknowledged, {kept} kept, {different} different"
    figures = statistics.quantiles(tally.latencies, n=1000)
    return {
        "events_per_second": taken / SECONDS,
        "requests_per_second": len(tally.latencies) / SECONDS,
        # Unlike the others, this one hardly hangs on what else the machine is doing.
        "server_cpu_us_per_request": used / len(tally.latencies) * 1e6,
        "p50_ms": figures[499] * 1e3,
        "p99_ms": figures[989] * 1e3,
        "p999_ms": figures[998] * 1e3,
        "refused": tally.refused,
        "acknowledged": taken,
        "kept": kept,
    }


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process and of those it started, where the system tells."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ticks = 0
        for one in [str(pid), *children]:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    except OSError:
        return 0.0
    return ticks / os.sysconf("SC_CLK_TCK")


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as probe:
                probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if probe.recv(64).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the collector did not start")


def main() -> None:
    """Runs both workloads and prints their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--server", choices=[name for name in SERVERS if name != BARE], default="uvicorn"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    results = {}
    for name, path, per_request, connections in (SINGLE, BATCHES):
        figures = run(chosen.server, path, per_request, connections)
        results[name] = figures
        if not chosen.json:
            floor, p99_max = FLOORS[name]
            print(
                f"{name:15} {figures['events_per_second']:>10,.0f} events/s"
                f"  {figures['requests_per_second']:>8,.0f} requests/s"
                f"  p50 {figures['p50_ms']:.1f} ms  p99 {figures['p99_ms']:.1f} ms"
                f"  p99.9 {figures['p999_ms']:.1f} ms"
                f"  {figures['server_cpu_us_per_request']:.0f} us of CPU a request"
                f"  (floor {floor:,}/s{f', p99 {p99_max:.0f} ms' if p99_max else ''})"
            )
            peer = run(BARE, path, per_request, connections)
            print(
                f"{'':15} peer: the bare server, nothing decoded or kept:"
                f" {peer['events_per_second']:,.0f} events/s, p99 {peer['p99_ms']:.1f} ms"
            )
            print(
                f"{'':15} {figures['acknowledged']:,} acknowledged, {figures['kept']:,} in the log,"
                f" each once; {figures['refused']:,} refused"
            )
    if chosen.json:
        machine = {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "server": chosen.server,
        }
        print(json.dumps({"machine": machine, **results}, indent=2))


if __name__ == "__main__":
    main()
