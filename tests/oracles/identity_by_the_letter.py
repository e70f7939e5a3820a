"""The rule of identity by the letter, for small sets: Python sets, no arrays, no regions."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from catchment.people.identity.rules import IdentityRules, Strength
from catchment.people.identity.types import GONE, Verdict, Via

Edge = tuple[int, int, int, int]
"""Two nodes, the time in microseconds, and `Via`."""


def resolve(  # noqa: C901, PLR0912, PLR0915
    nodes: Sequence[tuple[str, int]],
    edges: Sequence[Edge],
    withdrawn: Collection[frozenset[int]],
    rules: IdentityRules,
) -> tuple[list[int], list[Verdict]]:
    """The owner of each node, and the verdict on each edge."""
    kind = [rules.by_code(code) if code != GONE else None for _, code in nodes]
    strong = [k is not None and k.strength is Strength.STRONG for k in kind]
    live = [e for e in edges if frozenset(e[:2]) not in withdrawn]
    seen = [e for e in live if e[3] != Via.OPERATOR]
    joins = [e for e in live if e[3] == Via.OPERATOR]
    around: dict[int, set[int]] = defaultdict(set)
    for a, b, _, _ in seen:
        around[a].add(b)
        around[b].add(a)
    shared = set()
    for node, others in around.items():
        rule = kind[node]
        if rule is None or rule.people_max is None:
            continue
        counts: dict[int, int] = defaultdict(int)
        for other in others:
            if strong[other]:
                counts[nodes[other][1]] += 1
        if max(counts.values(), default=0) > rule.people_max:
            shared.add(node)
    group = {n: {n} for n in range(len(nodes))}

    def union(a: int, b: int) -> None:
        if group[a] is group[b]:
            return
        group[a] |= group[b]
        for member in group[b]:
            group[member] = group[a]

    def breaks(a: int, b: int) -> bool:
        if group[a] is group[b]:
            return False
        for rule in rules.kinds:
            if rule.limit is None:
                continue
            here = sum(nodes[n][1] == rule.code for n in group[a])
            there = sum(nodes[n][1] == rule.code for n in group[b])
            if here and there and here + there > rule.limit:
                return True
        return False

    for a, b, _, _ in joins:
        union(a, b)
    anchored = {n for e in joins for n in e[:2]}
    useful = [e for e in seen if e[0] not in shared and e[1] not in shared]
    between = [e for e in useful if strong[e[0]] and strong[e[1]]]

    def rank(edge: Edge) -> tuple[int, int, str, str]:
        a, b, time, _ = edge
        ka, kb = kind[a], kind[b]
        assert ka is not None and kb is not None  # noqa: PT018
        low, high = sorted((nodes[a][0], nodes[b][0]))
        return max(ka.priority, kb.priority), time, low, high

    for edge in sorted(between, key=rank):
        if not breaks(edge[0], edge[1]):
            union(edge[0], edge[1])
    core = {n: frozenset(group[n]) for n in group}
    choice: dict[int, tuple[int, str, int]] = {}
    for a, b, time, _ in useful:
        if strong[a] == strong[b]:
            continue
        w, s = (b, a) if strong[a] else (a, b)
        if w in anchored:
            continue
        claim = (time, nodes[s][0], s)
        if w not in choice or claim < choice[w]:
            choice[w] = claim
    taken: dict[tuple[frozenset[int], int], int] = defaultdict(int)
    for w, (time, _, s) in sorted(choice.items(), key=lambda x: (x[1][0], nodes[x[0]][0])):
        rule = kind[w]
        assert rule is not None
        del time
        slot = (core[s], rule.code)
        already = sum(nodes[n][1] == rule.code for n in core[s]) + taken[slot]
        if rule.limit is None or already < rule.limit:
            taken[slot] += 1
            union(s, w)
    owners = list(range(len(nodes)))
    for n in range(len(nodes)):
        owners[n] = min(
            group[n],
            key=lambda m: (kind[m].priority if kind[m] else 1 << 30, nodes[m][0]),  # type: ignore[union-attr]
        )
    verdicts = []
    for a, b, _, via in edges:
        if frozenset((a, b)) in withdrawn:
            verdict = Verdict.WITHDRAWN
        elif via == Via.OPERATOR:
            verdict = Verdict.JOINED
        elif a in shared or b in shared:
            verdict = Verdict.SHARED
        elif strong[a] and strong[b]:
            verdict = Verdict.JOINED if owners[a] == owners[b] else Verdict.REFUSED_LIMIT
        elif not strong[a] and not strong[b]:
            verdict = Verdict.WEAK
        elif owners[a] == owners[b]:
            verdict = Verdict.JOINED
        else:
            w, s = (b, a) if strong[a] else (a, b)
            own = w in choice and owners[choice[w][2]] == owners[s]
            verdict = Verdict.REFUSED_LIMIT if own else Verdict.WEAK
        verdicts.append(verdict)
    return owners, verdicts
