"""Grants and revealing: what is too wide, too late or somebody else's is refused, by its rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from catchment.kernel import IdMaker, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock, seeded_entropy
from catchment.testing.privacy_desk import make_privacy
from catchment.vault import (
    Access,
    DataClass,
    Grant,
    GrantNeeded,
    GrantRefused,
    GrantRule,
    GrantScope,
    GrantSettled,
    GrantSpec,
    GrantState,
    GrantUnknown,
    KeysAway,
    KindUnknown,
    PersonalValue,
    Purpose,
    Revealed,
    TooManyReadings,
    ValueGone,
    Wanted,
)

OURS = WorkspaceId("wsp_ours")
PHONE = "13812348000"
OWNER = "ab" * 16
SPEC = GrantSpec(GrantScope.REVEAL, Purpose.SERVICE, ("phone",), 2, 30, "calls back")


class Desk:
    """A vault with one phone number in it, one who asks and two who answer."""

    def __init__(self, database: Database, folder: Path, per_hour: int = 1_000) -> None:
        self.database, self.clock = database, ManualClock()
        self.agreed = True
        self.parts = make_privacy(
            folder, database, self.clock, IdMaker(self.clock, seeded_entropy(3)),
            may_use=self.may_use, per_hour=per_hour,
        )  # fmt: skip
        self.folder = folder
        self.token = self.keep("phone", PHONE)

    def may_use(
        self, _workspace_id: WorkspaceId, _subjects: Sequence[str], _purpose: Purpose, _kind: str
    ) -> bool:
        return self.agreed

    def keep(self, kind: str, value: str, data_class: DataClass = DataClass.IMPORTANT) -> str:
        """A token for a value of somebody's."""
        kept = PersonalValue(OWNER, kind, value, data_class=data_class)
        return self.parts.vault.keep(OURS, [kept], seen_us=self.clock.now_us())[0]

    def ask(self, spec: GrantSpec = SPEC, actor: str = "opr_user") -> Grant:
        """A request."""
        with UnitOfWork(self.database) as uow:
            return self.parts.grants.ask(uow, OURS, spec, actor=actor)

    def approve(self, grant: Grant, actor: str = "opr_keeper") -> Grant:
        """An approval."""
        with UnitOfWork(self.database) as uow:
            return self.parts.grants.approve(uow, OURS, grant.id, actor=actor)

    def granted(self, spec: GrantSpec = SPEC) -> Grant:
        """A grant that holds."""
        return self.approve(self.ask(spec))

    def now(self, grant: Grant) -> Grant:
        """How it stands."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            return self.parts.grants.get(uow, OURS, grant.id)

    def reveal(
        self,
        grant: Grant | None,
        *,
        token: str | None = None,
        person: str = "per_1",
        purpose: Purpose = Purpose.SERVICE,
        actor: str = "opr_user",
    ) -> Revealed:
        """One value of one person."""
        access = Access(actor, purpose, "calls back", None if grant is None else grant.id)
        wanted = Wanted(person, [OWNER], token or self.token, access)
        return self.parts.revealing.reveal(OURS, wanted)

    def actions(self) -> list[str]:
        """What the trail tells, the newest first."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            return [one.act.action for one in self.parts.trail.page(uow, OURS).items]


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def test_a_grant_lets_its_holder_see_one_value_of_one_person(desk: Desk) -> None:
    grant = desk.granted()
    shown = desk.reveal(grant)
    assert (shown.value, shown.kind, shown.trail_seq) == (PHONE, "phone", 3)
    assert desk.actions() == ["reveal", "grant.approve", "grant.ask"]
    assert desk.now(grant).people_used == 1
    desk.reveal(grant)
    assert desk.now(grant).people_used == 1, "the same person is counted once"
    assert desk.parts.trail.verify(OURS).is_whole


def test_a_grant_for_a_kind_that_nobody_has_heard_of_is_refused(desk: Desk) -> None:
    with pytest.raises(KindUnknown, match="did you mean 'phone'") as refused:
        desk.ask(replace(SPEC, kinds=("name", "phoen", "wxnot")))
    assert [one["pointer"] for one in refused.value.details["problems"]] == ["/kinds/1", "/kinds/2"]  # type: ignore[attr-defined]
    assert "Known here: address" in refused.value.message
    assert desk.actions() == [], "nothing was asked for"
    # What the vault keeps values of is known, though the field be taken off since.
    desk.keep("wxnote", "a friend of Mei")
    desk.ask(replace(SPEC, kinds=("phone", "wxnote")))
    with pytest.raises(KindUnknown, match="did you mean 'wxnote'"):
        desk.ask(replace(SPEC, kinds=("wxnot",)))


def _expired(desk: Desk) -> Grant:
    grant = desk.granted()
    desk.clock.advance(timedelta(minutes=30))
    return grant


def _used_up(desk: Desk) -> Grant:
    grant = desk.granted()
    for person in ("per_7", "per_8"):
        desk.reveal(grant, person=person)
    return grant


def _revoked(desk: Desk) -> Grant:
    grant = desk.granted()
    with UnitOfWork(desk.database) as uow:
        desk.parts.grants.revoke(uow, OURS, grant.id, actor="opr_keeper", reason="no more")
    return grant


REFUSED: dict[str, tuple[Callable[[Desk], Revealed], GrantRule]] = {
    "nobody answered": (lambda d: d.reveal(d.ask()), GrantRule.NOT_GRANTED),
    "its time is over": (lambda d: d.reveal(_expired(d)), GrantRule.EXPIRED),
    "it was taken back": (lambda d: d.reveal(_revoked(d)), GrantRule.NOT_GRANTED),
    "its people are used up": (lambda d: d.reveal(_used_up(d)), GrantRule.PEOPLE_USED_UP),
    "it is somebody else's": (lambda d: d.reveal(d.granted(), actor="opr_2"), GrantRule.HOLDER),
    "for something else": (
        lambda d: d.reveal(d.granted(), purpose=Purpose.MARKETING), GrantRule.PURPOSE
    ),
    "another kind": (
        lambda d: d.reveal(d.granted(), token=d.keep("idcard", "11010519491231002X")),
        GrantRule.KIND,
    ),
    "for a file": (
        lambda d: d.reveal(d.approve(d.granted(replace(SPEC, scope=GrantScope.EXPORT)), "opr_3")),
        GrantRule.SCOPE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_grant_does_not_cover_is_refused_by_the_rule(desk: Desk, name: str) -> None:
    deed, rule = REFUSED[name]
    with pytest.raises(GrantRefused) as refused:
        deed(desk)
    assert refused.value.details["rule"] == rule
    told = refused.value.details["problems"]
    assert isinstance(told, list)
    assert told[0]["code"] == rule
    assert desk.actions().count("reveal") == (2 if "used up" in name else 0)


TOO_WIDE = {
    GrantRule.TOO_LONG: {"minutes": 8 * 60 + 1},
    GrantRule.TOO_MANY_PEOPLE: {"people_max": 501},
    GrantRule.TOO_MANY_KINDS: {"kinds": tuple(f"k{n}" for n in range(17))},
    GrantRule.SENSITIVE_IN_BULK: {"scope": GrantScope.EXPORT, "kinds": ("phone", "idcard")},
}


@pytest.mark.parametrize("rule", TOO_WIDE)
def test_what_is_too_wide_cannot_even_be_asked(rule: GrantRule) -> None:
    with pytest.raises(GrantRefused) as refused:
        replace(SPEC, **TOO_WIDE[rule])  # type: ignore[arg-type]
    assert refused.value.details["rule"] == rule
    with pytest.raises(GrantRefused):
        replace(SPEC, kinds=("bankcard",), people_max=21)


def test_nobody_approves_for_themselves_and_a_file_takes_two_others(desk: Desk) -> None:
    asked = desk.ask(replace(SPEC, scope=GrantScope.EXPORT, people_max=1_000))
    with pytest.raises(GrantRefused) as refused:
        desk.approve(asked, "opr_user")
    assert refused.value.details["rule"] == GrantRule.NOT_BY_ONESELF
    assert desk.approve(asked).state is GrantState.ASKED
    with pytest.raises(GrantRefused) as refused:
        desk.approve(asked)
    assert refused.value.details["rule"] == GrantRule.NOT_TWICE
    access = Access("opr_user", Purpose.SERVICE, "for the courier", asked.id)
    with pytest.raises(GrantRefused):
        desk.parts.revealing.allow_export(OURS, access, ["phone"], file="exp_1", people=900)
    assert desk.approve(asked, "opr_owner").state is GrantState.GRANTED
    allow = desk.parts.revealing.allow_export
    allow(OURS, access, ["phone"], file="exp_1", people=900)
    allow(OURS, access, ["phone"], file="exp_1", people=900)
    with pytest.raises(GrantRefused) as refused:
        allow(OURS, access, ["phone"], file="exp_2", people=101)
    assert refused.value.details["rule"] == GrantRule.PEOPLE_USED_UP


def test_an_answered_grant_is_not_answered_again(desk: Desk) -> None:
    grant = desk.granted()
    with pytest.raises(GrantSettled):
        desk.approve(grant, "opr_owner")
    with pytest.raises(GrantSettled), UnitOfWork(desk.database) as uow:
        desk.parts.grants.refuse(uow, OURS, grant.id, actor="opr_owner", reason="")
    with pytest.raises(GrantUnknown), UnitOfWork(desk.database) as uow:
        desk.parts.grants.approve(uow, WorkspaceId("wsp_theirs"), grant.id, actor="opr_owner")
    late = desk.ask()
    desk.clock.advance(timedelta(days=7))
    with pytest.raises(GrantSettled):
        desk.approve(late)
    assert desk.now(late).state is GrantState.EXPIRED


def test_important_and_sensitive_values_take_a_grant_and_common_ones_a_purpose(desk: Desk) -> None:
    with pytest.raises(GrantNeeded):
        desk.reveal(None)
    common = desk.keep("nickname", "Little Mei", DataClass.COMMON)
    assert desk.reveal(None, token=common).value == "Little Mei"
    sensitive = desk.keep("idcard", "11010519491231002X", DataClass.COMMON)
    with pytest.raises(GrantNeeded):
        desk.reveal(None, token=sensitive)


def test_marketing_takes_the_persons_consent_as_well(desk: Desk) -> None:
    grant = desk.granted(replace(SPEC, purpose=Purpose.MARKETING))
    assert desk.reveal(grant, purpose=Purpose.MARKETING).value == PHONE
    desk.agreed = False
    with pytest.raises(GrantRefused) as refused:
        desk.reveal(grant, purpose=Purpose.MARKETING)
    assert refused.value.details["rule"] == GrantRule.CONSENT


def test_keys_away_closes_and_counts_nothing(desk: Desk) -> None:
    grant = desk.granted()
    keys = desk.folder / "privacy" / "home.keys"
    keys.rename(keys.with_name("elsewhere"))
    with pytest.raises(KeysAway):
        desk.reveal(grant)
    keys.with_name("elsewhere").rename(keys)
    assert desk.now(grant).people_used == 0
    assert desk.reveal(grant).value == PHONE


def test_a_value_whose_key_was_destroyed_is_gone(desk: Desk) -> None:
    grant = desk.granted()
    desk.parts.vault.shred(OURS, [OWNER], at_us=desk.clock.now_us())
    with pytest.raises((ValueGone, GrantNeeded)):
        desk.reveal(grant)


def test_a_hundred_readings_an_hour_and_then_an_alarm(database: Database, tmp_path: Path) -> None:
    desk = Desk(database, tmp_path, per_hour=5)
    grant = desk.granted(replace(SPEC, people_max=100))
    for n in range(4):
        desk.reveal(grant, person=f"per_{n}")
    desk.parts.revealing.count_lookup(OURS, "opr_user", "phone")
    with structlog.testing.capture_logs() as logs, pytest.raises(TooManyReadings):
        desk.reveal(grant, person="per_9")
    assert [one["event"] for one in logs] == ["readings_alarm"]
    assert desk.actions()[:2] == ["alarm", "lookup"]
    with pytest.raises(TooManyReadings):
        desk.parts.revealing.count_lookup(OURS, "opr_user", "phone")
    assert desk.actions().count("alarm") == 1, "once an hour"
    desk.parts.revealing.count_lookup(OURS, "opr_other", "phone")
    desk.clock.advance(timedelta(hours=1))
    desk.parts.revealing.count_lookup(OURS, "opr_user", "phone")


def test_the_houses_own_readings_are_a_line_an_hour_and_an_operators_one_each(
    desk: Desk,
) -> None:
    tokens = [desk.keep("phone", f"1381234{n:04}") for n in range(50)]
    house = Access("people", Purpose.MATCHING, "looks for duplicates")
    for _ in range(3):
        assert desk.parts.revealing.open_many(OURS, tokens, house)[7] == "13812340007"
    assert desk.actions() == ["open"]
    desk.clock.advance(timedelta(hours=1))
    desk.parts.revealing.open_many(OURS, tokens[:7], house)
    operator = replace(house, actor="opr_user", purpose=Purpose.RIGHTS)
    for _ in range(2):
        desk.parts.revealing.open_many(OURS, tokens[:4], operator)
    with UnitOfWork(desk.database, reads_only=True) as uow:
        lines = desk.parts.trail.page(uow, OURS).items
    assert [(one.act.actor, one.act.values) for one in lines] == [
        ("opr_user", 4), ("opr_user", 4), ("people", 107), ("people", 50),
    ]  # fmt: skip
    assert {one.act.kinds for one in lines} == {("phone",)}


def test_a_reading_of_all_of_one_person_names_the_person(desk: Desk) -> None:
    tokens = [desk.keep("phone", PHONE), desk.keep("name", "Lin Mei")]
    theirs = Access("opr_user", Purpose.RIGHTS, "access request rig_1", person="per_1")
    desk.parts.revealing.open_many(OURS, tokens, theirs)
    # Also of the house's own: an hour's line for many people would name none of them.
    house = replace(theirs, actor="house")
    for person in ("per_1", "per_2", "per_2"):
        desk.parts.revealing.open_many(OURS, tokens, replace(house, person=person))
    with UnitOfWork(desk.database, reads_only=True) as uow:
        lines = desk.parts.trail.page(uow, OURS, person="per_1").items
    assert [(one.act.actor, one.act.action, one.act.kinds, one.act.values) for one in lines] == [
        ("house", "open", ("name", "phone"), 2), ("opr_user", "open", ("name", "phone"), 2),
    ]  # fmt: skip
