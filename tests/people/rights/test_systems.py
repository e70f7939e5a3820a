"""Connected systems: told what they can check, where they may be told, until they have answered."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from catchment.kernel import IdMaker, WorkspaceId, system_entropy
from catchment.people import (
    Poster,
    RightKind,
    RightsChange,
    RightsRequest,
    RightState,
    connect_system,
    disconnect_system,
    list_systems,
    tell_systems,
)
from catchment.people.rights import SystemAddressRefused, SystemUnknown
from catchment.people.rights.addresses import check_address, choose_address
from catchment.people.rights.ports import Identifier
from catchment.people.rights.systems import ATTEMPTS_MAX, tellings_for
from catchment.people.rights.tellings.store import tellings_of
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import VaultWorld

MINE = WorkspaceId("wsp_mine")
URL = "https://crm.example.com/hook"
PHONE = "+8613812345678"


class Town:
    """A workspace with one connected system, which answers as it is told to."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.clock = database, ManualClock()
        self.ring = VaultWorld(folder, self.clock).ring()
        self.change = RightsChange("opr_lin", self.clock, IdMaker(self.clock), self.ring)
        self.answers: list[tuple[int, bytes]] = []
        self.heard: list[tuple[str, bytes, Mapping[str, str]]] = []
        with UnitOfWork(database) as uow:
            self.system, self.secret = connect_system(
                uow, self.ring, MINE, "CRM", URL, change=self.change, entropy=system_entropy
            )

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.heard.append((url, body, headers))
        answer = self.answers.pop(0) if self.answers else (200, b"")
        if answer[0] == 0:
            raise OSError("nobody there")
        return answer

    def delete(self) -> RightsRequest:
        now = self.clock.now()
        request = RightsRequest(
            self.change.ids.make("rgt"), MINE, RightKind.DELETION, "per_ann", RightState.RUNNING,
            "opr_lin", now, now + timedelta(days=15),
        )  # fmt: skip
        known = [Identifier("phone", PHONE), Identifier("user", "ann")]
        with UnitOfWork(self.database) as uow:
            tellings_for(uow, self.ring, request, known)
        return request

    def tell(self, times: int = 1) -> None:
        for _ in range(times):
            tell_systems(self.database, self.ring, self.post, self.clock)
            self.clock.advance(timedelta(hours=7))

    def state(self, request: RightsRequest) -> str:
        with UnitOfWork(self.database, reads_only=True) as uow:
            [one] = tellings_of(uow, MINE, request.id)
        return one.state.value


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Town:
    return Town(database, tmp_path)


def test_a_deletion_is_told_signed_and_a_phone_only_by_its_hash(town: Town) -> None:
    request = town.delete()
    assert town.state(request) == "initialized"
    town.tell()
    [(url, body, headers)] = town.heard
    assert url == URL
    told = json.loads(body)
    assert told["type"] == "person.deleted"
    assert told["data"] == {
        "request_id": request.id,
        "identifiers": [
            {"kind": "phone", "sha256": hashlib.sha256(PHONE.encode()).hexdigest()},
            {"kind": "user", "value": "ann"},
        ],
    }
    key = base64.b64decode(town.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert town.state(request) == "finished"


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([(202, b"")], "running"),
        ([(200, b'{"state": "running"}')], "running"),
        ([(200, b'{"state": "partial"}')], "partial"),
        ([(500, b"")], "running"),
        ([(0, b"")], "running"),
        ([(202, b""), (200, b'{"state": "finished"}')], "finished"),
        ([(500, b""), (0, b""), (200, b"")], "finished"),
        ([(200, b"[[[")], "finished"),
        ([(500, b"")] * ATTEMPTS_MAX, "failed"),
    ],
)
def test_each_answer_leads_somewhere(
    town: Town, answers: list[tuple[int, bytes]], state: str
) -> None:
    request, town.answers = town.delete(), list(answers)
    town.tell(len(answers))
    assert town.state(request) == state
    # The same id each time: whoever keeps count of ids does nothing twice.
    assert len({headers["webhook-id"] for _, _, headers in town.heard}) == 1


def test_one_that_does_not_answer_is_asked_once_in_a_round(town: Town) -> None:
    for _ in range(3):
        town.delete()
    town.answers = [(0, b"")]
    tell_systems(town.database, town.ring, town.post, town.clock)
    assert len(town.heard) == 1
    # The others are still due, and the one that failed is so after a while.
    tell_systems(town.database, town.ring, town.post, town.clock)
    assert len(town.heard) == 3
    town.tell(2)
    assert len(town.heard) == 4


def test_what_cannot_be_opened_holds_nothing_else_up(town: Town) -> None:
    from sqlalchemy import text  # noqa: PLC0415  (this test alone)

    broken, whole = town.delete(), town.delete()
    with UnitOfWork(town.database) as uow:
        spoil = text("UPDATE system_tellings SET body = :body WHERE request_id = :id")
        uow.connection.execute(spoil, {"body": b"spoilt" * 20, "id": broken.id})
    town.tell()
    assert (town.state(broken), town.state(whole)) == ("running", "finished")
    town.tell(ATTEMPTS_MAX)
    assert town.state(broken) == "failed"


def test_whom_it_was_about_is_kept_no_longer_than_until_the_answer(town: Town) -> None:
    from sqlalchemy import text  # noqa: PLC0415  (this test alone)

    town.delete()
    with UnitOfWork(town.database, reads_only=True) as uow:
        kept = uow.connection.execute(text("SELECT body FROM system_tellings")).scalar_one()
    assert kept is not None
    assert b"ann" not in bytes(kept)
    town.tell()
    with UnitOfWork(town.database, reads_only=True) as uow:
        assert uow.connection.execute(text("SELECT body FROM system_tellings")).scalar_one() is None


def test_one_that_was_taken_off_holds_nothing_up(town: Town) -> None:
    request = town.delete()
    with UnitOfWork(town.database) as uow:
        disconnect_system(uow, MINE, town.system.id, change=town.change)
    town.tell()
    assert town.state(request) == "failed"
    assert town.heard == []
    with UnitOfWork(town.database) as uow:
        assert list_systems(uow, MINE) == []
        with pytest.raises(SystemUnknown):
            disconnect_system(uow, MINE, town.system.id, change=town.change)


def test_how_far_each_is_shows_beside_it(town: Town) -> None:
    town.delete()
    town.delete()
    town.answers = [(500, b"")]
    town.tell()
    with UnitOfWork(town.database) as uow:
        [system] = list_systems(uow, MINE)
    assert system.states == {"finished": 1, "running": 1}


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example.com/",
        "https://127.0.0.1/",
        "https://10.0.0.1/hook",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://192.168.1.1:8443/",
        "https://crm.example.com:22/",
        "https://user:secret@crm.example.com/",
        "ftp://crm.example.com/",
        "https:///nowhere",
        "https://crm.example.com:99999/",
        "https://" + "x" * 600 + ".example.com/",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_may_not_be_told_is_refused(url: str) -> None:
    with pytest.raises(SystemAddressRefused):
        check_address(url)


@pytest.mark.parametrize(
    "addresses", [["10.0.0.7"], ["93.184.216.34", "127.0.0.1"], ["fd00::1"], ["100.64.0.1"], []]
)
def test_a_name_that_leads_inside_is_refused_when_it_is_told(addresses: list[str]) -> None:
    parts = check_address(URL)
    with pytest.raises(SystemAddressRefused):
        choose_address(parts, addresses)
    with pytest.raises(SystemAddressRefused):
        Poster(resolves=lambda *_: addresses)(URL, b"{}", {})


def test_a_house_may_allow_its_own_network() -> None:
    parts = check_address("http://127.0.0.1:8080/", allows_private=True)
    assert choose_address(parts, ["127.0.0.1"], allows_private=True) == "127.0.0.1"
    with pytest.raises(SystemAddressRefused):
        check_address("ftp://127.0.0.1/", allows_private=True)


def test_a_real_server_is_told() -> None:
    import http.server  # noqa: PLC0415  (this test alone)
    import threading  # noqa: PLC0415

    heard: list[tuple[str, bytes]] = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            heard.append((self.headers["webhook-id"], self.rfile.read(length)))
            self.send_response(307 if len(heard) == 1 else 200)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://localhost:{server.server_address[1]}/hook"
    post = Poster(allows_private=True)
    # A redirect leads nowhere.
    assert post(url, b"{}", {"webhook-id": "m1"})[0] == 307
    assert post(url, b"{}", {"webhook-id": "m2"})[0] == 200
    server.shutdown()
    server.server_close()
    assert [one for one, _ in heard] == ["m1", "m2"]


def test_an_answer_that_comes_byte_by_byte_is_not_waited_for() -> None:
    """Each byte comes in time, the whole never does."""
    import http.server  # noqa: PLC0415  (this test alone)
    import threading  # noqa: PLC0415

    over = threading.Event()

    class Slow(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "4000")
            self.end_headers()
            with contextlib.suppress(OSError):
                while not over.wait(0.05):
                    self.wfile.write(b" ")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    post = Poster(allows_private=True, answers_within=0.5)
    with pytest.raises(OSError, match="in time"):
        post(f"http://localhost:{server.server_address[1]}/hook", b"{}", {"webhook-id": "m1"})
    over.set()
    server.shutdown()
    server.server_close()
