"""Sources, quarantine, imports and exports, from the first request to the last byte."""

from __future__ import annotations

import json
import os
import random

import pytest

from api.api_house import Client, House
from catchment import collect
from catchment.jobs import JobWorker
from catchment.lake import Received


def work_off(house: House) -> None:
    """Runs every job that is due, as the worker would."""
    services = house.services
    files = collect.KeptFiles(services.keys)
    importer = collect.Importer(
        services.log, collect.ImportTable(services.database), services.clock, services.ids,
        open_path=files.open,
    )  # fmt: skip
    exports = collect.ExportWorks(
        services.engine, services.vault, files, services.home / "exports", services.clock
    )
    releasing = collect.Releasing(
        services.database, services.log, collect.decode, lambda _: frozenset(), services.keys
    )
    change = collect.Change("worker", services.clock, services.ids)
    handlers = {
        collect.IMPORT_JOB_KIND: collect.run_import_job(importer),
        collect.EXPORT_JOB_KIND: collect.run_export_job(exports),
        collect.RELEASE_JOB: lambda run: collect.release_many(releasing, run, change),
    }
    JobWorker(
        services.database, handlers,
        clock=services.clock, ids=services.ids, chance=random.Random(1),
    ).run_due()  # fmt: skip
    house.lander.catch_up()


def new_source(client: Client, house: House, name: str) -> str:
    made = client.post(house.at("/sources"), json={"name": name, "kind": "server"})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def put(house: House, source_id: str, events: list[object]) -> None:
    body = json.dumps({"events": events}).encode()
    now = house.services.clock.now_us()
    house.services.log.append([Received(house.ours.id, source_id, "catchment", now, body)])
    house.lander.catch_up()


def test_a_source_lives_from_making_to_deleting(house: House) -> None:
    operator = house.client("operator")
    source_id = new_source(operator, house, "Mini app")
    path = house.at(f"/sources/{source_id}")
    made = operator.get(path).json()
    assert made["is_enabled"]
    assert made["counts"] == {"accepted": 0, "duplicate": 0, "quarantined": 0, "forgotten": 0}
    assert made["volume_by_hour"] == [0] * 24
    changed = operator.patch(path, json={"name": "Mini", "is_enabled": False}).json()
    assert (changed["name"], changed["is_enabled"]) == ("Mini", False)
    rotated = operator.post(f"{path}/rotate-key").json()
    assert rotated["write_key"] != made["write_key"]
    taken = operator.post(house.at("/sources"), json={"name": "Mini"})
    assert (taken.status_code, taken.json()["code"]) == (409, "source_name_taken")
    assert operator.delete(path).status_code == 204
    assert operator.get(path).status_code == 404
    actions = [e["action"] for e in house.client("owner").get(house.at("/audit")).json()["items"]]
    assert actions[:3] == ["sources.delete", "sources.rotate_key", "sources.change"]


def test_a_test_event_arrives_in_the_lake(house: House) -> None:
    operator = house.client("operator")
    source_id = new_source(operator, house, "Tested")
    sent = operator.post(house.at(f"/sources/{source_id}/test-event"))
    assert sent.status_code == 202
    pending = operator.get(house.at("/events/count")).json()["pending"]
    assert pending == 1
    house.lander.catch_up()
    found = operator.get(house.at("/events"), params={"source_id": source_id}).json()["items"]
    assert [event["message_id"] for event in found] == [sent.json()["message_id"]]
    source = operator.get(house.at(f"/sources/{source_id}")).json()
    assert source["counts"]["accepted"] == 1
    assert source["volume_by_hour"][-1] == 1
    assert source["last_seen_at"] is not None


def test_a_bad_event_is_listed_put_right_and_released(house: House) -> None:
    operator = house.client("operator")
    source_id = new_source(operator, house, "Careless")
    put(house, source_id, [{"event": "Lost", "message_id": "lost-1"}])
    query = {"source_id": source_id}
    held = operator.get(house.at("/quarantine"), params=query).json()["items"][0]
    assert held["reason"] == "missing_identity"
    summary = operator.get(house.at("/quarantine/summary")).json()["items"]
    assert [one["reason"] for one in summary] == ["missing_identity"]
    path = house.at(f"/quarantine/{held['id']}")
    unfit = operator.post(f"{path}/release")
    assert (unfit.status_code, unfit.json()["code"]) == (409, "still_unfit")
    mended = json.dumps({**json.loads(held["payload"]), "user_id": "u1"})
    released = operator.post(f"{path}/release", json={"payload": mended})
    assert released.status_code == 200, released.text
    assert released.json()["state"] == "released"
    house.lander.catch_up()
    found = operator.get(house.at("/events"), params={"event": "Lost"}).json()["items"]
    assert [event["message_id"] for event in found] == ["lost-1"]
    assert operator.post(f"{path}/discard").status_code == 409


def test_many_are_released_by_a_job_and_one_is_discarded(house: House) -> None:
    operator = house.client("operator")
    source_id = new_source(operator, house, "Many")
    put(house, source_id, [{"event": f"No one {n}"} for n in range(3)])
    items = operator.get(house.at("/quarantine"), params={"source_id": source_id}).json()["items"]
    discarded = operator.post(house.at(f"/quarantine/{items[0]['id']}/discard")).json()
    assert discarded["state"] == "discarded"
    job = operator.post(house.at("/quarantine/release"), json={"source_id": source_id})
    assert (job.status_code, job.json()["state"]) == (202, "queued")
    work_off(house)
    done = operator.get(house.at(f"/jobs/{job.json()['id']}")).json()
    assert (done["state"], done["result"]) == ("done", {"released": 0, "still_unfit": 2})


def test_blocked_ids_are_replaced_whole(house: House) -> None:
    operator = house.client("operator")
    path = house.at("/blocked-ids")
    assert operator.put(path, json={"values": ["guest", "null", "guest"]}).json() == {
        "values": ["guest", "null"]
    }
    assert operator.get(path).json() == {"values": ["guest", "null"]}
    assert operator.put(path, json={"values": ["x"] * 2_000}).status_code == 422


TABLE = (
    "order,customer,what,at,price\n"
    "o1,c1,Order Completed,2026-02-01 10:00:00,12.50\n"
    "o2,c2,Order Completed,2026-02-02 11:00:00,8.00\n"
    "o3,,Order Completed,2026-02-03 12:00:00,1.00\n"
)
MAPPING = {
    "event": {"column": "what"},
    "user_id": {"column": "customer"},
    "time": {"column": "at"},
}


def test_a_file_is_uploaded_looked_at_imported_and_its_bad_rows_fetched(house: House) -> None:
    operator = house.client("operator")
    source_id = new_source(operator, house, "History")
    upload = operator.post(
        house.at("/imports/uploads"), files={"file": ("../订单 2026.csv", TABLE.encode())}
    )
    assert upload.status_code == 201, upload.text
    seen = upload.json()
    assert [column["name"] for column in seen["detected"]["columns"]] == [
        "order", "customer", "what", "at", "price",
    ]  # fmt: skip
    ask = {"upload_id": seen["upload_id"], "source_id": source_id, "format": "csv"}
    started = operator.post(house.at("/imports"), json={**ask, "mapping": MAPPING})
    assert started.status_code == 202, started.text
    path = house.at(f"/imports/{started.json()['import_id']}")
    assert operator.get(path).json()["state"] == "queued"
    assert operator.get(path).json()["forgotten"] is None
    work_off(house)
    done = operator.get(path).json()
    assert (done["state"], done["events"], done["errors_count"]) == ("done", 2, 1)
    assert done["file_name"] == "订单 2026.csv"
    assert operator.get(path).json()["forgotten"] == 0
    errors = operator.get(f"{path}/errors.csv")
    assert errors.headers["content-type"].startswith("text/csv")
    assert "missing_identity" in errors.text
    found = operator.get(house.at("/events"), params={"source_id": source_id}).json()["items"]
    assert [event["user_id"] for event in found] == ["c2", "c1"]
    assert all(event["is_historical"] for event in found)
    assert operator.post(f"{path}/cancel").status_code == 409
    assert operator.get(house.at("/imports")).json()["items"][0]["id"] == done["id"]


def test_an_import_is_cancelled_before_it_begins(house: House) -> None:
    operator = house.client("operator")
    source_id = new_source(operator, house, "Never")
    upload = operator.post(house.at("/imports/uploads"), files={"file": ("a.csv", TABLE.encode())})
    ask = {"upload_id": upload.json()["upload_id"], "source_id": source_id, "mapping": MAPPING}
    started = operator.post(house.at("/imports"), json=ask).json()
    path = house.at(f"/imports/{started['import_id']}")
    assert operator.post(f"{path}/cancel").json()["state"] == "cancelled"
    work_off(house)
    assert operator.get(path).json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": {}}, 422),
        ({"data": {"file": "no file"}}, 422),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}, 422),
        ({"content": b"junk", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 422),
        ({"files": {"other": ("a.csv", b"a,b\n1,2\n")}}, 422),
        ({"files": [("file", ("a.csv", b"a\n1\n")), ("file", ("b.csv", b"a\n1\n"))]}, 422),
        ({"files": {"file": ("a.csv", b"")}}, 422),
        ({"files": {"file": ("a.zip", b"PK\x03\x04broken")}}, 422),
        ({"files": {"file": ("a.parquet", b"PAR1broken")}}, 422),
    ],
)
def test_an_upload_that_is_none_leaves_nothing_behind(
    house: House, options: dict[str, object], status: int
) -> None:
    operator = house.client("operator")
    folder = house.services.home / "uploads" / house.ours.id
    before = sorted(folder.iterdir()) if folder.is_dir() else []
    answer = operator.post(house.at("/imports/uploads"), **options)
    assert answer.status_code == status, answer.text
    assert (sorted(folder.iterdir()) if folder.is_dir() else []) == before


def test_what_is_not_there_cannot_be_imported(house: House) -> None:
    operator = house.client("operator")
    source_id = new_source(operator, house, "Nothing")
    ask = {"upload_id": "upl_none", "source_id": source_id}
    assert operator.post(house.at("/imports"), json=ask).status_code == 404
    path = house.at("/imports/imp_none")
    assert operator.get(path).status_code == 404
    assert operator.get(f"{path}/errors.csv").status_code == 404


@pytest.mark.parametrize("ending", ["ndjson", "parquet"])
def test_events_are_exported_into_a_file_and_fetched(house: House, ending: str) -> None:
    analyst = house.client("analyst")
    source_id = new_source(house.client("operator"), house, f"Out {ending}")
    put(house, source_id, [{"event": f"Kept {ending}", "user_id": "u1", "message_id": ending}])
    job = analyst.post(
        house.at("/events/exports"), json={"format": ending, "event": f"Kept {ending}"}
    )
    assert job.status_code == 202, job.text
    file = house.at(f"/exports/{job.json()['id']}/file")
    assert analyst.get(file).status_code == 404, "it is not written yet"
    work_off(house)
    done = analyst.get(house.at(f"/jobs/{job.json()['id']}")).json()
    assert (done["state"], done["result"]["events"]) == ("done", 1)
    answer = analyst.get(file)
    assert f'filename="events.{ending}"' in answer.headers["content-disposition"]
    assert ending.encode() in answer.content
    trail = house.client("owner").get(house.at("/audit")).json()["items"]
    taken = [entry for entry in trail if entry["target"] == job.json()["id"]]
    assert [entry["action"] for entry in taken] == ["events.export"]
    assert taken[0]["detail"]["event"] == f"Kept {ending}"


def test_exports_are_listed_with_how_far_they_are(house: House) -> None:
    """The newest first; one whose file is swept away says so rather than offering it."""
    analyst, path = house.client("analyst"), house.at("/events/exports")
    source_id = new_source(house.client("operator"), house, "Listed")
    put(house, source_id, [{"event": "Listed", "user_id": "u1", "message_id": "listed"}])
    asks = [
        {"format": "parquet", "event": "Listed", "since": "2020-01-02T00:00:00Z"},
        {"format": "ndjson", "event": "Nothing of this name"},
    ]
    ids = [analyst.post(path, json=ask).json()["id"] for ask in asks]
    listed = analyst.get(path, params={"limit": 2}).json()["items"]
    assert [(one["id"], one["state"], one["has_file"]) for one in listed] == [
        (ids[1], "queued", False), (ids[0], "queued", False),
    ]  # fmt: skip
    work_off(house)
    none, whole = analyst.get(path, params={"limit": 2}).json()["items"]
    assert (none["events"], none["event"], none["since"]) == (0, "Nothing of this name", None)
    assert (whole["format"], whole["events"], whole["since"]) == (
        "parquet", 1, "2020-01-02T00:00:00Z",
    )  # fmt: skip
    assert whole["bytes"] > 0
    assert none["has_file"]
    assert whole["has_file"]
    assert whole["requested_by"].startswith("opr_")
    folder = house.services.home / "exports" / house.ours.id
    (folder / f"{ids[0]}.parquet").unlink()
    assert [one["has_file"] for one in analyst.get(path).json()["items"][:2]] == [True, False]
    assert analyst.get(house.at(f"/exports/{ids[0]}/file")).status_code == 404
    assert house.client("viewer").get(path).status_code == 403


def test_a_job_is_cancelled_once(house: House) -> None:
    operator = house.client("operator")
    job = house.client("analyst").post(house.at("/events/exports"), json={}).json()
    path = house.at(f"/jobs/{job['id']}")
    assert operator.post(f"{path}/cancel").json()["state"] == "cancelled"
    assert operator.post(f"{path}/cancel").status_code == 409


def test_old_uploads_are_swept_away(house: House) -> None:
    operator = house.client("operator")
    send = {"files": {"file": ("a.csv", TABLE.encode())}}
    old = operator.post(house.at("/imports/uploads"), **send).json()["upload_id"]
    folder = house.services.home / "uploads" / house.ours.id / old
    long_ago = house.services.clock.now().timestamp() - 8 * 86_400
    os.utime(folder, (long_ago, long_ago))
    operator.post(house.at("/imports/uploads"), **send)
    assert not folder.exists()
