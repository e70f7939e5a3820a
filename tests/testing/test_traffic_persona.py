"""People of the made-up world have particulars that stay, and a few registered twice."""

import json

from catchment.testing.traffic.persona import is_twin, persona_of

SEED = 7
TWIN_SHARE = 0.015


def test_a_persona_is_the_same_whenever_it_is_asked_for() -> None:
    assert persona_of(SEED, 42) == persona_of(SEED, 42)
    assert persona_of(SEED, 42) != persona_of(SEED + 1, 42)


def test_a_twin_shares_particulars_but_no_id() -> None:
    twins = [number for number in range(20_000) if is_twin(SEED, number)]
    assert abs(len(twins) / 20_000 - TWIN_SHARE) < 0.004
    for number in twins:
        twin, original = persona_of(SEED, number), persona_of(SEED, number - 1)
        assert not is_twin(SEED, number - 1)
        assert twin.name == original.name
        assert twin.city == original.city
        assert twin.street + "号" == original.street
        assert twin.birthday[:8] == original.birthday[:8]
        assert twin.email is None or twin.email != original.email
        assert twin.unionid is None or twin.unionid != original.unionid


def test_what_the_mini_program_sends_of_a_person_is_json_with_both_ids() -> None:
    known = next(p for p in (persona_of(SEED, n) for n in range(99)) if p.unionid)
    sent = json.loads("{" + known.external_ids.removesuffix(",") + "}")
    assert {(one["type"], one["id"]) for one in sent["externalIds"]} == {
        ("openid", known.openid),
        ("unionid", known.unionid),
    }
    unknown = next(p for p in (persona_of(SEED, n) for n in range(99)) if not p.unionid)
    assert unknown.external_ids == ""
