"""What each operation is asked with, where a sample of its schema would say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.api_house import Client, House
from api.marked import (
    BUYERS,
    CANARY,
    GUEST,
    OWN_GRANT,
    OWN_TRAIT,
    PERSON,
    SHADOW,
    WITHDRAWN,
)


@dataclass(frozen=True)
class Sent:
    """A request's own ids, query and body; what is left out is taken from the schema."""

    ids: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None


NOTHING = Sent()


def asks_of(
    house: House, owner: Client, ids: Mapping[str, str], people: Mapping[str, str]
) -> dict[str, Sent]:
    rules = owner.get(house.at("/identity/rules")).json()["kinds"]
    kinds = [{k: v for k, v in kind.items() if k != "is_built_in"} for kind in rules]
    life = owner.get(house.at("/life-cycle")).json()["rules"]
    some = Sent(json={"people": [people[PERSON]], "reason": CANARY})
    chosen = {"name": f"Ours {CANARY}", "rule": {"audience": {"id": ids["audience_id"]}}}
    trait = Sent(json={**OWN_TRAIT, "name": "canary_too"})
    fit = f'{{"event": "x", "user_id": "{PERSON}"}}'
    return {
        "refuse_grant": Sent(ids={"grant_id": ids["other_grant_id"]}),
        "revoke_grant": Sent(ids={"grant_id": ids["spare_grant_id"]}),
        "ask_grant": Sent(json=OWN_GRANT),
        "reveal_value": Sent(
            json={
                "field": {"trait": "name"},
                "purpose": "service",
                "grant_id": ids["held_grant_id"],
                "reason": f"calls {CANARY}",
            }
        ),
        "declare_privacy_field": Sent(
            json={"place": "*.remark", "kind": "remark", "label_zh": "Remark", "label_en": "Remark"}
        ),
        "sweep_events": Sent(json={"dry_run": True}),
        "approve_key_destruction": Sent(ids={"version": "1"}),
        "approve_master_destruction": Sent(ids={"version": "1"}),
        "cancel_master_destruction": Sent(ids={"version": "1"}),
        "change_cipher": Sent(json={"cipher": "aes-256-gcm"}),
        "change_retention": Sent(
            json={
                "events_days": None,
                "quarantine_days": 90,
                "uploads_days": 7,
                "exports_days": 7,
                "trail_days": 1095,
            }
        ),
        "search_people": Sent(json={"search": CANARY}),
        "list_events": Sent(params={"event": CANARY}),
        "list_event_properties": Sent(params={"event": CANARY}),
        "download_import_errors": Sent(ids={"import_id": ids["failed_import_id"]}),
        "release_quarantined": Sent(json={"payload": fit}),
        "cancel_import": Sent(ids={"import_id": ids["waiting_import_id"]}),
        "discard_quarantined": Sent(ids={"quarantined_id": ids["other_quarantined_id"]}),
        "cancel_job": Sent(ids={"job_id": ids["waiting_job_id"]}),
        "list_people": Sent(params={"search": CANARY}),
        "lookup_person": Sent(params={"kind": "user", "value": SHADOW}),
        "split_person": Sent(json={"subject": ids["device"], "reason": CANARY}),
        "restore_person": Sent(json={"reason": CANARY}),
        "merge_people": Sent(json={"people": [people[PERSON], people[GUEST]], "reason": CANARY}),
        "replace_identity_rules": Sent(json={"kinds": kinds}),
        "preview_identity_rules": Sent(json={"kinds": kinds}),
        "decide_duplicate": Sent(json={"verdict": "different", "reason": CANARY}),
        "declare_trait": trait,
        "preview_trait": trait,
        "change_trait": Sent(json=OWN_TRAIT),
        "give_tag_to_people": some,
        "take_tag_from_people": some,
        "delete_tag_group": Sent(ids={"tag_group_id": ids["empty_group_id"]}),
        "change_life_cycle": Sent(json=life),
        "create_audience": Sent(json=chosen),
        "preview_audience": Sent(json={"rule": chosen["rule"]}),
        "change_audience": Sent(json={"name": CANARY, "rule": BUYERS}),
        "archive_audience": Sent(ids={"audience_id": ids["other_audience_id"]}),
        "overlap_audiences": Sent(params={"ids": [ids["audience_id"], ids["other_audience_id"]]}),
        "download_audience_export": Sent(ids={"export_id": ids["audience_export_id"]}),
        "delete_list": Sent(ids={"list_id": ids["spare_list_id"]}),
        "write_consent": Sent(json=WITHDRAWN),
        "write_address_consent": Sent(
            json={**WITHDRAWN, "identifier": {"kind": "user", "value": PERSON}}
        ),
        "ask_right": Sent(json={"kind": "access", "note": CANARY}),
        "approve_rights_request": Sent(ids={"request_id": ids["waiting_right_id"]}),
        "refuse_rights_request": Sent(
            ids={"request_id": ids["open_right_id"]}, json={"reason": CANARY}
        ),
        "hurry_rights_request": Sent(ids={"request_id": ids["deletion_id"]}),
        "bind_virtual_number": Sent(json={"purpose": "service", "minutes": 5, "reason": CANARY}),
        "remove_pool_number": Sent(ids={"number": "+862150000002"}),
        "add_pool_numbers": Sent(json={"numbers": ["+862150000003"], "label": CANARY}),
        "connect_system": Sent(json={"name": CANARY, "url": f"https://{CANARY}.example.com/"}),
        "lift_deletion": Sent(ids={"request_id": ids["lifted_deletion_id"]}),
        "lift_suppression": Sent(json={"subject": ids["gone_subject"], "reason": CANARY}),
    }
