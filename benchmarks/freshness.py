"""From accepted to visible: how old is an event when a question over the lake first sees it?

A whole installation is started on a home of its own. One process sends 5,000 events a second in
batches of twenty; beside them a marker goes out five times a second through `/v1/events`, stamped
when its 2xx arrives. A reader asks the engine for the markers over and over, as the console would;
a marker's age at the first answer that has it is the figure. Published beside it: PostHog's
committed target, queryable within 30 s at p95 (their runbook, 2026).
"""

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
from pathlib import Path
from typing import Any

import httpx

CATCHMENT = str(Path(sys.executable).with_name("catchment"))
EVENTS_PER_SECOND = 5_000
BATCH = 20
SECONDS = 30
CONNECTIONS = 8
MARKER = "Freshness Marker"
MARKERS_PER_SECOND = 5


def event(number: int) -> dict[str, Any]:
    """A realistic event of some 450 bytes."""
    return {
        "type": "track",
        "event": ("Product Viewed", "Product Added", "Page Viewed")[number % 3],
        "messageId": f"fresh-{number}",
        "anonymousId": f"device-{number % 20_000}",
        "properties": {
            "product_id": f"sku-{number % 900}",
            "price": 129.0,
            "currency": "CNY",
            "category": "tea",
            "url": f"https://shop.example/p/{number % 900}?utm_source=douyin",
        },
        "context": {"library": {"name": "bench"}, "page": {"path": f"/p/{number % 900}"}},
    }


async def load(address: str, key: str, until: float) -> tuple[int, int]:
    """Sends at the given rate; how many events were accepted, and how many requests refused."""
    sent = refused = 0
    begun = time.monotonic()
    headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(
        base_url=address, headers=headers, limits=limits, trust_env=False, timeout=30
    ) as client:
        turn = asyncio.Semaphore(CONNECTIONS)

        async def post(first: int) -> bool:
            async with turn:
                batch = [event(number) for number in range(first, first + BATCH)]
                return (await client.post("/v1/batch", json={"batch": batch})).is_success

        waiting: set[asyncio.Task[bool]] = set()
        number = 0
        while time.monotonic() < until:
            due = int((time.monotonic() - begun) * EVENTS_PER_SECOND)
            while number < due:
                waiting.add(asyncio.create_task(post(number)))
                number += BATCH
            done = {task for task in waiting if task.done()}
            waiting -= done
            sent += BATCH * sum(task.result() for task in done)
            refused += sum(not task.result() for task in done)
            await asyncio.sleep(0.005)
        for good in await asyncio.gather(*waiting):
            sent += BATCH * good
            refused += not good
    return sent, refused


def watch(home: Path, seen: dict[str, float], stop: threading.Event) -> None:
    """Asks for the markers until told to stop; notes when each was first seen."""
    os.environ["CATCHMENT_HOME"] = str(home)
    from catchment.app import open_home  # noqa: PLC0415  (after the home is named)
    from catchment.lake import EVENTS  # noqa: PLC0415

    with open_home() as opened:
        workspace = opened.workspace()
        question = EVENTS.filter(EVENTS.name == MARKER).select("message_id")
        while not stop.is_set():
            answer = opened.engine.query(workspace.id, question)
            now = time.monotonic()
            for message_id in answer["message_id"].to_pylist():
                seen.setdefault(message_id, now)
            time.sleep(0.05)


def mark(address: str, key: str, accepted: dict[str, float], until: float) -> None:
    """Sends markers; notes when each was thanked for."""
    with httpx.Client(base_url=address, trust_env=False, auth=(key, "")) as client:
        number = 0
        while time.monotonic() < until:
            message_id = f"marker-{number}"
            body = {
                "events": [
                    {
                        "type": "track",
                        "event": MARKER,
                        "message_id": message_id,
                        "user_id": "bench",
                    }
                ]
            }
            if client.post("/v1/events", json=body).is_success:
                accepted[message_id] = time.monotonic()
            number += 1
            time.sleep(1 / MARKERS_PER_SECOND)


def run(home: Path) -> None:
    """Measures and prints the table."""
    environ = {**os.environ, "CATCHMENT_HOME": str(home)}
    made = subprocess.run(
        [CATCHMENT, "sources", "create", "bench", "--json"],
        env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    key = json.loads(made.stdout)["write_key"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [CATCHMENT, "serve", "--port", str(port)], env=environ, stdout=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                if httpx.get(f"{address}/readyz", trust_env=False).is_success:
                    break
            except httpx.HTTPError:
                time.sleep(0.2)
        seen: dict[str, float] = {}
        accepted: dict[str, float] = {}
        stop = threading.Event()
        watcher = threading.Thread(target=watch, args=(home, seen, stop))
        watcher.start()
        time.sleep(3)
        until = time.monotonic() + SECONDS
        marker = threading.Thread(target=mark, args=(address, key, accepted, until))
        marker.start()
        sent, refused = asyncio.run(load(address, key, until))
        marker.join()
        time.sleep(5)
        stop.set()
        watcher.join()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    ages = sorted(seen[one] - accepted[one] for one in accepted if one in seen)
    missing = len(accepted) - len(ages)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load generator included\n")
    print("| what | value | floor |")
    print("| --- | ---: | ---: |")
    print(f"| events accepted a second, over {SECONDS} s | {sent / SECONDS:,.0f} | 5,000 |")
    print(f"| requests refused | {refused} | 0 |")
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        floor = "3.00" if name == "p95" else "–"
        age = ages[int(len(ages) * share)]
        print(f"| accepted → visible, {name}, seconds | {age:.2f} | {floor} |")
    print(f"| markers never seen, of {len(accepted)} | {missing} | 0 |")


def main() -> None:
    """Runs it on a home that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bench-freshness-"))
    try:
        run(folder / "home")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
