"""What was answered is kept, what was not leaves no trace, and readers never see half a commit."""

import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from catchment.people.identity import (
    DEFAULT_RULES,
    BookDamaged,
    BookFull,
    IdentityBook,
    KindConflict,
    SubjectMalformed,
    layout,
)
from catchment.people.identity.state_files import open_state
from people.identity.identity_world import (
    LOOSE,
    MINE,
    TIGHT,
    add,
    edges_of,
    fill,
    pair,
    people_of,
    random_codes,
    random_links,
    rebuilt,
    state_bytes,
    subject,
)

POINTS = ("staging", "logged", "head written", "committed", "publishing", "published")
DURABLE = ("committed", "publishing", "published")

World = tuple[object, object]


def world_of(book: IdentityBook) -> World:
    view = book.reading(MINE)
    return people_of(view), edges_of(view)


def in_a_process_that_dies(act: Callable[[], None]) -> None:
    """Runs something in a forked process that is killed, or ends, inside it."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(1)
    os.waitpid(child, 0)


def killed_at(point: str) -> Callable[[str], None]:
    def reached(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("is_reader_first", [True, False])
@pytest.mark.parametrize("point", POINTS)
def test_a_writer_killed_anywhere_leaves_all_or_nothing(
    point: str, *, is_reader_first: bool, tmp_path: Path
) -> None:
    generator = np.random.default_rng(5)
    codes = random_codes(generator, 12)
    first, second = random_links(generator, 12, 15), random_links(generator, 12, 15)
    book = IdentityBook(tmp_path / "book")
    fill(book, codes, [first])
    before = world_of(book)
    whole = IdentityBook(tmp_path / "whole")
    fill(whole, codes, [first, second])
    after = world_of(whole)
    assert before != after

    def write() -> None:
        with IdentityBook(tmp_path / "book", reached=killed_at(point)).writing(
            MINE, TIGHT
        ) as pages:
            add(pages, codes, second)

    in_a_process_that_dies(write)
    if is_reader_first:
        expected = after if point in DURABLE else before
        if point == "head written":
            # The head lies in the machine's memory, not on disk: either answer is right.
            assert world_of(book) in (before, after)
        elif point == "committed":
            # Durable, though not yet shown: it shows when a writer comes by.
            assert world_of(book) in (before, after)
        else:
            assert world_of(book) == expected
    # The next writer repeats what was not thanked for, as the overlay does.
    fill(IdentityBook(tmp_path / "book"), codes, [second])
    assert world_of(book) == after
    kept = state_bytes(book)
    assert state_bytes(rebuilt(tmp_path / "book")) == kept


def test_a_torn_tail_is_written_over(tmp_path: Path) -> None:
    generator = np.random.default_rng(6)
    codes = random_codes(generator, 12)
    book = IdentityBook(tmp_path)
    fill(book, codes, [random_links(generator, 12, 15)])
    before = world_of(book)
    folder = tmp_path / MINE / "identity"
    with (folder / "rows.bin").open("r+b") as file:
        file.seek(24 * book.reading(MINE)._head.rows)
        file.write(b"\xff" * 100)
    with (folder / "sources.txt").open("ab") as file:
        file.write(b'"half a na')
    (folder / "current").unlink()
    again = IdentityBook(tmp_path)
    assert world_of(again) == before
    fill(again, codes, [random_links(generator, 12, 15)])
    kept = state_bytes(again)
    assert state_bytes(rebuilt(tmp_path)) == kept


def test_a_torn_head_leaves_the_one_before(tmp_path: Path) -> None:
    generator = np.random.default_rng(8)
    codes = random_codes(generator, 12)
    book = IdentityBook(tmp_path)
    fill(book, codes, [random_links(generator, 12, 15)])
    before, version = world_of(book), book.reading(MINE).version
    with book.writing(MINE, TIGHT) as pages:
        add(pages, codes, random_links(generator, 12, 15))
        newest = pages.version
    head = tmp_path / MINE / "identity" / "head"
    body = bytearray(head.read_bytes())
    body[512 * (newest & 1) + 20] ^= 1
    head.write_bytes(body)
    (head.parent / "current").unlink()
    again = IdentityBook(tmp_path)
    assert again.reading(MINE).version == version
    assert world_of(again) == before


def test_a_log_shorter_than_its_head_is_refused_by_name(tmp_path: Path) -> None:
    book = IdentityBook(tmp_path)
    fill(book, [1, 3], [[(0, 1, 5, 1, 0, 0)]])
    folder = tmp_path / MINE / "identity"
    os.truncate(folder / "keys.bin", 8)
    (folder / "current").unlink()
    with pytest.raises(BookDamaged, match=r"keys\.bin"):
        IdentityBook(tmp_path).reading(MINE)
    book.erase(MINE)
    assert IdentityBook(tmp_path).reading(MINE).count == 0


def test_a_start_of_the_machine_puts_unflushed_files_in_doubt(tmp_path: Path) -> None:
    book = IdentityBook(tmp_path)
    fill(book, [1, 3], [[(0, 1, 5, 1, 0, 0)]])
    before = world_of(book)
    folder = tmp_path / MINE / "identity"
    name, boot = json.loads((folder / "current").read_text())
    (folder / "current").write_text(json.dumps([name, "another start"]))
    # What a power cut leaves of a file that was never flushed.
    (folder / name / "owners.bin").write_bytes(bytes(4096 * 4))
    assert world_of(IdentityBook(tmp_path)) == before
    assert json.loads((folder / "current").read_text())[1] == boot


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_two_writers_in_two_processes_take_turns(tmp_path: Path) -> None:
    generator = np.random.default_rng(9)
    codes = random_codes(generator, 30)
    parts = [random_links(generator, 30, 10) for _ in range(12)]
    whole = IdentityBook(tmp_path / "whole")
    fill(whole, codes, parts)
    shared = tmp_path / "shared"

    def write(mine: list[list[tuple[int, int, int, int, int, int]]]) -> None:
        book = IdentityBook(shared)
        for part in mine:
            fill(book, codes, [part])

    child = os.fork()
    if child == 0:
        try:
            write(parts[::2])
        finally:
            os._exit(0)
    write(parts[1::2])
    os.waitpid(child, 0)
    assert world_of(IdentityBook(shared)) == world_of(whole)


def test_a_reader_sees_whole_commits_while_another_writes(tmp_path: Path) -> None:
    """Each commit joins or parts a hundred devices at once: none is ever seen half way."""
    codes = [1, 1, *[9] * 100]
    book, reader = IdentityBook(tmp_path), IdentityBook(tmp_path)
    rules = DEFAULT_RULES
    with book.writing(MINE, rules) as pages:
        add(pages, codes, [(0, n, 5, 1, 0, 0) for n in range(2, 102)])
    is_over = threading.Event()
    seen: set[int] = set()
    odd: list[int] = []

    def read() -> None:
        while not is_over.is_set():
            view = reader.reading(MINE)
            first = int(view.nodes_of(pa.array([subject(0)]))[0])
            owners = view.owners
            seen.add(int((owners == first).sum()))
            _, nodes = reader.reading(MINE).members_of([first])
            odd.extend([len(nodes)] if len(nodes) not in (1, 101) else [])

    thread = threading.Thread(target=read)
    thread.start()
    pairs = [pair(codes, 0, n) for n in range(2, 102)]
    for _ in range(15):
        with book.writing(MINE, rules) as pages:
            pages.withdraw(pairs)
        with book.writing(MINE, rules) as pages:
            pages.restore(pairs)
    is_over.set()
    thread.join()
    assert odd == []
    assert seen <= {1, 101}
    assert seen


def test_a_change_that_is_refused_leaves_no_trace(tmp_path: Path) -> None:
    book = IdentityBook(tmp_path)
    fill(book, [1, 3], [[(0, 1, 5, 1, 0, 0)]])
    before = world_of(book)
    with book.writing(MINE, TIGHT) as pages:
        version = pages.version
        with pytest.raises(KindConflict):
            add(pages, [3, 3, 9], [(2, 1, 5, 1, 0, 0), (0, 1, 5, 1, 0, 0)])
        with pytest.raises(SubjectMalformed):
            pages.add(subjects=pa.array(["ABC"]), kinds=np.array([1], np.uint8))
        assert pages.version == version
        assert len(pages.add(subjects=pa.array([subject(0)]), kinds=np.array([1], np.uint8))) == 0
    assert world_of(book) == before


def test_no_number_overflows_silently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond ten digits nodes and links are refused; near the bound they still work."""
    assert np.int32(layout.NODES_MAX) == layout.NODES_MAX
    assert np.int32(2 * layout.LINKS_MAX + 1) == 2 * layout.LINKS_MAX + 1
    monkeypatch.setattr("catchment.people.identity.draft.NODES_MAX", 4)
    book = IdentityBook(tmp_path)
    fill(book, [1, 3, 9, 9, 9], [[(0, 1, 5, 1, 0, 0)]])
    with book.writing(MINE, TIGHT) as pages:
        with pytest.raises(BookFull):
            add(pages, [1, 3, 9, 9, 9], [(2, 3, 5, 1, 0, 0), (0, 4, 5, 1, 0, 0)])
        add(pages, [1, 3, 9, 9, 9], [(2, 3, 5, 1, 0, 0)])
        assert pages.count == 4


def test_what_is_forgotten_is_nowhere_in_the_files(tmp_path: Path) -> None:
    book = IdentityBook(tmp_path)
    fill(book, [1, 3, 9], [[(0, 1, 5, 1, 0, 0), (0, 2, 6, 1, 0, 7)]])
    needle = int(subject(1), 16)
    halves = [part.to_bytes(8, "little") for part in (needle >> 64, needle & (2**64 - 1))]
    files = list((tmp_path / MINE / "identity").glob("*.bin"))
    assert any(halves[1] in path.read_bytes() for path in files)
    with book.writing(MINE, TIGHT) as pages:
        changes = pages.forget([subject(1)])
        assert len(changes) == 1
    assert not any(halves[1] in path.read_bytes() for path in files)
    assert book.reading(MINE).person_of(subject(1)) == f"per_{subject(1)}"
    assert subject(1) not in people_of(rebuilt(tmp_path).reading(MINE))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("point", DURABLE)
def test_forgetting_is_finished_by_whoever_comes_next(point: str, tmp_path: Path) -> None:
    fill(IdentityBook(tmp_path), [1, 3, 9], [[(0, 1, 5, 1, 0, 0), (0, 2, 6, 1, 0, 7)]])
    low = (int(subject(1), 16) & (2**64 - 1)).to_bytes(8, "little")

    def forget() -> None:
        with IdentityBook(tmp_path, reached=killed_at(point)).writing(MINE, TIGHT) as pages:
            pages.forget([subject(1)])

    in_a_process_that_dies(forget)
    with IdentityBook(tmp_path).writing(MINE, TIGHT) as pages:
        assert subject(1) not in people_of(pages)
    files = (tmp_path / MINE / "identity").glob("*.bin")
    assert not any(low in path.read_bytes() for path in files)


def test_other_rules_are_applied_by_the_first_change(tmp_path: Path) -> None:
    book = IdentityBook(tmp_path)
    codes = [1, 1, 6]
    fill(book, codes, [[(0, 2, 5, 1, 0, 0), (1, 2, 6, 1, 0, 0)]])
    assert len(book.reading(MINE).persons()) == 2
    with book.writing(MINE, LOOSE) as pages:
        changes = pages.add(position=9)
        assert len(changes) == 1
    view = book.reading(MINE)
    assert (len(view.persons()), view.position) == (1, 9)
    assert view.rules_fingerprint == LOOSE.fingerprint
    assert view.rules == LOOSE


def test_looking_one_person_up_waits_for_no_commit(tmp_path: Path) -> None:
    """While a commit is being published, and its writer does not come to its end."""
    book, reader = IdentityBook(tmp_path), IdentityBook(tmp_path)
    fill(book, [1, 3], [[(0, 1, 5, 1, 0, 0)]])
    before = reader.reading(MINE)
    writable = open_state(tmp_path / MINE / "identity", None, writable=True)
    assert writable is not None
    with writable.publishing():
        during = reader.reading(MINE)
        assert during.person_of(subject(1)) == f"per_{subject(0)}"
        assert (during.version, during.count) == (before.version, 2)
        # The next head is told beside the one that counts, and counts with its number.
        told = writable._told(before.version + 1)
        told[:] = 77
        assert reader.reading(MINE).count == 2
    assert reader.reading(MINE).owners_of([1, 0]).tolist() == [0, 0]


def test_owners_of_some_are_those_among_all(tmp_path: Path) -> None:
    generator = np.random.default_rng(11)
    codes = random_codes(generator, 20)
    book = IdentityBook(tmp_path)
    fill(book, codes, [random_links(generator, 20, 30)])
    view = book.reading(MINE)
    some = generator.integers(0, view.count, 12)
    assert view.owners_of(some).tolist() == view.owners[some].tolist()
    assert (view.owners != np.arange(view.count)).any()
