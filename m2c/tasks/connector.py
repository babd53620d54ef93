"""The worker's own connections to PostgreSQL, which sit out its absence."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, LiteralString

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from psycopg_pool import AsyncConnectionPool

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0  # seconds
POOL_TIMEOUT = 2.0  # seconds until a database that accepts no connection counts as away


class EagerPool(AsyncConnectionPool):
    """Opens at once, with or without a database."""

    async def open(self, *_: Any, **__: Any) -> None:
        await super().open(wait=False)


class PatientConnector(PsycopgConnector):
    """Repeats what failed because the database was away, until it is back or `give_up()` is called.

    A statement may so run twice when its answer was lost; procrastinate's own stand that, except that a fetched job
    may belong to this worker without its knowing: the sweep of stalled tasks finds it.
    """

    def __init__(self, connection: dict[str, Any]) -> None:
        """connection: psycopg's arguments for one connection."""
        super().__init__(pool_factory=EagerPool, kwargs=connection, min_size=1, max_size=4, timeout=POOL_TIMEOUT)
        self._impatient = asyncio.Event()
        self._away_since: float | None = None
        self._last_loss = float("-inf")

    def give_up(self) -> None:
        """From now on a database that is away is an error at once."""
        self._impatient.set()

    def lost_within(self, seconds: float) -> bool:
        """Whether the database was away at any time in the last `seconds`."""
        return asyncio.get_running_loop().time() - self._last_loss < seconds

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        await self._patiently(super().execute_query_async, query, **arguments)

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:
        return await self._patiently(super().execute_query_one_async, query, **arguments)

    async def execute_query_all_async(self, query: LiteralString, **arguments: Any) -> list[dict[str, Any]]:
        return await self._patiently(super().execute_query_all_async, query, **arguments)

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        try:
            await self._patiently(super().listen_notify, on_notification, channels)
        except ConnectorException:
            if not self._impatient.is_set():  # a worker that is stopping need not hear of new tasks
                raise

    async def _patiently[T](self, call: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
        wait = FIRST_WAIT
        while True:
            try:
                answer = await call(*args, **kwargs)
            except ConnectorException as error:
                if not isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError):
                    raise
                self._note_loss(error.__cause__)
                if await self._gave_up_within(wait):
                    # Each of procrastinate's parts would now report the absence that we have reported.
                    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
                    raise
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                self._note_answer()
                return answer

    async def _gave_up_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._impatient.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _note_loss(self, error: BaseException) -> None:
        self._last_loss = asyncio.get_running_loop().time()
        if self._away_since is None:
            self._away_since = self._last_loss
            logger.warning("The database is away; waiting for it to come back (%s).", " ".join(str(error).split()))

    def _note_answer(self) -> None:
        if self._away_since is not None:
            away = asyncio.get_running_loop().time() - self._away_since
            self._away_since = None
            logger.warning("The database is back after %.1f s.", away)
