"""Which entities may stand within which, and what becomes of those that overlap."""

from itertools import pairwise

from playground.entities.text import CODE, QUOTES, STYLES, end_of, in_order
from playground.types import Json

Span = tuple[int, int]


def whole(entities: list[Json], found: list[Json] | None = None) -> list[Json]:
    """In order and without overlaps: links and code keep the first of two, styles are cut where others begin or end.

    What was `found` in the plain text gives way to all of the `entities` but styles and quotes around it.
    """
    entities = in_order(entities)
    if not found and _apart(entities):
        return entities
    links = _disjoint([entity for entity in entities if entity["type"] not in STYLES and entity["type"] not in QUOTES])
    quotes = _disjoint([entity for entity in entities if entity["type"] in QUOTES])
    links = [link for link in links if not _crosses(link, quotes)]
    for entity in found or ():
        if not _crosses(entity, quotes) and not any(_overlap(entity, link) for link in links):
            links.append(entity)
    styles = [entity for entity in entities if entity["type"] in STYLES]
    return in_order([*links, *quotes, *_cut(styles, [*links, *quotes])])


def _apart(entities: list[Json]) -> bool:
    return all(end_of(one) < other["offset"] for one, other in pairwise(entities))


def _disjoint(entities: list[Json]) -> list[Json]:
    kept, free = [], 0
    for entity in entities:
        if entity["offset"] >= free:
            kept.append(entity)
            free = end_of(entity)
    return kept


def _overlap(one: Json, other: Json) -> bool:
    return bool(one["offset"] < end_of(other) and other["offset"] < end_of(one))


def _crosses(entity: Json, quotes: list[Json]) -> bool:
    """Partly within a quote and partly outside."""
    return any(
        _overlap(entity, quote) and not (quote["offset"] <= entity["offset"] and end_of(entity) <= end_of(quote))
        for quote in quotes
    )


def _cut(styles: list[Json], others: list[Json]) -> list[Json]:
    """Touching pieces of one style are joined; then each is cut at the edges of others and where another one begins."""
    if not styles:
        return []
    runs = {kind: _joined([style for style in styles if style["type"] == kind]) for kind in STYLES}
    edges = {edge for other in others for edge in (other["offset"], end_of(other))}
    edges |= {begin for spans in runs.values() for begin, _ in spans}
    plain = [(other["offset"], end_of(other)) for other in others if other["type"] in CODE]
    pieces: list[Json] = []
    for kind, spans in runs.items():
        for begin, end in spans:
            places = [begin, *sorted(edge for edge in edges if begin < edge < end), end]
            kept = [(one, other) for one, other in pairwise(places) if not any(a <= one < b for a, b in plain)]
            pieces += [{"type": kind, "offset": one, "length": other - one} for one, other in kept]
    return pieces


def _joined(styles: list[Json]) -> list[Span]:
    spans: list[Span] = []
    for style in styles:
        begin, end = style["offset"], end_of(style)
        if spans and begin <= spans[-1][1]:
            begin, end = spans[-1][0], max(end, spans.pop()[1])
        spans.append((begin, end))
    return spans
