"""Signed requests: what the official library signs is believed, once; nothing else is."""

from __future__ import annotations

import json
import random
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from standardwebhooks import Webhook

from catchment.access import list_audit
from catchment.collect import SettlingIsTheOwners, SettlingNeedsSignature, TooManySigningSecrets
from catchment.collect.signing.signature import (
    SignatureRefused,
    Signed,
    check_signature,
    secret_bytes,
)
from catchment.collect.signing.store import count_remembered
from catchment.collect.signing.types import SECRETS_MAX
from catchment.events import Trust
from catchment.store import Database, UnitOfWork
from collect.signing_desk import (
    OPERATOR,
    OURS,
    Fallen,
    SigningDesk,
    body_of,
    packed,
)

BODY = body_of("m1")


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> SigningDesk:
    return SigningDesk(database, tmp_path)


def test_the_published_vector_holds() -> None:
    secret = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = Signed(
        b"msg_p5jXN8AQM9LWM0D4loKWxJek", b"1614265330",
        b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", b'{"test": 2432232314}',
    )  # fmt: skip
    at_us = 1_614_265_330_000_000
    assert check_signature(signed, [secret], now_us=at_us + 1) == at_us


def test_what_the_official_library_signs_is_attested_and_the_rest_a_claim(
    desk: SigningDesk,
) -> None:
    secret = desk.secret().text
    collecting = desk.open()
    assert collecting.send(BODY, desk.signed(secret, BODY)).status_code == 200
    assert collecting.send(BODY).status_code == 200
    assert [one.trust for one in desk.log.entries] == [Trust.ATTESTED, Trust.CLAIM]


def test_a_settling_source_settles_what_it_signed(desk: SigningDesk) -> None:
    secret = desk.secret().text
    desk.rule("required", settles=True)
    collecting = desk.open()
    assert collecting.send(BODY, desk.signed(secret, BODY)).status_code == 200
    assert collecting.send(BODY).json()["code"] == "signature_required"
    assert [one.trust for one in desk.log.entries] == [Trust.SETTLED]


def test_the_body_is_signed_as_it_was_on_the_wire(desk: SigningDesk) -> None:
    secret, wire = desk.secret().text, packed(BODY)
    how = {"content-encoding": "gzip"}
    collecting = desk.open()
    right = _by_hand(secret, wire, desk)
    assert collecting.send(wire, {**how, **right}).status_code == 200
    unpacked = desk.signed(secret, BODY, message_id="msg_2")
    assert collecting.send(wire, {**how, **unpacked}).json()["code"] == "signature_wrong"
    assert [(one.trust, one.body) for one in desk.log.entries] == [(Trust.ATTESTED, BODY)]


def _by_hand(secret: str, wire: bytes, desk: SigningDesk) -> dict[str, str]:
    """What a library that takes bytes makes; the official one of Python takes text."""
    import hmac  # noqa: PLC0415  (the oracle's own)
    from base64 import b64decode, b64encode  # noqa: PLC0415

    at = str(int(desk.clock.now().timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    mac = hmac.digest(key, f"msg_1.{at}.".encode() + wire, "sha256")
    return {
        "webhook-id": "msg_1", "webhook-timestamp": at,
        "webhook-signature": f"v1,{b64encode(mac).decode()}",
    }  # fmt: skip


def test_every_rule_that_is_broken_is_named(desk: SigningDesk) -> None:
    secret = desk.secret().text
    desk.rule("required")
    collecting = desk.open()
    now = desk.clock.now()
    good = desk.signed(secret, BODY)
    other = Webhook("whsec_" + "A" * 44).sign("msg_1", now, BODY.decode())
    cases: dict[str, list[dict[str, str]]] = {
        "signature_required": [{}],
        "signature_malformed": [
            {name: value for name, value in good.items() if name != left} for left in good
        ]
        + [
            {**good, "webhook-timestamp": "soon"}, {**good, "webhook-timestamp": "1e9"},
            {**good, "webhook-id": "a.b"}, {**good, "webhook-id": ""},
            {**good, "webhook-signature": "v1,x " * 60},
        ],
        "signature_expired": [
            desk.signed(secret, BODY, at=now + timedelta(seconds=seconds))
            for seconds in (-400, 400)
        ],
        "signature_wrong": [
            {**good, "webhook-signature": other},
            {**good, "webhook-signature": good["webhook-signature"][:-4]},
            {**good, "webhook-signature": "v1a" + good["webhook-signature"][2:]},
            {**good, "webhook-signature": good["webhook-signature"].lower()},
            {**good, "webhook-id": "msg_2"},
            {**good, "webhook-signature": "v1,"}, {**good, "webhook-signature": ""},
        ],
    }  # fmt: skip
    for code, headers in cases.items():
        for one in headers:
            answer = collecting.send(BODY, one)
            assert (answer.status_code, answer.json()["code"]) == (401, code), one
            assert answer.headers["www-authenticate"].startswith("Signature")
    assert collecting.send(body_of("m2"), good).json()["code"] == "signature_wrong"
    assert desk.log.entries == []
    assert collecting.send(BODY, good).status_code == 200
    assert collecting.send(BODY, good).json()["code"] == "signature_replayed"
    assert len(desk.log.entries) == 1


def test_a_signature_says_nothing_of_an_address(desk: SigningDesk) -> None:
    secret = desk.secret().text
    collecting = desk.open()
    signed = desk.signed(secret, b"")
    event = {"api_key": desk.source.write_key, "event": "X", "distinct_id": "u", "uuid": "m"}
    told = "/e/?data=" + quote(json.dumps(event))
    assert collecting.send(b"", path=told, method="GET").status_code == 200
    answer = collecting.send(b"", signed, path=told, method="GET")
    assert answer.status_code == 401
    assert answer.json()["code"] == "signature_malformed"


def test_a_source_without_secrets_believes_no_signature(desk: SigningDesk) -> None:
    stranger = desk.signed("whsec_" + "A" * 44, BODY)
    assert desk.open().send(BODY, stranger).json()["code"] == "signature_unexpected"
    desk.rule("required")
    assert desk.open().send(BODY, stranger).json()["code"] == "signature_wrong"
    assert desk.log.entries == []


def test_one_secret_is_replaced_by_the_next_while_servers_go_on(desk: SigningDesk) -> None:
    old, collecting = desk.secret(), desk.open()
    new = desk.secret()
    for number, secret in enumerate((old, new)):
        headers = desk.signed(secret.text, BODY, message_id=f"msg_{number}")
        assert collecting.send(BODY, headers).status_code == 200
    both = desk.signed(old.text, BODY, message_id="msg_both")
    second = desk.signed(new.text, BODY, message_id="msg_both")["webhook-signature"]
    both["webhook-signature"] += f" {second} v1a,other"
    desk.revoke(old)
    assert collecting.send(BODY, both).status_code == 200
    late = desk.signed(old.text, BODY, message_id="msg_late")
    assert collecting.send(BODY, late).json()["code"] == "signature_wrong"
    assert len(desk.log.entries) == 3


def test_a_request_counts_once_in_every_process_and_after_every_fall(desk: SigningDesk) -> None:
    headers = desk.signed(desk.secret().text, BODY)
    # All at once, in one process and in another.
    first = desk.open().send_all([(BODY, headers)] * 20)
    second = desk.open().send_all([(BODY, headers)] * 20)
    told = [answer.status_code for answer in (*first, *second)]
    # Those that came while the first was on its way to the disk may ask again, and are refused.
    assert (told.count(200), told.count(401) + told.count(503)) == (1, 39)
    assert {answer.status_code for answer in second} == {401}
    under_way = {answer.json()["code"] for answer in first if answer.status_code == 503}
    assert under_way <= {"signed_under_way"}
    assert {one.status_code for one in desk.open().send_all([(BODY, headers)] * 20)} == {401}
    desk.clock.advance(timedelta(minutes=4))
    assert desk.open().send(BODY, headers).json()["code"] == "signature_replayed"
    desk.clock.advance(timedelta(minutes=2))
    assert desk.open().send(BODY, headers).json()["code"] == "signature_expired"
    assert len(desk.log.entries) == 1


def test_what_nobody_would_believe_any_more_is_forgotten(desk: SigningDesk) -> None:
    secret, collecting = desk.secret().text, desk.open()
    for number in range(5):
        collecting.send(BODY, desk.signed(secret, BODY, message_id=f"msg_{number}"))
    desk.clock.advance(timedelta(minutes=30))
    collecting.send(BODY, desk.signed(secret, BODY, message_id="msg_new"))
    with UnitOfWork(desk.database, reads_only=True) as uow:
        assert count_remembered(uow) == 1


def test_what_could_not_be_kept_may_come_again(desk: SigningDesk) -> None:
    headers, collecting = desk.signed(desk.secret().text, BODY), desk.open()
    desk.log.is_full = True
    assert collecting.send(BODY, headers).status_code == 503
    desk.log.is_full = False
    assert collecting.send(BODY, headers).status_code == 200
    assert collecting.send(BODY, headers).status_code == 401
    assert len(desk.log.entries) == 1


@pytest.mark.parametrize(("falls", "entries"), [("before", 1), ("after", 2)])
def test_who_was_cut_short_may_send_the_same_again_and_nothing_else(
    desk: SigningDesk, falls: str, entries: int
) -> None:
    secret = desk.secret().text
    desk.log.falls = falls
    with pytest.raises(Fallen):
        desk.open().send(BODY, desk.signed(secret, BODY))
    desk.log.falls = ""
    # Another process may still be at it.
    at_once = desk.open().send(BODY, desk.signed(secret, BODY))
    assert (at_once.status_code, at_once.json()["code"]) == (503, "signed_under_way")
    assert int(at_once.headers["retry-after"]) > 0
    desk.clock.advance(timedelta(seconds=20))
    # The wrong variant: another body under an id that is not through yet.
    other = body_of("m2")
    refused = desk.open().send(other, desk.signed(secret, other))
    assert (refused.status_code, refused.json()["code"]) == (401, "signature_replayed")
    again = desk.signed(secret, BODY)
    assert desk.open().send(BODY, again).status_code == 200
    # Should it have been kept after all, it is the same events under the same ids.
    assert [one.body for one in desk.log.entries] == [BODY] * entries
    desk.clock.advance(timedelta(seconds=20))
    for headers in (again, desk.signed(secret, BODY)):
        assert desk.open().send(BODY, headers).json()["code"] == "signature_replayed"


def test_of_many_who_take_it_up_again_one_is_let_in(desk: SigningDesk) -> None:
    headers = desk.signed(desk.secret().text, BODY)
    desk.log.falls = "before"
    with pytest.raises(Fallen):
        desk.open().send(BODY, headers)
    desk.log.falls = ""
    desk.clock.advance(timedelta(seconds=20))
    told = [one.status_code for one in desk.open().send_all([(BODY, headers)] * 20)]
    assert told.count(200) == len(desk.log.entries) == 1


def test_what_was_opened_goes_on_while_the_key_store_is_away(desk: SigningDesk) -> None:
    secret = desk.secret().text
    knows, fresh = desk.open(), desk.open()
    assert knows.send(BODY, desk.signed(secret, BODY, message_id="msg_a")).status_code == 200
    away = desk.world.keys.rename(desk.folder / "elsewhere")
    assert knows.send(BODY, desk.signed(secret, BODY, message_id="msg_b")).status_code == 200
    closed = fresh.send(BODY, desk.signed(secret, BODY, message_id="msg_c"))
    assert (closed.status_code, closed.json()["code"]) == (503, "secrets_closed")
    assert int(closed.headers["retry-after"]) > 0
    assert fresh.send(BODY).status_code == 200
    away.rename(desk.world.keys)
    again = fresh.send(BODY, desk.signed(secret, BODY, message_id="msg_c"))
    assert again.status_code == 200
    trusts = [one.trust for one in desk.log.entries]
    assert trusts == [Trust.ATTESTED, Trust.ATTESTED, Trust.CLAIM, Trust.ATTESTED]


def test_a_secret_that_was_moved_to_another_place_signs_nothing(desk: SigningDesk) -> None:
    secret, other = desk.secret(), desk.secret()
    with UnitOfWork(desk.database) as uow:
        swap = (
            "UPDATE signing_secrets SET sealed = (SELECT sealed FROM signing_secrets WHERE id = :a)"
            " WHERE id = :b"
        )
        uow.connection.execute(text(swap), {"a": secret.kept.id, "b": other.kept.id})
    collecting = desk.open()
    answer = collecting.send(BODY, desk.signed(other.text, BODY))
    assert answer.json()["code"] == "signature_wrong"
    assert collecting.send(BODY, desk.signed(secret.text, BODY)).status_code == 200


def test_settling_is_the_owners_and_needs_a_signature(desk: SigningDesk) -> None:
    desk.secret(OPERATOR)
    with pytest.raises(SettlingNeedsSignature):
        desk.rule(settles=True)
    with pytest.raises(SettlingIsTheOwners):
        desk.rule("required", settles=True, caller=OPERATOR)
    desk.rule("required", settles=True)
    with pytest.raises(SettlingNeedsSignature):
        desk.rule("optional")
    for forbidden in (
        lambda: desk.secret(OPERATOR),
        lambda: desk.rule(settles=False, caller=OPERATOR),
    ):
        with pytest.raises(SettlingIsTheOwners):
            forbidden()
    with UnitOfWork(desk.database, reads_only=True) as uow:
        actions = [one.action for one in list_audit(uow, OURS).items]
    assert actions.count("sources.change_signing") == 1
    assert actions.count("sources.make_signing_secret") == 1


def test_secrets_are_few_and_stand_nowhere(desk: SigningDesk) -> None:
    made = [desk.secret() for _ in range(SECRETS_MAX)]
    with pytest.raises(TooManySigningSecrets):
        desk.secret()
    with UnitOfWork(desk.database, reads_only=True) as uow:
        rows = uow.connection.execute(text("SELECT * FROM signing_secrets")).all()
        trail = list_audit(uow, OURS).items
    kept = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in rows])
    for one in made:
        bare = one.text.removeprefix("whsec_")
        assert bare not in kept + repr(trail)
        assert repr(secret_bytes(one.text))[2:-1] not in kept


def forged(
    chance: random.Random, good: dict[str, str], body: bytes
) -> tuple[bytes, dict[str, str]]:
    """A request that somebody without the secret makes of one that they saw."""
    headers = dict(good)
    way = chance.randrange(7)
    if way == 0:
        body = body.replace(b"Order Paid", b"Order P4id")
    elif way == 1:
        headers["webhook-id"] = f"msg_{chance.randrange(10**9)}"
    elif way == 2:
        headers["webhook-timestamp"] = str(
            int(headers["webhook-timestamp"]) + chance.choice([-1, 1])
        )
    elif way == 3:
        for name in chance.sample(sorted(headers), chance.randint(1, 3)):
            del headers[name]
    elif way == 4:
        letters = string.ascii_letters + string.digits + "+/"
        headers["webhook-signature"] = "v1," + "".join(chance.choices(letters, k=43)) + "="
    elif way == 5:
        events = json.loads(body)["events"]
        body = json.dumps({"events": events[::-1]}).encode()
    # Way 6 is the request itself, once more.
    return body, headers


def storm(desk: SigningDesk, requests: int, seed: int) -> list[int]:
    """What becomes of so many requests of forgers who saw a thousand honest ones."""
    secret, chance = desk.secret().text, random.Random(seed)
    desk.rule("required", settles=True)
    collecting = desk.open()
    desk.clock.advance(timedelta(seconds=1))
    seen = []
    for number in range(100):
        body = body_of(f"m{number}", f"n{number}")
        seen.append((body, desk.signed(secret, body, message_id=f"msg_{number}")))
    assert {one.status_code for one in collecting.send_all(seen)} == {200}
    told: list[int] = []
    while len(told) < requests:
        batch = []
        for _ in range(min(500, requests - len(told))):
            body, good = chance.choice(seen)
            batch.append(forged(chance, good, body))
        told += [one.status_code for one in collecting.send_all(batch)]
        desk.clock.advance(timedelta(seconds=-1))
    return told


def test_of_ten_thousand_forgeries_none_is_accepted(desk: SigningDesk) -> None:
    told = storm(desk, 10_000 if desk.database.dialect == "sqlite" else 1_000, seed=4)
    assert set(told) == {401}
    assert len(desk.log.entries) == 100


@given(
    message_id=st.none() | st.binary(max_size=300),
    timestamp=st.none() | st.binary(max_size=20) | st.integers().map(lambda n: str(n).encode()),
    signature=st.none() | st.binary(max_size=200),
    body=st.binary(max_size=50),
)
def test_nothing_in_a_header_makes_the_check_stumble(
    message_id: bytes | None, timestamp: bytes | None, signature: bytes | None, body: bytes
) -> None:
    signed = Signed(message_id, timestamp, signature, body)
    now_us = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    with pytest.raises(SignatureRefused):
        check_signature(signed, [b"k" * 32, b"l" * 32], now_us=now_us)
