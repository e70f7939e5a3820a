"""The trial: a real installation, fed with people everywhere, read, killed, and looked through."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from privacy.planted import planted_people
from privacy.searching import Search
from privacy.sowing import (
    CSRF,
    order_exports,
    read_everything,
    sow_events,
    sow_files,
)
from stories.installation import Installation, wait_for

OWNER = {"name": "Owner", "email": "owner@house.example", "password": "a long enough password 7"}
LANDING_SECONDS_MAX = 900


class Trial:
    """One installation in a folder, with everything that it writes below it.

    Args:
        folder: an empty one.
        people: so many are planted.
        asked: so many of them are looked for by every page and search.
        environ: further settings of the installation.
    """

    def __init__(
        self,
        folder: Path,
        people: int,
        *,
        asked: int,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.asked = asked
        self.people = planted_people(people)
        self.search = Search.for_people(self.people)
        self.installation = Installation(folder / "home")
        temp = folder / "temp"
        temp.mkdir()
        self.installation.environ |= {"TMPDIR": str(temp), **(environ or {})}
        self.at = ""

    def run(self) -> None:
        """Plants, reads, looks through while it runs, kills everything, and looks again."""
        installation = self.installation
        with installation.serving() as client:
            self._sign_in(client)
            made = client.post(f"{self.at}/sources", json={"name": "Shop", "kind": "server"})
            source = made.raise_for_status().json()
            # The collector hears of a new source within moments.
            first = {"type": "track", "event": "Seen", "userId": "u", "messageId": "first"}
            auth = (source["write_key"], "")
            wait_for(lambda: client.post("/v1/track", json=first, auth=auth).is_success)
            sow_events(client, source["write_key"], self.people)
            sow_files(client, self.at, source["id"], self.people)
            exports = order_exports(client, self.at)
            self._wait_until_landed(client)
            looked = client.post(f"{self.at}/duplicates/search")
            searches = [str(looked.raise_for_status().json()["id"])]
            self._look("an answer", *read_everything(client, self.at, self.people[: self.asked]))
            exports += order_exports(client, self.at)
            self._wait_until_done(client, [*exports, *searches])
            for job in exports:
                self._look("an export", client.get(f"{self.at}/exports/{job}/file").content)
            self.look_through()
            # More comes in while everything dies, the supervisor first.
            sow_events(client, source["write_key"], self.people[: self.asked])
            installation.kill(installation.pid, *installation.children().values())
        self.look_through()
        self._look_at_the_commands()
        self.look_through()

    def look_through(self) -> None:
        """Every file of the installation, the keys, temporary files, and all that it said."""
        roots = [path for path in self.folder.iterdir() if path.name != "asked"]
        self.search.look_through(*roots)
        self._look("what it said", "".join(self.installation.said).encode())

    def _look(self, where: str, *contents: bytes) -> None:
        for content in contents:
            self.search.look_at(where, content)

    def _look_at_the_commands(self) -> None:
        run, asked = self.installation.run, self.folder / "asked"
        asked.mkdir()
        run("events", "export", "--out", str(asked / "out.ndjson"))
        self.search.look_through(asked)
        for words in (
            ("events", "tail", "--last", "50", "--no-follow", "--json"),
            ("events", "quarantine", "list", "--json"),
        ):
            self._look(" ".join(words), run(*words).encode())

    def _sign_in(self, client: httpx.Client) -> None:
        token = self.installation.setup_link().partition("token=")[2]
        owner = {**OWNER, "token": token, "workspace_name": "Shanlan"}
        client.post("/api/v1/setup", json=owner).raise_for_status()
        client.headers.update(CSRF)
        me = client.get("/api/v1/me").raise_for_status().json()
        self.at = f"/api/v1/workspaces/{me['workspaces'][0]['id']}"

    def _wait_until_landed(self, client: httpx.Client) -> None:
        def is_done() -> bool:
            imports = client.get(f"{self.at}/imports").json()["items"]
            counts = client.get(f"{self.at}/events/count").json()
            is_over = all(one["state"] in {"done", "failed"} for one in imports)
            return is_over and counts["pending"] == 0 and counts["in_lake"] > len(self.people)

        wait_for(is_done, LANDING_SECONDS_MAX)
        # People are gathered, and interests drawn, some seconds after events land.
        wait_for(lambda: bool(self._people(client)), LANDING_SECONDS_MAX)
        time.sleep(3)

    def _people(self, client: httpx.Client) -> int:
        return int(client.get(f"{self.at}/people").json().get("total") or 0)

    def _wait_until_done(self, client: httpx.Client, jobs: list[str]) -> None:
        def is_done() -> bool:
            states = {client.get(f"{self.at}/jobs/{job}").json()["state"] for job in jobs}
            assert "failed" not in states
            return states == {"done"}

        wait_for(is_done, LANDING_SECONDS_MAX)


def told(search: Search, shown_max: int = 40) -> str:
    """What was found, for whoever has to mend it."""
    lines = sorted(set(search.found))
    return f"{len(lines)} findings:\n" + "\n".join(lines[:shown_max])
