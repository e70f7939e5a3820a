"""How long a person waits: `catchment --help`, and a second start of the whole installation.

Beside us: the bare interpreter, and `httpie`-class tools are not installed, so the lower bound
is `python -c pass`. Run with `catchment bench start`.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROUNDS = 9
CATCHMENT = str(Path(sys.executable).with_name("catchment"))


def seconds_of(command: list[str]) -> float:
    """Wall time of one run."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def median_of(command: list[str], beside: list[str]) -> tuple[float, float]:
    """Medians of two commands, run in turns."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds_of(command))
        theirs.append(seconds_of(beside))
    return sorted(ours)[ROUNDS // 2], sorted(theirs)[ROUNDS // 2]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def seconds_to_ready(home: Path) -> float:
    """From the command to the first ready answer of `catchment serve`."""
    port = free_port()
    environ = {**os.environ, "CATCHMENT_HOME": str(home)}
    begun = time.perf_counter()
    server = subprocess.Popen(
        [CATCHMENT, "serve", "--port", str(port)], env=environ, stdout=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - begun < 60:
            try:
                with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                    return time.perf_counter() - begun
            except (URLError, OSError):
                time.sleep(0.05)
        raise SystemExit("not ready within 60 s")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def main() -> None:
    """Prints the table."""
    ours, bare = median_of([CATCHMENT, "--help"], [sys.executable, "-c", "pass"])
    home = Path(tempfile.mkdtemp(prefix="bench-start-"))
    try:
        first = seconds_to_ready(home / "h")
        second = seconds_to_ready(home / "h")
    finally:
        shutil.rmtree(home)
    print("| what | seconds | floor | beside: bare interpreter |")
    print("| --- | ---: | ---: | ---: |")
    print(f"| `catchment --help` (median of {ROUNDS}) | {ours:.3f} | 0.300 | {bare:.3f} |")
    print(f"| `catchment serve`, first start of a home, to ready | {first:.2f} | – | – |")
    print(f"| `catchment serve`, second start, to ready | {second:.2f} | 10 | – |")


if __name__ == "__main__":
    main()
