"""Which table a party gets."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.schedule import CELL, Sitting
from app.domain.seating import Combination, Limits, Occupancy, Table, best_combinations, best_fit, free_offers

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TABLES = st.lists(
    st.builds(
        Table,
        id=st.integers(1, 50),
        number=st.integers(1, 50),
        max_seats=st.integers(2, 9),
        min_seats=st.integers(1, 2),
        priority=st.integers(-1, 1),
    ),
    unique_by=lambda table: table.id,
)
STAYS = st.lists(st.tuples(st.integers(1, 3), st.integers(-20, 40), st.integers(1, 20)))


def sitting(start: datetime, end: datetime) -> Sitting:
    return Sitting(1, date(2026, 11, 20), start, end)


@given(TABLES, st.integers(1, 10))
def test_no_table_is_too_small_and_the_fewest_seats_are_wasted_first(tables: list[Table], party: int) -> None:
    found = best_fit(tables, party)
    assert {table.id for table in found} == {t.id for t in tables if t.min_seats <= party <= t.max_seats}
    wasted = [(table.max_seats - party, table.priority, table.number) for table in found]
    assert wasted == sorted(wasted)


@given(STAYS, st.integers(0, 30), st.integers(1, 20))
def test_a_table_is_free_if_none_of_its_cells_is_taken(
    stays: list[tuple[int, int, int]], start: int, length: int
) -> None:
    tables = [Table(number, number, 4) for number in (1, 2, 3)]
    occupancy, taken = Occupancy(NOON), set()
    for table_id, first, cells in stays:
        occupancy.take(table_id, NOON + first * CELL, NOON + (first + cells) * CELL)
        taken |= {(table_id, cell) for cell in range(first, first + cells)}
    free = occupancy.free_of(tables, NOON + start * CELL, NOON + (start + length) * CELL)
    expected = [t.id for t in tables if not any((t.id, cell) in taken for cell in range(start, start + length))]
    assert [table.id for table in free] == expected


def test_a_sitting_that_begins_now_is_no_longer_offered() -> None:
    begun, next_one = sitting(NOON, NOON + 8 * CELL), sitting(NOON + timedelta(seconds=1), NOON + 8 * CELL)
    offers = free_offers([begun, next_one], [Table(1, 1, 2)], Occupancy(NOON), now=NOON)
    assert [offer.sitting for offer in offers] == [next_one]


def test_of_combinations_the_one_that_wastes_the_fewest_seats_comes_first_then_the_one_of_fewer_tables() -> None:
    one, two, three, four = (Table(100 + number, number, 4, priority=number == 1) for number in (1, 2, 3, 4))
    corner, row, pair, hall = (
        Combination("corner", (one, two), 8),
        Combination("row", (two, three, four), 8),
        Combination("pair", (three, four), 8),
        Combination("hall", (one, two, three, four), 7, min_seats=7),
    )
    found = best_combinations([row, corner, hall, pair], 7)
    assert [combination.name for combination in found] == ["hall", "pair", "corner", "row"]
    assert [combination.name for combination in best_combinations([hall, pair], 6)] == ["pair"]
    assert best_combinations([row, corner, hall, pair], 9) == []


def test_tables_are_put_together_only_when_no_single_one_is_free() -> None:
    small, other, large = Table(1, 1, 4), Table(2, 2, 4), Table(3, 3, 8)
    together = Combination("together", (small, other), 8)
    occupancy = Occupancy(NOON)
    evening = sitting(NOON + 4 * CELL, NOON + 12 * CELL)

    def offered() -> list[tuple[int, ...]]:
        offers = free_offers([evening], [large], occupancy, now=NOON, combinations=[together])
        return [tuple(table.id for table in seating) for offer in offers for seating in offer.seatings]

    assert offered() == [(3,)]
    occupancy.take(3, NOON, NOON + 5 * CELL)
    assert offered() == [(1, 2)]
    occupancy.take(2, NOON + 11 * CELL, NOON + 13 * CELL)
    assert offered() == []


def test_a_table_needs_its_buffer_free_as_well() -> None:
    occupancy = Occupancy(NOON)
    occupancy.take(1, NOON + 10 * CELL, NOON + 12 * CELL)
    limits = Limits(buffer=2 * CELL)
    starts = [sitting(NOON + start * CELL, NOON + (start + 4) * CELL) for start in (4, 5, 11, 12)]
    offers = free_offers(starts, [Table(1, 1, 2)], occupancy, now=NOON, limits=limits)
    assert [(offer.sitting.starts_at - NOON) // CELL for offer in offers] == [4, 12]


def test_no_more_guests_arrive_at_once_than_the_kitchen_can_take() -> None:
    occupancy = Occupancy(NOON)
    occupancy.arrive(4, NOON + 4 * CELL)
    occupancy.arrive(3, NOON + 4 * CELL)
    starts = [sitting(NOON + start * CELL, NOON + (start + 4) * CELL) for start in (4, 5)]
    for party, free in ((3, [4, 5]), (4, [5]), (11, [])):
        limits = Limits(party=party, pacing=10)
        offers = free_offers(starts, [Table(1, 1, 12)], occupancy, now=NOON, limits=limits)
        assert [(offer.sitting.starts_at - NOON) // CELL for offer in offers] == free


def test_a_visit_is_booked_some_time_before_it_begins() -> None:
    starts = [sitting(NOON + start * CELL, NOON + (start + 4) * CELL) for start in (4, 5)]
    limits = Limits(lead=timedelta(hours=1))
    offers = free_offers(starts, [Table(1, 1, 2)], Occupancy(NOON), now=NOON, limits=limits)
    assert [offer.sitting for offer in offers] == starts[1:]


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(-8, 60), st.integers(1, 12)), max_size=12),
    st.integers(1, 12),
    st.integers(0, 3),
)
def test_what_is_offered_is_what_counting_cells_says(
    stays: list[tuple[int, int, int]], length: int, buffer: int
) -> None:
    tables = [Table(number, number, 4) for number in (1, 2, 3)]
    together = [Combination("ab", (tables[0], tables[1]), 8), Combination("bc", (tables[1], tables[2]), 8)]
    occupancy, taken = Occupancy(NOON), set()
    for table_id, first, cells in stays:
        occupancy.take(table_id, NOON + first * CELL, NOON + (first + cells) * CELL)
        taken |= {(table_id, cell) for cell in range(first, first + cells)}
    sittings = [sitting(NOON + start * CELL, NOON + (start + length) * CELL) for start in range(1, 48)]
    offers = free_offers(
        sittings, tables[:1], occupancy, now=NOON, combinations=together, limits=Limits(buffer=buffer * CELL)
    )
    found = {(offer.sitting.starts_at - NOON) // CELL: offer.seatings for offer in offers}
    for start in range(1, 48):
        free = {t.id for t in tables if not any((t.id, start + n) in taken for n in range(length + buffer))}
        combined = [one.tables for one in together if {table.id for table in one.tables} <= free]
        assert found.get(start, []) == ([(tables[0],)] if 1 in free else combined)
