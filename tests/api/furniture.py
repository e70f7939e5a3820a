"""One of everything, each marked so that it is known when it shows, and how each is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from api.api_house import Client, House
from api.asks import NOTHING, Sent, asks_of
from api.marked import (
    BUYERS,
    CANARY,
    GONE,
    GUEST,
    OWN_FIELD,
    OWN_GRANT,
    OWN_KIND,
    OWN_TRAIT,
    PERSON,
    SECOND_DEVICE,
    SHADOW,
)
from api.operations import Operation
from catchment.people import Likeness, Suggestion, SuggestionKind, SuggestionState
from catchment.people.duplicates.search import suggestion_id
from catchment.people.duplicates.store import keep_found
from catchment.store import UnitOfWork
from catchment.vault import DataClass, rotate_master_key, rotate_workspace_key

_HELD = ({"event": CANARY}, {"event": f"Again {CANARY}"})
"""Events of nobody, which are quarantined."""


@dataclass(frozen=True)
class Furniture:
    """What is ours.

    Attributes:
        ids: our ids, by the names that stand for them in addresses and asks.
        marks: texts that only answers about ours hold.
        asks: by operation, what to send where a sample of the schema would say nothing.
    """

    ids: dict[str, str]
    marks: tuple[str, ...]
    asks: dict[str, Sent]

    def shows_in(self, text: str) -> bool:
        """Something of ours stands in an answer."""
        return any(mark in text for mark in self.marks)


def ask(
    client: Client, operation: Operation, ours: Furniture, once: str | None = None, **ids: str
) -> httpx.Response:
    """Sends an operation what fits it and names ours; `ids` replace some of them.

    Args:
        client: asks.
        operation: what is asked for.
        ours: what is named.
        once: an Idempotency-Key.
        ids: other ids than ours, by name.
    """
    options = request_of(operation, ours, ids)
    at = operation.at({**ours.ids, **ours.asks.get(operation.name, NOTHING).ids, **ids})
    headers = {} if once is None else {"Idempotency-Key": once}
    return client.request(operation.method, at, headers=headers, **options)


def request_of(operation: Operation, ours: Furniture, ids: Mapping[str, str]) -> dict[str, Any]:
    """What stands in such a request beside its address."""
    sent = ours.asks.get(operation.name, NOTHING)
    named = {**ours.ids, **sent.ids, **ids}
    params = {
        p["name"]: operation.sample(p["schema"], named, p["name"])
        for p in operation.query
        if p.get("required") or p["name"] in named
    }
    options: dict[str, Any] = {"params": {**params, **sent.params}}
    if operation.is_upload:
        options["files"] = {"file": ("a.csv", b"user_id,event,time\n1,x,2026-01-01\n")}
    elif sent.json is not None:
        options["json"] = sent.json
    elif operation.body is not None:
        options["json"] = operation.sample(operation.body, named)
    return options


def furnish(house: House) -> Furniture:
    """Fills our workspace with one of everything, each marked."""
    owner = house.client("owner")
    ids = {"workspace_id": house.ours.id, **_collected(house, owner)}
    people = _people(house, owner, ids["source_id"])
    ids["person_id"] = people[PERSON]
    ids |= _described(house, owner, people)
    ids |= _chosen(house, owner)
    house.run_jobs()
    # One more comes in, as an event and not as a filling.
    house.send([_deed(SHADOW)], ids["source_id"])
    house.keep_people()
    house.keep_interests()
    ids |= _suggested(house, people)
    ids |= _asked_for(house, owner, people)
    ids |= _guarded(house, owner)
    rest = {"item_kind": "product", "item_id": CANARY, "from": f"product:{CANARY}"}
    ids |= {**rest, "to": f"product:{CANARY}"}
    marks = (CANARY, people[SHADOW])
    ids["waiting_import_id"] = _imported(house, owner, ids["source_id"], "2026-01-02T03:04:05Z")
    waiting = _made(owner.post(house.at("/events/exports"), json={"event": CANARY}))
    ids["waiting_job_id"] = waiting["id"]
    return Furniture(ids, marks, asks_of(house, owner, ids, people))


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _collected(house: House, owner: Client) -> dict[str, str]:
    source = _made(owner.post(house.at("/sources"), json={"name": CANARY, "kind": "web"}))
    house.send([_deed(PERSON), _seen(PERSON), _seen(SHADOW), *_HELD], source["id"])
    key = _made(owner.post(house.at("/keys"), json={"name": CANARY, "scopes": ["events:read"]}))
    who = {"email": f"{CANARY}@example.com", "name": CANARY, "role": "viewer"}
    invited = _made(owner.post(house.at("/operators"), json=who))
    owner.put(house.at("/blocked-ids"), json={"values": [CANARY]})
    owner.patch(house.at(), json={"name": f"Tea House {CANARY}"})
    export = _made(owner.post(house.at("/events/exports"), json={"event": CANARY}))
    imports = [
        _imported(house, owner, source["id"], at) for at in ("2026-01-02T03:04:05Z", "never")
    ]
    house.run_jobs()
    held = owner.get(house.at("/quarantine")).json()["items"]
    secret = _made(owner.post(house.at(f"/sources/{source['id']}/signing-secrets")))
    pool = {"numbers": ["+862150000001", "+862150000002"], "label": CANARY}
    _made(owner.post(house.at("/privacy/numbers"), json=pool))
    return {
        "secret_id": secret["id"],
        "source_id": source["id"],
        "key_id": key["key_id"],
        "operator_id": invited["operator"]["id"],
        "job_id": export["id"],
        "export_id": export["id"],
        "import_id": imports[0],
        "failed_import_id": imports[-1],
        "upload_id": _uploaded(house, owner, "2026-01-02T03:04:05Z"),
        "quarantined_id": held[0]["id"],
        "other_quarantined_id": held[1]["id"],
    }


def _uploaded(house: House, owner: Client, at: str) -> str:
    day = "2026-01-02T03:04:05Z"
    table = f"user_id,event,time\n1,{CANARY},{at}\n2,{CANARY},{day}\n3,{CANARY},{day}\n"
    file = {"file": (f"{CANARY}.csv", table.encode())}
    return str(_made(owner.post(house.at("/imports/uploads"), files=file))["upload_id"])


def _imported(house: House, owner: Client, source_id: str, at: str) -> str:
    order = {"upload_id": _uploaded(house, owner, at), "source_id": source_id}
    return str(_made(owner.post(house.at("/imports"), json=order))["import_id"])


def _people(house: House, owner: Client, source_id: str) -> dict[str, str]:
    told = [
        {"type": "identify", "user_id": user, "anonymous_id": f"device of {user}",
         "message_id": f"told of {user}", "traits": {"name": CANARY, CANARY: CANARY, "phone": "12"}}
        for user in (PERSON, SHADOW, GUEST)
    ]  # fmt: skip
    second = {**told[0], "message_id": "second device", "anonymous_id": SECOND_DEVICE}
    called = {"type": "identify", "user_id": PERSON, "message_id": "phone told",
              "traits": {"phone": "13812345678"}}  # fmt: skip
    house.send([*told, second, called, {**_deed(GUEST), "event": "Order Completed"}], source_id)
    house.keep_people()
    people = {}
    for user in (PERSON, SHADOW, GUEST):
        found = owner.get(house.at("/people/lookup"), params={"kind": "user", "value": user})
        people[user] = _made(found)["person"]
    return people


def _described(house: House, owner: Client, people: Mapping[str, str]) -> dict[str, str]:
    trait = _made(owner.post(house.at("/traits"), json=OWN_TRAIT))
    group = _made(owner.post(house.at("/tag-groups"), json={"name": CANARY}))
    new = {"group_id": group["id"], "name": CANARY}
    tag = _made(owner.post(house.at("/tags"), json=new))
    empty = _made(owner.post(house.at("/tag-groups"), json={"name": f"Empty {CANARY}"}))
    page = house.at(f"/people/{people[PERSON]}")
    _made(owner.post(f"{page}/tags", json={"tag_id": tag["id"], "reason": CANARY}))
    nodes = owner.get(f"{page}/identity").json()["nodes"]
    devices = [node["subject"] for node in nodes if node["kind"] == "anon"]
    cut = {"subject": devices[0], "reason": CANARY}
    _made(owner.post(f"{page}/split", json=cut))
    rules = owner.get(house.at("/identity/rules")).json()["kinds"]
    kinds = [{k: v for k, v in kind.items() if k != "is_built_in"} for kind in rules]
    _made(owner.put(house.at("/identity/rules"), json={"kinds": [*kinds, OWN_KIND]}))
    house.keep_people()
    return {
        "trait_name": trait["name"],
        "tag_group_id": group["id"],
        "empty_group_id": empty["id"],
        "group_id": group["id"],
        "tag_id": tag["id"],
        "device": devices[1],
    }


def _chosen(house: House, owner: Client) -> dict[str, str]:
    listed = _made(
        owner.post(
            house.at("/lists"), params={"name": CANARY, "kind": "user"},
            files={"file": ("list.csv", f"{PERSON}\n".encode())},
        )
    )  # fmt: skip
    spare = _made(
        owner.post(
            house.at("/lists"), params={"name": f"Spare {CANARY}", "kind": "user"},
            files={"file": ("list.csv", f"{PERSON}\n".encode())},
        )
    )  # fmt: skip
    both = []
    for name, rule in ((CANARY, BUYERS), (f"Listed {CANARY}", {"list": {"id": listed["id"]}})):
        new = {"name": name, "rule": rule}
        both.append(_made(owner.post(house.at("/audiences"), json=new))["id"])
    house.keep_people()
    ordered = {"format": "csv", "purpose": CANARY, "traits": ["canary"]}
    file = _made(owner.post(house.at(f"/audiences/{both[0]}/exports"), json=ordered))
    return {
        "audience_id": both[0],
        "other_audience_id": both[1],
        "list_id": listed["id"],
        "spare_list_id": spare["id"],
        "audience_export_id": file["id"],
    }


def _asked_for(house: House, owner: Client, people: Mapping[str, str]) -> dict[str, str]:
    """What people asked for: a file let out, one that waits, one to refuse, and a deletion."""
    page = house.at(f"/people/{people[PERSON]}")
    note = {"note": CANARY}
    asker, wanted = house.client("operator"), {"kind": "access", **note}
    both = [_made(asker.post(f"{page}/rights", json=wanted)) for _ in "ab"]
    house.run_jobs()
    _made(owner.post(house.at(f"/rights-requests/{both[0]['id']}/approve")))
    wrong = {"kind": "correction", **note, "correction": {"trait": CANARY, "value": CANARY}}
    open_still = _made(owner.post(f"{page}/rights", json=wrong))
    word = {"purpose": "marketing", "channel": "sms", "state": "granted", "proof": CANARY}
    _made(owner.post(f"{page}/consent", json=word))
    system = {"name": CANARY, "url": f"https://{CANARY}.example.com/hook"}
    connected = _made(owner.post(house.at("/privacy/systems"), json=system))
    deleted = {}
    for user in (GONE, f"{GONE}-too"):
        house.send([_deed(user)])
        house.keep_people()
        found = owner.get(house.at("/people/lookup"), params={"kind": "user", "value": user})
        gone = _made(found)["person"]
        asked = owner.post(house.at(f"/people/{gone}/rights"), json={"kind": "deletion", **note})
        deleted[gone] = _made(asked)["id"]
    (gone, deletion), (_, lifted) = deleted.items()
    return {
        "request_id": both[0]["id"],
        "waiting_right_id": both[1]["id"],
        "open_right_id": open_still["id"],
        "deletion_id": deletion,
        "lifted_deletion_id": lifted,
        "system_id": connected["id"],
        "gone_subject": gone.removeprefix("per_"),
    }


def _suggested(house: House, people: Mapping[str, str]) -> dict[str, str]:
    left, right = sorted((people[PERSON], people[SHADOW]))
    one = Suggestion(
        id=suggestion_id(house.ours.id, left, right), left=left, right=right,
        kind=SuggestionKind.DUPLICATE, probability=0.99, likeness={"name": Likeness.SAME},
        state=SuggestionState.OPEN, found_at=house.services.clock.now(),
    )  # fmt: skip
    with UnitOfWork(house.services.database) as uow:
        keep_found(uow, house.ours.id, [one], search="job_canary")
    return {"suggestion_id": one.id}


def _guarded(house: House, owner: Client) -> dict[str, str]:
    field = _made(owner.post(house.at("/privacy/fields"), json=OWN_FIELD))
    user, at = house.client("operator"), house.at("/privacy/grants")
    asked = [_made(user.post(at, json=OWN_GRANT))["id"] for _ in range(4)]
    for one in asked[2:]:
        _made(owner.post(house.at(f"/privacy/grants/{one}/approve")))
    # Two versions that nothing hangs on any more; one of them somebody asked to destroy.
    for _ in range(2):
        rotate_workspace_key(house.services.keys, house.ours.id, DataClass.IMPORTANT)
    why = {"reason": f"old, says {CANARY}"}
    at = house.at("/privacy/keys/important/1/destruction")
    _made(owner.post(at, json=why))
    for _ in range(2):
        rotate_master_key(house.services.keys)
    _made(owner.post(house.at("/privacy/keys/master/1/destruction"), json=why))
    return {
        "field_id": field["id"],
        "grant_id": asked[0],
        "other_grant_id": asked[1],
        "spare_grant_id": asked[2],
        "held_grant_id": asked[3],
        "data_class": "important",
        "version": "2",
    }


def _deed(user: str) -> dict[str, Any]:
    note = {"note": CANARY}
    return {"message_id": f"m-{user}", "event": CANARY, "user_id": user, "properties": note}


def _seen(user: str) -> dict[str, Any]:
    product = {"product_id": CANARY, "name": CANARY}
    return {"message_id": f"v-{user}", "event": "Product Viewed", "user_id": user,
            "properties": product}  # fmt: skip
