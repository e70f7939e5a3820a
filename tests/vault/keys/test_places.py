"""A text opens where it was sealed and nowhere else: not for another person, field or workspace."""

from dataclasses import astuple, dataclass
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catchment.kernel import WorkspaceId
from catchment.testing.vault_world import make_vault_world
from catchment.vault import Cipher, CiphertextRefused, DataClass, KeyName, KeyRing, Purpose
from catchment.vault.ciphers import OVERHEAD_BYTES, algorithm, head_bytes, place_of, seal, unseal


@dataclass(frozen=True)
class Spot:
    """Where a value lies."""

    workspace: str
    owner: str
    purpose: Purpose
    data_class: DataClass
    field: str


SPOTS = st.builds(
    Spot,
    st.sampled_from(["wsp_1", "wsp_2"]),
    st.sampled_from(["a" * 32, "b" * 32]),
    st.sampled_from([Purpose.SERVICE, Purpose.MARKETING]),
    st.sampled_from([DataClass.COMMON, DataClass.IMPORTANT]),
    st.sampled_from(["phone", "name"]),
)
CIPHERS = st.sampled_from(Cipher)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    ring = make_vault_world(tmp_path_factory.mktemp("keys")).ring()
    ring.set_cipher(WorkspaceId("wsp_2"), Cipher.SM4_GCM)
    return ring


def sealed_at(ring: KeyRing, spot: Spot, plain: bytes) -> bytes:
    key = KeyName(spot.owner, spot.purpose, spot.data_class)
    (found,) = ring.sealers(WorkspaceId(spot.workspace), [key], make=True)
    assert found is not None
    return found.seal(plain, spot.field.encode())


def opened_at(ring: KeyRing, spot: Spot, sealed: bytes) -> bytes:
    key = KeyName(spot.owner, spot.purpose, spot.data_class)
    (found,) = ring.sealers(WorkspaceId(spot.workspace), [key], make=True)
    assert found is not None
    return found.open(sealed, spot.field.encode())


@settings(max_examples=300, deadline=None)
@given(here=SPOTS, there=SPOTS, plain=st.binary(max_size=200))
def test_a_text_opens_at_its_own_spot_alone(
    ring: KeyRing, here: Spot, there: Spot, plain: bytes
) -> None:
    sealed = sealed_at(ring, here, plain)
    assert opened_at(ring, here, sealed) == plain
    assume(astuple(here) != astuple(there))
    with pytest.raises(CiphertextRefused):
        opened_at(ring, there, sealed)


@settings(max_examples=200, deadline=None)
@given(spot=SPOTS, plain=st.binary(max_size=60), data=st.data())
def test_a_changed_or_cut_text_is_refused(
    ring: KeyRing, spot: Spot, plain: bytes, data: st.DataObject
) -> None:
    sealed = sealed_at(ring, spot, plain)
    assert len(sealed) == len(plain) + OVERHEAD_BYTES
    place = data.draw(st.integers(0, len(sealed) - 1))
    flip = data.draw(st.integers(1, 255))
    for broken in (
        sealed[:place] + bytes([sealed[place] ^ flip]) + sealed[place + 1 :],
        sealed[:place],
        sealed + bytes([flip]),
    ):
        with pytest.raises(CiphertextRefused):
            opened_at(ring, spot, broken)


@settings(max_examples=100, deadline=None)
@given(
    uses=st.tuples(st.sampled_from(["upload", "export"]), st.sampled_from(["wsp_1", "wsp_2"])),
    others=st.tuples(st.sampled_from(["upload", "export"]), st.sampled_from(["wsp_1", "wsp_2"])),
    plain=st.binary(max_size=200),
)
def test_a_box_opens_what_it_sealed_alone(
    ring: KeyRing, uses: tuple[str, str], others: tuple[str, str], plain: bytes
) -> None:
    mine = ring.box(WorkspaceId(uses[1]), uses[0])
    other = ring.box(WorkspaceId(others[1]), others[0])
    sealed = mine.seal(plain, b"place")
    other.seal(b"", b"")
    assert mine.open(sealed, b"place") == plain
    with pytest.raises(CiphertextRefused):
        mine.open(sealed, b"elsewhere")
    assume(uses != others)
    with pytest.raises(CiphertextRefused):
        other.open(sealed, b"place")


@given(cipher=CIPHERS, other=CIPHERS, version=st.integers(0, 65_535), plain=st.binary(max_size=99))
def test_a_text_is_no_other_algorithms_and_no_other_versions(
    cipher: Cipher, other: Cipher, version: int, plain: bytes
) -> None:
    key = b"k" * 32
    head = head_bytes(cipher, version)
    sealed = seal(algorithm(cipher, key), head, plain, b"p", lambda n: b"n" * n)
    assert unseal(algorithm(cipher, key), sealed, b"p") == plain
    posing = head_bytes(other, version ^ 1) + sealed[3:]
    for engine in (algorithm(cipher, key), algorithm(other, key)):
        with pytest.raises(CiphertextRefused):
            unseal(engine, posing, b"p")


@given(
    parts=st.lists(st.text(max_size=5) | st.binary(max_size=5), max_size=4),
    others=st.lists(st.text(max_size=5) | st.binary(max_size=5), max_size=4),
)
def test_places_are_unmistakable(parts: list[str | bytes], others: list[str | bytes]) -> None:
    def raw(part: str | bytes) -> bytes:
        return part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")

    same = [raw(part) for part in parts] == [raw(part) for part in others]
    assert (place_of(parts) == place_of(others)) == same


def test_nonces_are_never_drawn_twice(tmp_path: Path) -> None:
    ring = make_vault_world(tmp_path).ring()
    (found,) = ring.sealers(
        WorkspaceId("wsp_1"), [KeyName("a", Purpose.SERVICE, DataClass.COMMON)], make=True
    )
    assert found is not None
    assert len({found.seal(b"x", b"")[3:15] for _ in range(20_000)}) == 20_000


def test_a_cipher_that_forgets_the_place_would_be_caught() -> None:
    """The deliberately wrong variant: a text that is bound to nothing opens anywhere."""
    key = algorithm(Cipher.AES_256_GCM, b"k" * 32)
    careless = seal(key, head_bytes(Cipher.AES_256_GCM), b"x", b"", lambda n: b"n" * n)
    assert unseal(key, careless, b"") == b"x"
    with pytest.raises(CiphertextRefused):
        unseal(key, careless, b"wsp_1|phone")
