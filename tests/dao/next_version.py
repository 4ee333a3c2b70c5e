"""What a later version of the service does to the database, and what an earlier one would miss in it afterwards."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Inspector, inspect

from app.dao.schema import MIGRATIONS

ROOT = Path(__file__).resolve().parents[2]


def upgrade_beyond(url: str, folder: Path, *statements: str) -> str:
    """Brings the database to a revision that this code does not know, and returns it. Not to be called in a loop."""
    config = Config(ROOT / "alembic.ini", attributes={"url": url})
    config.set_main_option("version_locations", os.pathsep.join([str(MIGRATIONS / "versions"), str(folder)]))
    command.upgrade(config, "head")
    command.revision(config, "of a later version", version_path=str(folder))
    [file] = folder.glob("*of_a_later_version.py")
    beginning = "def upgrade() -> None:\n"
    body = "".join(f"    op.execute({statement!r})\n" for statement in statements)
    file.write_text(file.read_text("utf-8").replace(beginning, beginning + body), "utf-8")
    command.upgrade(config, "head")
    return file.read_text("utf-8").partition('revision = "')[2].partition('"')[0]


@dataclass
class Table:
    columns: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Type, and whether it may be left out."""
    rules: set[str] = field(default_factory=set)
    """What rows have to obey."""


Shape = dict[str, Table]


def shape_of(connection: Connection) -> Shape:
    inspector = inspect(connection)
    return {name: _table(inspector, name) for name in inspector.get_table_names()}


def _table(inspector: Inspector, name: str) -> Table:
    columns = inspector.get_columns(name)
    keys = inspector.get_pk_constraint(name)["constrained_columns"]
    found = Table(rules=set(_rules(inspector, name)))
    for column in columns:
        optional = column["nullable"] or column["default"] is not None or keys == [column["name"]]
        found.columns[column["name"]] = str(column["type"]), optional
    return found


def _rules(inspector: Inspector, name: str) -> Iterator[str]:
    yield from (f"foreign key {key['name']}" for key in inspector.get_foreign_keys(name))
    yield from (f"check {check['name']}" for check in inspector.get_check_constraints(name))
    yield from (f"unique {index['name']}" for index in inspector.get_indexes(name) if index["unique"])
    yield from (f"unique {constraint['name']}" for constraint in inspector.get_unique_constraints(name))


def in_the_way(of: Shape, now: Shape) -> list[str]:
    """What keeps code that was made for the one from working on the other."""
    found = [f"{name} is gone" for name in of if name not in now]
    for name in of.keys() & now.keys():
        before, after = of[name], now[name]
        found += [f"{name}: new {rule}" for rule in after.rules - before.rules]
        found += [
            f"{name}.{column} is gone or another"
            for column, kind in before.columns.items()
            if after.columns.get(column) != kind
        ]
        found += [
            f"{name}.{column} must be filled in"
            for column, (_, optional) in after.columns.items()
            if column not in before.columns and not optional
        ]
    return found
