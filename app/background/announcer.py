"""«Бот запущен» and «Бот остановлен» to the admins: once for each start and stop of the deployment."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from loguru import logger

from app.background.consumers import Sender
from app.domain.errors import StoreUnavailable
from app.domain.events import ADMIN_MSG, Recipient, ServiceNotice
from app.domain.people import Language
from app.notifications.render import render_notice
from app.notifications.telegram import SendLater
from app.services import ServicesFactory
from app.texts import Texts

_AT_MOST_EVERY = timedelta(minutes=5)
_AT_STOP = 3.0
"""Seconds that the stop waits for Telegram."""


class Announcer:
    def __init__(
        self, services: ServicesFactory, sender: Sender, texts: Texts, admins: Sequence[Recipient], *, wanted: bool
    ) -> None:
        self._services = services
        self._sender = sender
        self._texts = texts
        self._admins = admins
        self._wanted = wanted

    async def started(self) -> None:
        try:
            if notice := await self._notice("service_started"):
                await self._services().messages.put(ADMIN_MSG, notice)
        except StoreUnavailable as error:
            logger.warning("The admins are not told of the start: {}", error)

    async def stopped(self) -> None:
        try:
            async with asyncio.timeout(_AT_STOP):
                if notice := await self._notice("service_stopped"):
                    await self._tell_all(notice)
        except (StoreUnavailable, TimeoutError) as error:
            logger.warning("Not all admins are told of the stop: {}", error or "it took too long")

    async def _notice(self, kind: Literal["service_started", "service_stopped"]) -> ServiceNotice | None:
        services = self._services()
        if not self._wanted or not await services.messages.notice_allowed(kind, every=_AT_MOST_EVERY):
            return None
        return ServiceNotice(kind=kind, occurred_at=services.clock.now())

    async def _tell_all(self, notice: ServiceNotice) -> None:
        services = self._services()
        venue = await services.venues.card()
        languages = await services.users.languages(self._admins)

        async def tell(admin: Recipient) -> None:
            words = self._texts.in_language(languages.get(admin, Language.RU))
            try:
                await self._sender.send(admin.external_id, render_notice(notice, None, venue, words))
            except SendLater as later:
                logger.info("An admin is not told of the stop: {}", later)

        await asyncio.gather(*map(tell, self._admins))
