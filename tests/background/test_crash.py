"""The process is gone in the middle of its work, and the next one goes on."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from app.background.delivery import Patience
from playground.client import Person, Playground
from tests.background.conftest import House, guest

pytestmark = pytest.mark.slow


async def test_what_was_claimed_and_not_sent_is_sent_by_the_next_start_at_once(house: House, owner: Person) -> None:
    async with house.open(run=False, admins=[owner.id]):
        await house.book()
        claimed = await house.services.messages.claim(100, lease=timedelta(hours=1))
        assert len(claimed) == 2
    async with house.open(admins=[owner.id]):
        await owner.wait_for("Новая бронь")
        await house.until_lag(lambda lag: lag == timedelta())


async def test_what_was_sent_and_noted_is_not_sent_again(house: House, owner: Person) -> None:
    async with house.open(admins=[owner.id]):
        await house.book()
        await owner.wait_for("Новая бронь")
        await house.until(lambda: bool(house.said("user_msg", "is done")))
    forget_that_it_was_published(house)
    async with house.open(admins=[owner.id]):
        await house.book(guest(1502))
        await owner.wait_for(lambda owner: len(owner.messages) == 2)
        await house.until(lambda: len(house.said("user_msg", "is done")) == 3)
        assert len(owner.messages) == 2


async def test_a_stop_leaves_what_is_not_begun_to_the_next_start(
    house: House, owner: Person, host: Person, chat: Playground
) -> None:
    async with house.open(admins=[owner.id, host.id]):
        await chat.fail("hang", chat_id=owner.id)
        await house.book()
        await host.wait_for("Новая бронь")
        await house.background.stop(timedelta(seconds=0.1))
    async with house.open(admins=[owner.id, host.id]):
        await owner.wait_for("Новая бронь")
        assert len(host.messages) == 1


async def test_while_another_process_has_the_database_the_queue_is_left_to_it(house: House, owner: Person) -> None:
    async with house.open():
        house.present = False
        await house.book()
        await house.until_lag(lambda lag: lag > timedelta())
        assert not owner.messages
        house.present = True
        await owner.wait_for("Новая бронь")


async def test_a_message_nobody_can_read_is_a_dead_letter_and_holds_up_nobody(house: House, owner: Person) -> None:
    async with house.open(run=False):
        await house.book()
    in_outbox(house, "UPDATE outbox SET body = CAST('{\"kind\": \"gossip\"}' AS BLOB) WHERE queue = 'noti_user'")
    async with house.open():
        await owner.wait_for("Новая бронь")
        await house.until(lambda: bool(house.said("noti_user", "dead letter")))


async def test_a_failing_consumer_is_tried_again_and_then_given_up(house: House, owner: Person) -> None:
    patience = Patience(first=timedelta(seconds=0.05), failures=2)
    async with house.open(run=False):
        await house.book()
    in_outbox(house, "ALTER TABLE processed_messages RENAME TO gone")
    async with house.open(tempo=replace(house.setup.tempo, patience=patience)):
        await house.until(lambda: len(house.said("ERROR", "is given up")) == 2)
        assert len(house.said("ERROR", "admin_msg failed on")) == 2
        assert not owner.messages


def in_outbox(house: House, statement: str) -> int:
    with closing(sqlite3.connect(house.setup.db_url.removeprefix("sqlite+aiosqlite:///"))) as connection, connection:
        return connection.execute(statement).rowcount


def forget_that_it_was_published(house: House) -> None:
    """As if the process had died between sending the notice and closing its row."""
    changed = in_outbox(house, "UPDATE outbox SET published_at = NULL WHERE queue = 'user_msg' AND published_at > 0")
    assert changed == 1
