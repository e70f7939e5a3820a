"""The key index agrees with a Python set, whatever is added, flushed, merged and opened again."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.collect.key_index import KeyIndex, Keys

# Few distinct halves, so that keys that share one half are common here.
halves = st.sampled_from([b"\0" * 8, b"\0" * 7 + b"\1", b"\x80" + b"\0" * 7, b"\xff" * 8])
any_keys = st.tuples(halves, halves).map(b"".join) | st.binary(min_size=16, max_size=16)


def packed(keys: Sequence[bytes]) -> Keys:
    return Keys.unpack(b"".join(keys))


def fresh(index: KeyIndex, keys: Sequence[bytes]) -> list[bool]:
    marks: list[bool] = index.fresh(packed(keys)).tolist()
    return marks


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(any_keys, max_size=12), max_size=10), st.data())
def test_fresh_is_what_a_set_has_not_seen(batches: list[list[bytes]], data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        index = KeyIndex(folder, recent_max=6, fan_in=2)
        seen: set[bytes] = set()
        recent: list[bytes] = []
        for keys in batches:
            expected = [key not in seen and key not in keys[:i] for i, key in enumerate(keys)]
            assert fresh(index, keys) == expected
            new = [key for key, is_new in zip(keys, expected, strict=True) if is_new]
            index.add(packed(new))
            seen.update(new)
            recent.extend(new)
            if index.wants_flush:
                index.flush()
                recent = []
            if data.draw(st.booleans()):
                index.forget(index.merge())
            if data.draw(st.booleans()):
                index = KeyIndex(folder, index.files, recent, recent_max=6, fan_in=2)
            assert len(index) == len(seen)
        assert fresh(index, sorted(seen)) == [False] * len(seen)


def test_packing_gives_the_same_bytes_back() -> None:
    keys = [blake2b(bytes([n]), digest_size=16).digest() for n in range(99)]
    assert packed(keys).pack() == b"".join(keys)


def test_files_that_nothing_names_are_deleted_on_opening(tmp_path: Path) -> None:
    index = KeyIndex(tmp_path, recent_max=1)
    index.add(packed([b"a" * 16]))
    index.flush()
    kept = index.files
    index.add(packed([b"b" * 16]))
    index.flush()
    again = KeyIndex(tmp_path, kept)
    assert fresh(again, [b"a" * 16, b"b" * 16]) == [False, True]
    assert len(list(tmp_path.iterdir())) == 1


def test_runs_stay_few_while_keys_grow(tmp_path: Path) -> None:
    generator = np.random.default_rng(7)
    index = KeyIndex(tmp_path, recent_max=64, fan_in=4)
    for _ in range(200):
        index.add(Keys.unpack(generator.bytes(16 * 50)))
        if index.wants_flush:
            index.flush()
        index.forget(index.merge())
    assert len(index) == 10_000
    assert len(index.files) <= 4 * 5
    assert len(list(tmp_path.iterdir())) == len(index.files)


def test_a_merge_in_slices_is_sorted_over_all_slices(tmp_path: Path) -> None:
    generator = np.random.default_rng(8)
    index = KeyIndex(tmp_path, fan_in=2)
    for _ in range(2):
        index.add(Keys.unpack(generator.bytes(16 * 3_000)))
        index.flush()
    index.merge()
    halves = np.load(tmp_path / index.files[0].name)
    assert index.files[0].count == 6_000
    assert bool(np.all(halves[0][1:] >= halves[0][:-1]))
