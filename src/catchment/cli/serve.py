"""`catchment serve`: the collector, the API and the worker as three watched processes.

One address faces the world: the collector's. What is not an event is passed on to the API over a
socket in a private folder, so nothing else needs a port. A process that dies is started again,
ever more slowly if it keeps dying; a stop signal lets each finish what it holds.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from catchment.kernel import Unavailable

_READY_SECONDS_MAX = 60
_STOP_SECONDS_MAX = 15
_BACKOFF_SECONDS_MAX = 30
_HEALTHY_AFTER_SECONDS = 20
_TICK_SECONDS = 0.2


class AddressTaken(Unavailable):
    """Another program listens on that address."""


class StartFailed(Unavailable):
    """A process did not become ready."""


@dataclass
class _Part:
    """One watched process."""

    role: str
    command: list[str]
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = 0
    restart_at: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, env=self.environ)  # noqa: S603  (our own)
        self.started_at = time.monotonic()

    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def watch(self) -> None:
        """Starts it again if it died, waiting longer each time it dies young."""
        if not self.is_dead():
            return
        now = time.monotonic()
        if self.restart_at <= self.started_at:
            lived = now - self.started_at
            self.restarts = 0 if lived > _HEALTHY_AFTER_SECONDS else self.restarts + 1
            wait = min(2.0**self.restarts / 2, _BACKOFF_SECONDS_MAX)
            self.restart_at = now + wait
            code = self.process.returncode if self.process else None
            print(
                f"{self.role} ended with {code}; starting it again in {wait:.1f} s", file=sys.stderr
            )
        if now >= self.restart_at:
            self.start()


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    roles: Annotated[str, typer.Option(help="Which of collector,api,worker; all by default.")] = "",
    demo: Annotated[bool, typer.Option("--demo", help="Fill a demo workspace first.")] = False,
) -> None:
    """Start everything on this machine, and watch over it."""
    from catchment.app import forbid_core_dumps, open_home, read_settings  # noqa: PLC0415  (heavy)

    forbid_core_dumps()
    environ = dict(os.environ)
    if roles:
        environ["CATCHMENT_ROLES"] = roles
    settings = read_settings(environ)
    _refuse_taken_address(host, port)
    with open_home(settings) as home:
        home.prepare()
        setup_link = home.setup_link(f"http://{_shown(host)}:{port}")
    if demo:
        environ["CATCHMENT_DEMO"] = "1"
    sockets = Path(tempfile.mkdtemp(prefix="catchment-"))
    parts = _parts(sorted(settings.roles), host, port, sockets, environ)
    try:
        _run(parts, host, port, setup_link)
    finally:
        _stop(parts)
        shutil.rmtree(sockets, ignore_errors=True)


def _parts(
    roles: list[str], host: str, port: int, sockets: Path, environ: dict[str, str]
) -> list[_Part]:
    api_socket = str(sockets / "api.sock")
    server = [sys.executable, "-m", "catchment.api"]
    # Whichever role faces the world takes the address; an API alone needs no collector before it.
    front = ["--host", host, "--port", str(port)]
    commands = {
        "collector": [*server, "collector", *front, "--api-socket", api_socket],
        "api": [*server, "api", *(["--socket", api_socket] if "collector" in roles else front)],
        "worker": [sys.executable, "-m", "catchment.worker"],
    }
    return [_Part(role, commands[role], environ) for role in roles]


def _run(parts: list[_Part], host: str, port: int, setup_link: str | None) -> None:
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for part in parts:
        part.start()
    announced = not any(part.role != "worker" for part in parts)
    deadline = time.monotonic() + _READY_SECONDS_MAX
    while not stopping:
        if not announced and _is_ready(host, port):
            announced = True
            _announce(host, port, setup_link)
        if not announced and time.monotonic() > deadline:
            raise StartFailed(f"nothing answered on {host}:{port} in {_READY_SECONDS_MAX} s")
        for part in parts:
            part.watch()
        time.sleep(_TICK_SECONDS)


def _stop(parts: list[_Part]) -> None:
    running = [part.process for part in parts if part.process and part.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS_MAX
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _announce(host: str, port: int, setup_link: str | None) -> None:
    print(f"\n  Catchment is at  http://{_shown(host)}:{port}", flush=True)
    if setup_link:
        print(f"  First start: make yourself the owner, once, at\n  {setup_link}", flush=True)
    print("  Ctrl-C stops everything; what was accepted is on disk.\n", flush=True)


def _shown(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  (shown, not bound)


def _refuse_taken_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise AddressTaken(
                f"cannot listen on {host}:{port} ({taken.strerror}); "
                "stop what listens there, or give another: --port 8001"
            ) from taken


def _is_ready(host: str, port: int) -> bool:
    import httpx  # noqa: PLC0415  (heavy)

    try:
        answer = httpx.get(f"http://{_shown(host)}:{port}/readyz", timeout=2, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.is_success
