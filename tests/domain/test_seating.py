"""Which table a party gets."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.schedule import CELL, Sitting
from app.domain.seating import Occupancy, Table, best_fit, free_offers

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
