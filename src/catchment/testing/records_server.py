"""A PostgreSQL server of one's own, where none runs but its programs are installed.

It listens on a free port of this machine alone, keeps its data in a scratch folder without caring
for power cuts, and is stopped at the end. PostgreSQL refuses to run as root, so root lends the
folder to the user `postgres`.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {"listen_addresses": "127.0.0.1", "fsync": "off", "full_page_writes": "off"}
START_SECONDS_MAX = 60


def postgres_programs() -> Path | None:
    """The folder of `initdb` and its like, if PostgreSQL is installed."""
    named = shutil.which("initdb")
    found = [Path(named)] if named else []
    # Debian keeps them away from the search path; the newest version is the last one.
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return found[0].parent if found and _servant() is not None else None


@contextmanager
def started_postgres(programs: Path) -> Iterator[str]:
    """Starts a server; its address."""
    folder = Path(tempfile.mkdtemp(prefix="catchment-postgres-"))
    data, port = folder / "data", _free_port()
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _servant() or "postgres")
        said = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        server = f"-p {port} -k {folder} {said}"
        control = [str(programs / "pg_ctl"), "-D", str(data), "-w"]
        _run([str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N"])
        _run([*control, "-l", str(folder / "log"), "-o", server, "start"])
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _servant() -> str | None:
    """Who runs the server: this user, or `postgres` in place of root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names and shutil.which("runuser") else None


def _run(command: Sequence[str]) -> None:
    lent = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run(  # noqa: S603  (programs found above, arguments made here)
        [*lent, *command], check=True, stdout=subprocess.DEVNULL, timeout=START_SECONDS_MAX, cwd="/"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
