"""What each engine does its own way, behind one set of names: SQLite or PostgreSQL with PostGIS.

The rest of the store calls these functions and never asks which engine it is on.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from sqlalchemy import ColumnElement, Connection, Engine, Table
from sqlalchemy.exc import DBAPIError

from geo.model.things import Actor
from geo.settings import Place
from geo.store import sqlite

Bounds = tuple[float, float, float, float]


class Way(Protocol):
    """The functions that a module of an engine has.

    Attributes
    ----------
    READER, WRITER
        How a connection says what it is for: to see one state, or to wait for its turn to write.
    """

    @property
    def READER(self) -> Mapping[str, Any]: ...  # noqa: D102, N802

    @property
    def WRITER(self) -> Mapping[str, Any]: ...  # noqa: D102, N802

    def new_engine(self, place: Any) -> Engine:
        """Open a place in which a store is to be made, with the right to make tables."""

    def open_engine(self, place: Any) -> Engine:
        """Open a store for work."""

    def owner_engine(self, place: Any) -> Engine:
        """Open a store with the right to change its tables."""

    def prepare(self, connection: Connection) -> None:
        """Make what has to be there before the first table."""

    def discard(self, place: Any) -> None:
        """Remove a store with all that is in it."""

    def check_role(self, connection: Connection) -> None:
        """Refuse to work with more rights than the program may have."""

    def act_as(self, connection: Connection, actor: Actor) -> None:
        """Tell the engine on whose behalf the open transaction works."""

    def protect(
        self, connection: Connection, table: str, *, boxed: bool, append_only: bool, removable: bool
    ) -> None:
        """Give a new table its box index, its guards and its rights."""

    def show(self, connection: Connection, table: str) -> None:
        """Let the program read a table that it never writes."""

    def next_ids(self, connection: Connection, table: Table, count: int) -> list[int]:
        """Take numbers for new rows."""

    def move_on_numbers(self, connection: Connection, table: Table) -> None:
        """See that new rows get numbers beyond those that stand."""

    def insert_columns(
        self, connection: Connection, table: Table, columns: Mapping[str, list[Any]]
    ) -> None:
        """Insert many rows, column by column."""

    def index_boxes(
        self, connection: Connection, table: Table, ids: Sequence[int], bounds: np.ndarray
    ) -> None:
        """Keep the boxes of geometries."""

    def drop_boxes(
        self, connection: Connection, table: Table, of_rows: ColumnElement[bool]
    ) -> None:
        """Forget the boxes of rows."""

    def within(self, table: Table, bounds: Bounds) -> ColumnElement[bool]:
        """Make the condition that a geometry's box meets a box."""

    def is_null_sign(self, error: DBAPIError) -> bool:
        """Tell whether a text was refused for the null sign in it."""

    def check_integrity(self, connection: Connection, *, is_quick: bool = False) -> list[str]:
        """Ask the engine whether all is sound."""


def way_to(place: Place) -> Way:
    """Give the engine of a place: a folder's file, or a server's database."""
    return sqlite if isinstance(place, Path) else _postgres()


def way_of(connection: Connection) -> Way:
    """Give the engine of a connection."""
    return sqlite if connection.dialect.name == "sqlite" else _postgres()


def _postgres() -> Way:
    # Its driver takes a tenth of a second to load, which no call on a file shall pay.
    from geo.store import postgres  # noqa: PLC0415

    return postgres


def act_as(connection: Connection, actor: Actor) -> None:
    """Tell the engine on whose behalf the open transaction works.

    SQLite has no rows of its own to guard; PostgreSQL shows nothing before it has been told.
    """
    way_of(connection).act_as(connection, actor)


def act_as_again(connection: Connection, actor: Actor) -> None:
    """Go back to an actor, unless the transaction has failed, which ends what was told as well."""
    with suppress(DBAPIError):
        act_as(connection, actor)


def next_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Take numbers for new rows, in a row; only within `Store.writing`."""
    return way_of(connection).next_ids(connection, table, count)


def insert_columns(connection: Connection, table: Table, columns: Mapping[str, list[Any]]) -> None:
    """Insert many rows, given column by column as SQLite keeps them: dates and JSON as text."""
    way_of(connection).insert_columns(connection, table, columns)


def index_boxes(
    connection: Connection, table: Table, ids: Sequence[int], bounds: np.ndarray
) -> None:
    """Keep the boxes of geometries, in degrees, for `within`.

    Parameters
    ----------
    bounds
        Shape (n, 4): min lon, min lat, max lon, max lat.
    """
    way_of(connection).index_boxes(connection, table, ids, bounds)


def drop_boxes(connection: Connection, table: Table, of_rows: ColumnElement[bool]) -> None:
    """Forget the boxes of rows that are about to be deleted."""
    way_of(connection).drop_boxes(connection, table, of_rows)


def within(connection: Connection, table: Table, bounds: Bounds) -> ColumnElement[bool]:
    """Make the condition that a geometry's box meets a box given in degrees (lon, lat)."""
    return way_of(connection).within(table, bounds)


def protect(
    connection: Connection,
    table: str,
    *,
    boxed: bool = False,
    append_only: bool = False,
    removable: bool = False,
) -> None:
    """Give a new table what the engine adds to it: box index, guards, rights, policies.

    Parameters
    ----------
    boxed
        Its geometries are found by their boxes.
    append_only
        Nobody updates, deletes or empties it.
    removable
        The program may delete its rows.
    """
    way_of(connection).protect(
        connection, table, boxed=boxed, append_only=append_only, removable=removable
    )
