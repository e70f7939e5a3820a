"""A whole installation, started as a newcomer would, on a home of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

CATCHMENT = str(Path(sys.executable).with_name("catchment"))
READY_SECONDS_MAX = 180


class Installation:
    """A home and the commands over it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {**os.environ, "CATCHMENT_HOME": str(home)}
        self.said: list[str] = []
        self.address = ""
        self.pid = 0

    def children(self) -> dict[str, int]:
        """The process ids of the running parts, by part."""
        listed = subprocess.run(
            ["ps", "--ppid", str(self.pid), "-o", "pid=,args="],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        found = {}
        for line in listed.splitlines():
            pid, _, command = line.strip().partition(" ")
            for part in ("api collector", "api api", "worker"):
                if f"catchment.{part}" in command:
                    found[part.rpartition(" ")[2]] = int(pid)
        return found

    def kill(self, *pids: int) -> None:
        """`kill -9`."""
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    def run(self, *words: str, code: int = 0) -> str:
        """Runs a command; its output."""
        done = subprocess.run(
            [CATCHMENT, *words], env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + (done.stderr if code else "")

    def ask(self, *words: str) -> Any:
        """Runs a command with `--json`; the document."""
        return json.loads(self.run(*words, "--json"))

    @contextmanager
    def serving(self, *words: str) -> Iterator[httpx.Client]:
        """`catchment serve` until the block ends; a client of its address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        server = subprocess.Popen(
            [CATCHMENT, "serve", "--port", str(port), *words],
            env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.pid = server.pid
        listener = threading.Thread(target=self._listen, args=(server,), daemon=True)
        listener.start()
        try:
            self._wait_until_ready(server)
            with httpx.Client(base_url=self.address, trust_env=False, timeout=30) as client:
                yield client
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGTERM)
            server.wait(20)
            listener.join(5)
            if server.stdout:
                server.stdout.close()

    def setup_link(self) -> str:
        """The one-time link that the first start printed."""
        links = [match[0] for line in self.said if (match := re.search(r"http\S+/setup\S+", line))]
        return links[-1]

    def _listen(self, server: subprocess.Popen[str]) -> None:
        assert server.stdout
        self.said.extend(server.stdout)

    def _wait_until_ready(self, server: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            assert server.poll() is None, "".join(self.said)
            try:
                answer = httpx.get(f"{self.address}/readyz", timeout=2, trust_env=False)
                if answer.is_success and any("Catchment is at" in line for line in self.said):
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"not ready: {''.join(self.said)}")


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Waits until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to hold in time"
        time.sleep(0.1)
