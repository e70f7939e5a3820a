"""Small random worlds of identifiers, and what the oracle makes of them."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.people.identity import (
    IdentityBook,
    IdentityChanges,
    IdentityPages,
    IdentityRules,
    IdentityView,
    KindRule,
    Links,
    Pair,
    Strength,
    Verdict,
    Via,
)
from oracles.identity_by_the_letter import resolve

MINE = WorkspaceId("wsp_mine")
TIGHT = IdentityRules(
    (
        KindRule("user", 1, Strength.STRONG, 10, limit=1),
        KindRule("phone", 3, Strength.STRONG, 30, limit=2, people_max=2),
        KindRule("openid", 6, Strength.STRONG, 60, people_max=3),
        KindRule("device", 8, Strength.WEAK, 80, limit=2, people_max=2),
        KindRule("anon", 9, Strength.WEAK, 90, limit=3),
    )
)
LOOSE = IdentityRules(
    (
        KindRule("user", 1, Strength.STRONG, 10, limit=2),
        KindRule("openid", 6, Strength.STRONG, 20, limit=2),
        KindRule("phone", 3, Strength.WEAK, 70),
        KindRule("device", 8, Strength.WEAK, 80, limit=1, people_max=4),
        KindRule("anon", 9, Strength.WEAK, 90),
    )
)
CODES = (1, 3, 6, 8, 9)

Seen = tuple[int, int, int, int, int, int]
"""Two numbers of nodes, time, via, source, evidence."""


def subject(number: int) -> str:
    """A subject that sorts unlike its number, as hashes do."""
    return f"{(number * 0x9E3779B97F4A7C15) % 2**128:032x}"


def pair(codes: list[int], left: int, right: int) -> Pair:
    return Pair(subject(left), codes[left], subject(right), codes[right])


def as_links(codes: list[int], seen: list[Seen]) -> Links:
    def ends(side: int) -> pa.Array:
        return pa.array([subject(s[side]) for s in seen], pa.string())

    def kinds(side: int) -> np.ndarray:
        return np.array([codes[s[side]] for s in seen], np.uint8)

    return Links(
        ends(0), kinds(0), ends(1), kinds(1),
        np.array([s[2] for s in seen], np.int64), np.array([s[3] for s in seen], np.uint8),
        np.array([s[4] for s in seen], np.int32),
        pa.array([s[5].to_bytes(16, "big") for s in seen], pa.binary(16)),
        sources=("shop", "live"),
    )  # fmt: skip


@dataclass
class Model:
    """What the book should know, as Python sets."""

    codes: list[int]
    edges: dict[tuple[int, int, int, int], tuple[int, int]] = field(default_factory=dict)
    withdrawn: set[frozenset[int]] = field(default_factory=set)
    known: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)

    def see(self, seen: list[Seen]) -> None:
        for a, b, time, via, source, evidence in seen:
            self.known |= {a, b}
            if a == b:
                continue
            key = (min(a, b), max(a, b), via, source)
            self.edges[key] = min(self.edges.get(key, (time, evidence)), (time, evidence))

    def unjoin(self, a: int, b: int) -> None:
        self.edges = {
            k: v for k, v in self.edges.items() if k[2] != Via.OPERATOR or {a, b} != set(k[:2])
        }

    def forget(self, node: int) -> None:
        self.known.discard(node)
        self.edges = {k: v for k, v in self.edges.items() if node not in k[:2]}
        self.withdrawn = {p for p in self.withdrawn if node not in p}

    def people(
        self, rules: IdentityRules
    ) -> tuple[dict[str, str], dict[tuple[str, str, int, int], tuple[int, int, Verdict]]]:
        """Each subject's person, and what there is to say of each edge."""
        order = sorted(self.known)
        place = {node: at for at, node in enumerate(order)}
        nodes = [(subject(n), self.codes[n]) for n in order]
        edges = [(place[k[0]], place[k[1]], t, k[2]) for k, (t, _) in self.edges.items()]
        gone = {frozenset(place[n] for n in p) for p in self.withdrawn if p <= self.known}
        owners, verdicts = resolve(nodes, edges, gone, rules)
        said = {}
        for (a, b, via, source), (time, evidence), verdict in zip(
            self.edges, self.edges.values(), verdicts, strict=True
        ):
            low, high = sorted((subject(a), subject(b)))
            said[low, high, via, source] = (time, evidence, verdict)
        return {nodes[n][0]: nodes[o][0] for n, o in enumerate(owners)}, said


def people_of(view: IdentityView) -> dict[str, str]:
    nodes = np.arange(view.count)
    is_here = view.kinds_of(nodes) != 0
    subjects = view.subjects_of(nodes).to_pylist()
    owners = view.subjects_of(view.owners).to_pylist()
    return {s: o for s, o, here in zip(subjects, owners, is_here, strict=True) if here}


def edges_of(view: IdentityView) -> dict[tuple[str, str, int, int], tuple[int, int, Verdict]]:
    numbers = {"shop": 0, "live": 1, "": 2}
    return {
        (e.left, e.right, int(e.via), numbers[e.source]): (
            e.time_us, int.from_bytes(e.evidence, "big"), e.verdict,
        )
        for e in view.edges_of(view.persons())
    }  # fmt: skip


def random_codes(generator: np.random.Generator, count: int) -> list[int]:
    return [int(code) for code in generator.choice(CODES, count)]


def random_links(generator: np.random.Generator, nodes: int, count: int) -> list[Seen]:
    """Links among a few nodes, at a few instants: ties, repeats and hubs are common."""
    rows = zip(
        generator.integers(0, nodes, count), generator.integers(0, nodes, count),
        generator.integers(0, 6, count), generator.choice([1, 1, 1, 2, 3, 6], count),
        generator.integers(0, 2, count), generator.integers(0, 4, count), strict=True,
    )  # fmt: skip
    made = [tuple(int(x) for x in row) for row in rows]
    # Operators' joins are rare, and always of the first source, as `join` makes them.
    return [
        (a, b, t, v if v != Via.OPERATOR or generator.random() < 0.2 else 1, s * (v != 6), e)
        for a, b, t, v, s, e in made
    ]


def add(pages: IdentityPages, codes: list[int], seen: list[Seen]) -> IdentityChanges:
    return pages.add(links=as_links(codes, seen))


def fill(book: IdentityBook, codes: list[int], batches: list[list[Seen]]) -> None:
    with book.writing(MINE, TIGHT) as pages:
        for batch in batches:
            add(pages, codes, batch)


def rebuilt(folder: Path) -> IdentityBook:
    """The same book with its state derived anew from the log."""
    state = folder / MINE / "identity" / "current"
    state.unlink()
    return IdentityBook(folder)


def state_bytes(book: IdentityBook) -> list[bytes]:
    """All that is derived and that an answer can depend on, as bytes."""
    mapped = book._reader(MINE)
    count = mapped.head.nodes
    state = mapped.state
    off = state.off[: mapped.head.rows]
    return [a[:count].tobytes() for a in (state.owners, state.ring, state.choice)] + [
        (state.flags[:count] & 3).tobytes(), np.where(off & 2, 2, off).tobytes()
    ]  # fmt: skip
