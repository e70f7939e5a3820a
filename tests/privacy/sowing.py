"""Planting: every way that data comes in by, with people's data wherever people put it."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import httpx
import openpyxl

from privacy.planted import Planted

PEOPLE_A_BATCH = 40
PERSON_PAGES = ("", "/timeline", "/decisions", "/consent", "/rights")
STREAM_SECONDS = 2
STREAM_BYTES_MAX = 200_000
CSRF = {"X-Catchment-CSRF": "1"}
HEADER = "user_id,event,time,收货人,手机,收货地址,身份证号,备注"


def sow_events(client: httpx.Client, key: str, people: Sequence[Planted]) -> None:
    """Sends what these people do, in every format, good and bad."""
    for start in range(0, len(people), PEOPLE_A_BATCH):
        some = people[start : start + PEOPLE_A_BATCH]
        calls = [call for one in some for call in segment_calls(one)]
        _send(client, "/v1/batch", key, {"batch": calls})
        _send(client, "/v1/events", key, {"events": [_own(one) for one in some]})
        _send(client, "/batch/", key, {"api_key": key, "batch": [_posthog(one) for one in some]})
    for one in people[:PEOPLE_A_BATCH]:
        _send(client, "/sa", key, _sensors(one))
        # What is no JSON is refused whole; what is cut, too.
        client.post("/v1/track", content=_broken(one), auth=(key, ""))
        client.get(f"/v1/none?phone={one.phone}&name={one.name}")
        escaped = json.dumps(segment_calls(one)[0]).replace(one.phone, _escaped(one.phone))
        client.post("/v1/identify", content=escaped.encode(), auth=(key, ""))


def sow_files(client: httpx.Client, at: str, source_id: str, people: Sequence[Planted]) -> None:
    """Uploads files of these people, good rows and bad, and imports them."""
    third = max(1, len(people) // 3)
    files = {
        f"{people[0].phone} {people[0].id_card}.csv": _csv(people[:third]),
        "orders.xlsx": _workbook(people[third : 2 * third]),
        "calls.ndjson.gz": gzip.compress(_lines(people[2 * third :])),
        "none.csv": b"\x00\x01" + people[0].phone.encode(),
    }
    for name, content in files.items():
        with_file = {"file": (name, content)}
        taken = client.post(f"{at}/imports/uploads", files=with_file, headers=CSRF)
        if not taken.is_success:
            continue
        ask: dict[str, Any] = {"upload_id": taken.json()["upload_id"], "source_id": source_id}
        detected = taken.json()["detected"]
        if not name.endswith(".gz"):
            ask["mapping"] = detected["suggested_mapping"]
        client.post(f"{at}/imports", json=ask, headers=CSRF).raise_for_status()


def ask_wrongly(client: httpx.Client, at: str, people: Sequence[Planted]) -> list[httpx.Response]:
    """Searches and wrong requests that name people."""
    told = []
    for one in people:
        told += [
            client.post(f"{at}/people/search", json={"search": wanted}, headers=CSRF)
            for wanted in (one.phone, one.email, one.name)
        ]
        told += [
            client.get(f"{at}/people", params={"search": one.phone}),
            client.get(f"{at}/people/lookup", params={"kind": "phone", "value": one.phone}),
            client.get(f"{at}/people/{one.phone}"),
            client.get(f"{at}/events", params={"q": one.phone, "event": one.email}),
            client.get(f"{at}/events", params={"limit": one.phone, "since": one.email}),
            client.post(f"{at}/audiences", json={one.phone: one.id_card}, headers=CSRF),
            client.post(f"{at}/sources", json={"name": 1, "kind": one.phone}, headers=CSRF),
            client.post(f"{at}/people/search", content=one.phone.encode(), headers=CSRF),
            client.post("/api/v1/sign-in", json={"email": one.email, "password": one.phone}),
            client.get(f"/no/such/page/{one.phone}", params={"q": one.email}),
        ]
    return told


def read_everything(client: httpx.Client, at: str, people: Sequence[Planted]) -> Iterator[bytes]:
    """What the pages, lists, files and streams show."""
    for path in (
        "/people?limit=200", "/events?limit=200", "/quarantine?limit=200", "/imports?limit=100",
        "/quarantine/summary", "/events/names", "/audit?limit=200", "/sources",
        "/events/properties?event=Order%20Completed", "/privacy/register", "/privacy/fields",
        "/privacy/trail",
    ):  # fmt: skip
        yield client.get(f"{at}{path}").content
    listed = client.get(f"{at}/people", params={"limit": len(people)}).json().get("items", [])
    for row in listed:
        for part in PERSON_PAGES:
            yield client.get(f"{at}/people/{row['person']}{part}").content
    for item in client.get(f"{at}/quarantine?limit=5").json().get("items", []):
        yield client.get(f"{at}/quarantine/{item['id']}").content
    for one in client.get(f"{at}/imports?limit=20").json().get("items", []):
        yield client.get(f"{at}/imports/{one['id']}/errors.csv").content
    yield client.get("/metrics").content
    yield client.get("/metrics/collector").content
    yield client.get("/readyz").content
    yield _streamed(client, at)
    for answer in ask_wrongly(client, at, people):
        yield answer.content


def order_exports(client: httpx.Client, at: str) -> list[str]:
    """Orders event exports; the jobs."""
    jobs = []
    for ending in ("ndjson", "parquet"):
        made = client.post(f"{at}/events/exports", json={"format": ending}, headers=CSRF)
        jobs.append(str(made.raise_for_status().json()["id"]))
    return jobs


def _send(client: httpx.Client, path: str, key: str, body: object) -> None:
    client.post(path, json=body, auth=(key, "")).raise_for_status()


def _streamed(client: httpx.Client, at: str) -> bytes:
    got = b""
    asked = client.stream("GET", f"{at}/events/stream", timeout=STREAM_SECONDS)
    with suppress(httpx.TimeoutException), asked as stream:
        for piece in stream.iter_bytes():
            got += piece
            if len(got) > STREAM_BYTES_MAX:
                break
    return got


def segment_calls(one: Planted) -> list[Any]:
    """What one does, good and bad, as Segment's clients send it."""
    writings = list(one.writings())
    written = writings[one.number % len(writings)]
    n = one.number
    return [
        {
            "type": "identify", "messageId": f"i{n}", "userId": written,
            "traits": {
                "phone": written, "email": one.email, "name": one.name, "idCard": one.id_card,
                "address": {"city": "上海", "street": one.address}, "wechat_openid": "x",
                "openid": one.openid, "tags": [one.other_phone, {"深": one.email}],
            },
            "context": {
                "externalIds": [{"type": "openid", "id": one.openid}],
                "traits": {"name": one.name, "mobile": written},
                "page": {"url": f"https://shop.example/?phone={one.phone}&mail={one.email}"},
            },
        },
        {
            "type": "track", "event": "Order Completed", "messageId": f"t{n}", "userId": one.email,
            "properties": {
                "order_id": f"o{n}", "revenue": 9.9, "currency": "CNY", "收货人": one.name,
                "receiver": {"realName": one.name, "mobile": one.other_phone},
                "shippingAddress": {"province": "上海", "detail": one.address},
                "card": one.bank_card, "cards": f"卡 {_grouped(one.bank_card)}",
                "memo": f"请打 {written} 或写 {one.email},证件 {one.id_card}。", one.phone: 1,
                "unionId": one.openid,
            },
        },
        {"type": "alias", "messageId": f"a{n}", "previousId": one.phone, "userId": f"u{n}"},
        {"type": "group", "messageId": f"g{n}", "groupId": one.other_phone, "userId": f"u{n}"},
        {"type": "track", "event": f"Bought by {one.phone}", "messageId": f"n{n}",
         "userId": f"u{n}", "properties": {
             "live_id": one.email, "currency": one.phone, "n": float(one.other_phone),
             "m": -int(one.other_phone)}},
        {"type": "page", "messageId": one.phone, "anonymousId": one.email, "name": "Home"},
        # These are held back: no kind, no name, no identity, a wrong time.
        {"type": "nope", "messageId": f"q{n}", "userId": one.phone, "traits": {"name": one.name}},
        {"type": "track", "messageId": f"r{n}", "userId": one.email, "properties": {
            "consignee": one.name, "address": one.address, "openid": one.openid}},
        {"type": "identify", "messageId": f"s{n}", "traits": {"phone": one.phone,
            "name": one.name}},
        {"type": one.id_card, "event": one.phone, "userId": one.bank_card},
        f"{one.phone} {one.email}",
    ]  # fmt: skip


def _own(one: Planted) -> dict[str, Any]:
    return {
        "id": f"own{one.number}", "name": "Live Comment Posted", "user_id": one.phone,
        "properties": {"text": f"我是 {one.phone},{one.email}", "收货地址": one.address},
    }  # fmt: skip


def _posthog(one: Planted) -> dict[str, Any]:
    return {
        "event": "$identify", "distinct_id": one.email,
        "properties": {
            "$set": {"email": one.email, "name": one.name, "phone": one.phone},
            "note": f"id {one.id_card}",
        },
    }  # fmt: skip


def _sensors(one: Planted) -> dict[str, Any]:
    return {
        "type": "profile_set", "distinct_id": one.openid[:1] + str(one.number), "time": 1,
        "properties": {"name": one.name, "phone": one.phone, "email": one.email,
                       "openid": one.openid},
    }  # fmt: skip


def _broken(one: Planted) -> bytes:
    return f'{{"type":"track","userId":"{one.phone}","traits":{{"name":"{one.name}"'.encode()


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(one):04x}" for one in text)


def _grouped(digits: str) -> str:
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def _rows(people: Sequence[Planted]) -> Iterator[list[str]]:
    for one in people:
        kept = [one.name, one.phone, one.address, one.id_card, f"卡 {one.bank_card} {one.email}"]
        yield [one.email, "Order Completed", f"2026-01-{1 + one.number % 28:02d} 10:00:00", *kept]
        yield [one.phone, "Order Completed", "never", *kept]
        yield ["", "Order Completed", "2026-01-01 10:00:00", *kept]


def _csv(people: Sequence[Planted]) -> bytes:
    lines = [HEADER, *(",".join(row) for row in _rows(people))]
    for one in people:
        lines.append(f"{one.name},{one.phone}")
        lines.append(f"x,{one.email},{one.id_card}," + ",".join([one.openid, one.address] * 9))
    lines.append(f'"{people[0].name},{people[0].phone}')
    return "\n".join(lines).encode("gb18030")


def _workbook(people: Sequence[Planted]) -> bytes:
    book, content = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    sheet.append(HEADER.split(","))
    for row in _rows(people):
        sheet.append(row)
    book.save(content)
    return content.getvalue()


def _lines(people: Sequence[Planted]) -> bytes:
    lines = []
    for one in people:
        lines += [json.dumps(call, ensure_ascii=one.number % 2 == 0) for call in segment_calls(one)]
        lines.append(_broken(one).decode())
    return "\n".join(lines).encode()
