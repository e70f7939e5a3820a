"""Subjects: stable, keyed, apart by workspace and by kind of identifier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.collect import IdentifierKind, SubjectHasher, subject_of
from catchment.kernel import WorkspaceId

MINE, THEIRS = WorkspaceId("wsp_mine"), WorkspaceId("wsp_theirs")
KEY = bytes(range(32))


def test_the_same_identifier_gives_the_same_subject_for_ever() -> None:
    # Written down: were this to change, every person would be cut in two at the upgrade.
    assert SubjectHasher(KEY).subject(MINE, "user", "u1") == "44fa04cc84d4e102a0cbca893fcda7c9"


def test_workspace_kind_and_secret_each_tell_subjects_apart() -> None:
    hasher = SubjectHasher(KEY)
    subjects = {
        hasher.subject(MINE, IdentifierKind.USER, "42"),
        hasher.subject(MINE, IdentifierKind.ANONYMOUS, "42"),
        hasher.subject(THEIRS, IdentifierKind.USER, "42"),
        SubjectHasher(b"other" * 8).subject(MINE, IdentifierKind.USER, "42"),
    }
    assert len(subjects) == 4


@given(st.lists(st.text()), st.sampled_from(IdentifierKind))
def test_many_at_once_are_each_what_one_is(values: list[str], kind: IdentifierKind) -> None:
    secret = SubjectHasher(KEY)._secret(MINE)
    expected = [subject_of(secret, kind, value) for value in values]
    hasher = SubjectHasher(KEY)
    assert hasher.subjects(MINE, kind, values) == expected
    assert hasher.subjects(MINE, kind, values[::-1]) == expected[::-1]


@given(st.text())
def test_any_text_has_a_subject_of_32_hex_digits(value: str) -> None:
    subject = subject_of(b"secret", "user", value)
    assert len(subject) == 32
    int(subject, 16)


def test_half_a_surrogate_pair_has_one_too() -> None:
    assert len(subject_of(b"secret", "user", "\ud800")) == 32


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        SubjectHasher(b"short")


def test_a_long_master_key_counts_to_its_last_byte() -> None:
    one, other = SubjectHasher(b"x" * 99 + b"1"), SubjectHasher(b"x" * 99 + b"2")
    assert one.subject(MINE, "user", "u") != other.subject(MINE, "user", "u")
