"""Queries of public pages whose SQL Django works out once, not at every request.

Turning a QuerySet into SQL takes several times as long as running it: an article's page spent most of its time there.
`Prepared` keeps the SQL, puts the values of each request into it, and gives back the same objects as the QuerySet.
PostgreSQL, in turn, spends more on planning such a query than on running it; where one plan suits all values, it keeps
the plan too.
"""

import copy
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

MOST_KEPT = 64  # shapes of one query; lists of another length are another shape
Value = int | str | uuid.UUID | datetime
Values = dict[str, Value | list[Any]]


@dataclass(frozen=True)
class Place:
    """Where a parameter of the SQL comes from: the value called `name`, or element `index` of that list."""

    name: str
    index: int | None = None

    def of(self, values: Values) -> Any:
        value: Any = values[self.name]
        return value if self.index is None else value[self.index]


@dataclass(frozen=True)
class Statement:
    """SQL with the places of its parameters, and what Django needs to make objects of the rows."""

    sql: str
    parameters: tuple[Any, ...]  # a Place, a list of them (an array), or a constant
    queryset: QuerySet[Any]
    compiler: SQLCompiler


class Prepared:
    """A query by the values it depends on; called with them, it returns a list of objects.

        by_slug = Prepared(lambda language, slug: Publication.objects.live().filter(language=language, slug=slug)[:1])
        by_slug(language="en", slug="renting")

    make: gives the QuerySet for values that are integers, texts, UUIDs, moments with a time zone, or lists of these.
        They may only become parameters: make must not ask what they are. Joins, annotations and `only` work; `values`
        and `prefetch_related` do not.
    one_plan: let PostgreSQL plan it once in each connection. For queries by keys; where the best plan depends on the
        values (a frequent tag, a rare one), planning is worth its price.

    Raises ValueError, at the first call, for a value that does not reach the SQL.
    """

    def __init__(self, make: Callable[..., QuerySet[Any]], *, one_plan: bool = False) -> None:
        self.make = make
        self.one_plan = one_plan
        self.kept: dict[tuple[Any, ...], Statement | None] = {}

    def __call__(self, **values: Any) -> list[Any]:
        shape = tuple((name, len(value) if isinstance(value, list) else None) for name, value in values.items())
        if shape not in self.kept:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[shape] = prepare(self.make, values)
        statement = self.kept[shape]
        return [] if statement is None else run(statement, values, one_plan=self.one_plan)


def prepare(make: Callable[..., QuerySet[Any]], values: Values) -> Statement | None:
    """The statement for values of this shape, found out with stand-ins; None if an empty list matches no row."""
    places: dict[Any, Place] = {}

    def stand_in(value: Value, place: Place) -> Value:
        stranger = unlikely(value, len(places) + 1)
        places[stranger] = place
        return stranger

    queryset = make(
        **{
            name: [stand_in(element, Place(name, index)) for index, element in enumerate(value)]
            if isinstance(value, list)
            else stand_in(value, Place(name))
            for name, value in values.items()
        }
    )
    if not issubclass(queryset._iterable_class, ModelIterable) or queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
        raise ValueError("A prepared query returns objects, without prefetching.")
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, given = compiler.as_sql()
    except EmptyResultSet:
        if [] in values.values():
            return None
        raise ValueError("No row can match the stand-ins. Is an integer one of a small column?") from None
    found: set[Place] = set()

    def placed(parameter: Any) -> Any:
        if isinstance(parameter, list):
            return [placed(element) for element in parameter]
        place = places.get(parameter) if isinstance(parameter, Value) else None
        if place is None:
            return parameter
        found.add(place)
        return place

    parameters = tuple(placed(parameter) for parameter in given)
    if lost := {place.name for place in places.values()} - {place.name for place in found}:
        raise ValueError(f"{', '.join(sorted(lost))} did not reach the SQL as a parameter.")
    return Statement(sql, parameters, queryset, compiler)


def unlikely(value: Value, number: int) -> Value:
    """A value of the same kind that nobody else uses."""
    match value:
        case bool():
            raise ValueError("A flag changes the query: make one for each.")
        case int():
            return 7_310_000_000_000_000 + number
        case str():
            return f"\x01stand-in {number}"
        case uuid.UUID():
            return uuid.UUID(int=(0xFEED << 112) + number)
        case datetime():
            return datetime(1066, 10, 14, tzinfo=UTC) + timedelta(microseconds=number)
    raise ValueError(f"{type(value).__name__} cannot be a value of a prepared query.")


def run(statement: Statement, values: Values, *, one_plan: bool) -> list[Any]:
    """The objects that a statement finds."""

    def filled(parameter: Any) -> Any:
        if isinstance(parameter, Place):
            return parameter.of(values)
        return [filled(element) for element in parameter] if isinstance(parameter, list) else parameter

    parameters = tuple(filled(parameter) for parameter in statement.parameters)
    compiler = copy.copy(statement.compiler)  # which columns make which object; Django changes nothing of it
    connection: Any = connections[DEFAULT_DB_ALIAS]  # each thread has its own
    compiler.connection = KeepsPlans(connection) if one_plan else connection  # type: ignore[assignment]
    compiler.as_sql = lambda *_args, **_options: (statement.sql, parameters)  # type: ignore[method-assign]
    return list(ModelIterable(Rows(statement.queryset, compiler)))  # type: ignore[arg-type]


class KeepsPlans:
    """A connection of Django whose cursors leave the values to the server, so that psycopg can keep statements there.

    psycopg keeps what comes more often than `prepare_threshold` of settings.py says.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def cursor(self) -> Any:
        cursor = self.connection.cursor()
        cursor.cursor = ServerBindingCursor(self.connection.connection)  # type: ignore[call-arg]
        return cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


class Rows:
    """What Django's ModelIterable asks of a QuerySet."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, queryset: QuerySet[Any], compiler: SQLCompiler) -> None:
        self.model = queryset.model
        self.query = self
        self.compiler = compiler
        self._fetch_mode = queryset._fetch_mode  # type: ignore[attr-defined]

    def get_compiler(self, using: str) -> SQLCompiler:
        return self.compiler
