"""From accepted to entered: how long until a person's event moves them into an audience?

A whole installation is started on a home of its own with twenty audiences of all sorts: deeds with
spans and numbers, sums, sequences, audiences of audiences, samples. Batches of a hundred events go
out at a steady rate, of 20,000 devices of which many identify themselves; beside them one stranger
at a time does what one audience asks for, stamped when the 2xx arrives. The instant that the
transition bears (its step was decided then, and is written next) less that stamp is the figure.
After each rate it is measured how long the log, the lake and the people take to be level again, and
what the worker used of the processor. The rate of 2 a second shows what an installation costs that
has next to nothing to do.
"""

import argparse
import asyncio
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from catchment.kernel import SystemClock

if TYPE_CHECKING:
    from catchment.app import Home
    from catchment.kernel import WorkspaceId

CATCHMENT = str(Path(sys.executable).with_name("catchment"))
RATES = (2, 2_000, 5_000, 10_000)
SECONDS = 20
BATCH = 100
CONNECTIONS = 8
DEVICES = 20_000
MARKER = "Freshness Marker"
MARKERS_PER_SECOND = 4
LEVEL_SECONDS_MAX = 300
PROMISE_SECONDS = 2.0
NAMES = ("Product Viewed", "Page Viewed", "Live Room Entered", "Product Added", "Order Completed")
SHARES = (45, 30, 14, 8, 3)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Load:
    """What was sent at one rate, and what came of it."""

    rate: int
    sent: int = 0
    refused: int = 0
    seconds: float = 0.0
    level_seconds: float = 0.0
    processor: float = 0.0
    accepted: dict[str, float] = field(default_factory=dict)
    ages: list[float] = field(default_factory=list)


def rules(first: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Nineteen audiences; `first` is one that some of them read."""
    added, order, room = "Product Added", "Order Completed", "Live Room Entered"
    for name in NAMES:
        yield f"{name} in 7 days", {"did": {"event": name, "within": "7d"}}
    for times in (2, 3, 5, 10):
        yield f"{times} views", {"did": {"event": NAMES[0], "at_least": times, "within": "30d"}}
    yield "left in the cart", {
        "all": [{"did": {"event": added, "within": "3d"}},
                {"did_not": {"event": order, "within": "3d"}}],
    }  # fmt: skip
    yield "room but no order", {"all": [{"did": {"event": room}}, {"did_not": {"event": order}}]}
    for least in (300, 3_000):
        yield (
            f"spent {least}",
            {
                "did": {
                    "event": order,
                    "total": "sum",
                    "field": "properties.total",
                    "at_least": least,
                }
            },
        )
    tea = [{"field": "category", "operator": "equals", "value": "tea"}]
    yield "tea lovers", {"did": {"event": NAMES[0], "where": tea, "at_least": 2, "within": "14d"}}
    steps = [{"event": NAMES[0]}, {"event": added}]
    yield "viewed, then added", {"sequence": {"steps": steps, "within": "1d"}}
    yield "marked and in a room", {"all": [{"audience": {"id": first}}, {"did": {"event": room}}]}
    yield "not marked", {"all": [{"not": {"audience": {"id": first}}}, {"did": {"event": added}}]}
    yield "a tenth", {"all": [{"sample": {"percent": 10, "seed": "s"}}, {"did": {"event": added}}]}
    yield "either", {"any": [{"did": {"event": order}}, {"did": {"event": room, "at_least": 3}}]}


def make_audiences(home: "Home", workspace_id: "WorkspaceId") -> str:
    """Makes the twenty; returns the one that markers enter."""
    from catchment import audiences  # noqa: PLC0415  (after the home is named)
    from catchment.store import UnitOfWork  # noqa: PLC0415

    works = home.audiences
    author = audiences.Author("bench", works.check, works.clock, works.ids)
    with UnitOfWork(home.database) as uow:
        rule = {"did": {"event": MARKER, "within": "30d"}}
        marked = audiences.create_audience(
            uow, workspace_id, audiences.Draft("marked", rule, ""), author=author
        )
        for name, rule in rules(marked.id):
            draft = audiences.Draft(name, rule, "")
            audiences.create_audience(uow, workspace_id, draft, author=author)
    return str(marked.id)


def body(first: int) -> bytes:
    """A batch of events of some 450 bytes each, one in fifty of them an `identify`."""
    kinds = [name for name, share in zip(NAMES, SHARES, strict=True) for _ in range(share)]
    batch: list[dict[str, Any]] = []
    for number in range(first, first + BATCH):
        # A step that is prime to the number of devices: everyone comes round.
        device = number * 7_919 % DEVICES
        call: dict[str, Any] = {
            "type": "track",
            "event": kinds[number * 37 % len(kinds)],
            "messageId": f"people-{number}",
            "anonymousId": f"device-{device}",
            "properties": {
                "product_id": f"sku-{number % 900}", "price": 129.0, "total": 129.0,
                "currency": "CNY", "category": ("tea", "ware", "cloth")[number % 3],
                "url": f"https://shop.example/p/{number % 900}?utm_source=douyin",
            },
            "context": {"library": {"name": "bench"}, "page": {"path": f"/p/{number % 900}"}},
        }  # fmt: skip
        if number % 50 == 0:
            call |= {"type": "identify", "userId": f"user-{device // 2}", "traits": {"plan": "a"}}
        batch.append(call)
    return json.dumps({"batch": batch}).encode()


async def send(address: str, key: str, load: Load, first: int, seconds: float) -> int:
    """Sends at the load's rate; returns the next number that was not used."""
    headers = {
        "Authorization": "Basic " + b64encode(f"{key}:".encode()).decode(),
        "Content-Type": "application/json",
    }
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(
        base_url=address, headers=headers, limits=limits, trust_env=False, timeout=60
    ) as client:
        turn = asyncio.Semaphore(CONNECTIONS)

        async def post(content: bytes, count: int) -> None:
            async with turn:
                if (await client.post("/v1/batch", content=content)).is_success:
                    load.sent += count
                else:
                    load.refused += 1

        waiting: set[asyncio.Task[None]] = set()
        begun, number = time.monotonic(), first
        while (passed := time.monotonic() - begun) < seconds:
            while number - first < passed * load.rate:
                content, count = body(number), BATCH
                if load.rate < BATCH:
                    one = json.loads(content)["batch"][:1]
                    content, count = json.dumps({"batch": one}).encode(), 1
                waiting.add(asyncio.create_task(post(content, count)))
                number += count
                await asyncio.sleep(0)
            waiting = {task for task in waiting if not task.done()}
            await asyncio.sleep(0.005)
        await asyncio.gather(*waiting)
        load.seconds = time.monotonic() - begun
    return number + BATCH


def mark(address: str, key: str, load: Load, until: float) -> None:
    """Strangers do what the audience asks for; notes when each was thanked for."""
    with httpx.Client(base_url=address, trust_env=False, auth=(key, ""), timeout=60) as client:
        number = 0
        clock = SystemClock()
        while time.monotonic() < until:
            name = f"stranger-{load.rate}-{number}"
            event = {"type": "track", "event": MARKER, "message_id": name, "anonymous_id": name}
            if client.post("/v1/events", json={"events": [event]}).is_success:
                load.accepted[name] = clock.now_us() / 1e6
            number += 1
            time.sleep(1 / MARKERS_PER_SECOND)


def wait_until_level(home: "Home", workspace_id: "WorkspaceId", load: Load) -> None:
    """Waits until log, lake and people are level; notes how long that took."""
    begun = time.monotonic()
    while time.monotonic() - begun < LEVEL_SECONDS_MAX:
        newest = home.engine.arrivals(workspace_id, 0).position
        people = home.facts.position(workspace_id)
        if home.events.position() >= home.log.head() and people >= newest:
            break
        time.sleep(0.05)
    load.level_seconds = time.monotonic() - begun
    time.sleep(2)


def ages(home: "Home", workspace_id: "WorkspaceId", audience_id: str, load: Load) -> None:
    """How old each stranger's event was when they entered."""
    from catchment.audiences import list_transitions  # noqa: PLC0415  (after the home is named)
    from catchment.store import UnitOfWork  # noqa: PLC0415

    entered: dict[str, float] = {}
    cursor = None
    with UnitOfWork(home.database, reads_only=True) as uow:
        while True:
            page = list_transitions(uow, workspace_id, audience_id, cursor=cursor)
            entered.update((one.person, one.at.timestamp()) for one in page.items)
            cursor = page.next_cursor
            if cursor is None:
                break
    for name, at in load.accepted.items():
        person = "per_" + home.hasher.subject(workspace_id, "anon", name)
        if person in entered:
            load.ages.append(max(0.0, entered[person] - at))
    load.ages.sort()


def worker_of(server: int) -> int:
    """The process id of the worker below a server; Linux tells."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == server and b"catchment.worker" in command:
            return int(stat.parent.name)
    raise LookupError("the server has no worker")


def processor_seconds(process: int) -> float:
    """Seconds of processor that a process has used, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def run(folder: Path, rates: tuple[int, ...], seconds: float) -> list[Load]:
    """Measures every rate on one installation."""
    os.environ["CATCHMENT_HOME"] = str(folder)
    from catchment.app import open_home  # noqa: PLC0415  (after the home is named)

    made = subprocess.run(
        [CATCHMENT, "sources", "create", "bench", "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    key = json.loads(made.stdout)["write_key"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with open_home() as home:
        workspace_id = home.workspace().id
        audience_id = make_audiences(home, workspace_id)
        server = subprocess.Popen(
            [CATCHMENT, "serve", "--port", str(port)], stdout=subprocess.DEVNULL
        )
        try:
            while True:
                try:
                    if httpx.get(f"{address}/readyz", trust_env=False).is_success:
                        break
                except httpx.HTTPError:
                    time.sleep(0.2)
            loads: list[Load] = []
            number = 0
            # What is loaded and compiled at first is not what is measured.
            for load in (Load(BATCH), *map(Load, rates)):
                worker = worker_of(server.pid)
                used = processor_seconds(worker)
                span = seconds if loads else min(seconds, 8.0)
                until = time.monotonic() + span
                marker = threading.Thread(target=mark, args=(address, key, load, until))
                if load.rate >= BATCH:
                    marker.start()
                number = asyncio.run(send(address, key, load, number, span))
                load.processor = processor_seconds(worker) - used
                if load.rate >= BATCH:
                    marker.join()
                wait_until_level(home, workspace_id, load)
                ages(home, workspace_id, audience_id, load)
                loads.append(load)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    return loads[1:]


def shown(loads: list[Load]) -> None:
    """Prints the table."""
    names = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "deltalake", "pyarrow"))
    print(f"Python {platform.python_version()}, {names}, {os.cpu_count()} cores")
    print(f"load generator included; load of the machine {os.getloadavg()[0]:.1f}\n")
    print(
        "| events/s asked | accepted | refused | accepted → entered: p50 | p95 | longest "
        "| never | level after | worker |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for load in loads:
        at = [
            f"{load.ages[min(int(len(load.ages) * share), len(load.ages) - 1)]:.2f} s"
            if load.ages else "–"
            for share in (0.5, 0.95, 1.0)
        ]  # fmt: skip
        print(
            f"| {load.rate:,} | {load.sent / load.seconds:,.0f} | {load.refused} | {at[0]} "
            f"| {at[1]} | {at[2]} | {len(load.accepted) - len(load.ages)} of {len(load.accepted)} "
            f"| {load.level_seconds:.1f} s | {load.processor / load.seconds:.0%} of a core |"
        )
    print(f"\nPromised: within {PROMISE_SECONDS:.0f} s of the event.")


def main() -> None:
    """Runs it on a home that is removed afterwards."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rates", type=int, nargs="+", default=list(RATES))
    asked.add_argument("--seconds", type=float, default=SECONDS)
    told = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-people-freshness-"))
    try:
        shown(run(folder / "home", tuple(told.rates), told.seconds))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
