"""The one door to a workspace's data: open it, read in a snapshot, write in a transaction."""

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, exc, func, insert, select

from geo.errors import WorkspaceError
from geo.model.stages import Chore, Role, Verb, require_role
from geo.model.things import Actor, Person
from geo.settings import STORE_FILE, Place, Rules, place_name, workspace_path
from geo.store import engines, schema, sqlite
from geo.store.disk import check_space, disk_error
from geo.store.upgrade import create_tables, is_current, schema_version, upgrade

# One writer at a time within a process: waiting on a lock is fair and quick, while writers that
# meet inside SQLite sleep and retry (99th percentile 97 ms against 800 ms with eight writers).
_WRITERS: dict[str, threading.Lock] = {}
_WRITERS_GUARD = threading.Lock()

# The program itself, where nobody is named: it looks things up, and makes the first people.
PROGRAM = Actor(Person("program", Role.ADMINISTRATOR))

# Tables that only grow: their highest number tells whether they did.
_GROWING = ((schema.event, "seq"), (schema.grid_layer, "id"), (schema.delivery, "id"))


@dataclass(frozen=True, slots=True)
class Session:
    """An open transaction on behalf of somebody; the functions of the store take one first."""

    connection: Connection
    actor: Actor

    def require(self, allowed: frozenset[Role], what: Verb | Chore) -> None:
        """Refuse whoever's role is none of these.

        Raises
        ------
        NotAllowed
            ``role_not_allowed``.
        """
        require_role(self.actor.role, allowed, what)


@contextmanager
def beyond_territory(session: Session) -> Iterator[Session]:
    """Look past the actor's territory within their transaction, where a rule needs the whole.

    Whether a number is taken, for instance. What is seen here is never shown.
    """
    engines.act_as(session.connection, PROGRAM)
    try:
        yield Session(session.connection, PROGRAM)
    finally:
        engines.act_as_again(session.connection, session.actor)


class Store:
    """A workspace's data.

    Use it as a context manager, or call `close`.

    Attributes
    ----------
    place
        The folder, or the address of the database, which may hold a password: never shown.
    name
        The same for people.
    folder
        Where the files beside the data lie: packages, photos, keys, copies.
    """

    def __init__(self, place: Place, engine: Engine, *, folder: Path | None = None) -> None:
        self.place = place
        self.folder = place if isinstance(place, Path) else folder or workspace_path()
        self.name = place_name(place)
        self._engine = engine
        key = str(place.resolve()) if isinstance(place, Path) else place
        with _WRITERS_GUARD:
            self._writer = _WRITERS.setdefault(key, threading.Lock())

    @property
    def path(self) -> Path:
        """The workspace's file.

        Raises
        ------
        TypeError
            If the data are in a database.
        """
        if not isinstance(self.place, Path):
            raise TypeError("a database has no file")
        return self.place / STORE_FILE

    @classmethod
    def create(cls, place: Place, *, rules: Rules | None = None) -> Self:
        """Make a new, empty store in a folder or in a database.

        Raises
        ------
        WorkspaceError
            ``workspace_exists``, ``network_file_system``, ``cannot_write``, ``disk_nearly_full``;
            of a database also ``store_rights``, ``postgis_missing``, and whatever keeps it from
            being reached.
        """
        way = engines.way_to(place)
        engine = way.new_engine(place)
        value = {"key": "rules", "value": asdict(rules or Rules())}
        try:
            if isinstance(place, Path):
                check_space(place)
            with engine.connect().execution_options(**way.WRITER) as connection, connection.begin():
                way.prepare(connection)
                create_tables(connection)
                connection.execute(insert(schema.meta), [value])
        finally:
            engine.dispose()
        return cls(place, way.open_engine(place))

    @classmethod
    def open(cls, place: Place, *, folder: Path | None = None) -> Self:
        """Open the store in a folder or in a database; an earlier version is brought to this.

        Raises
        ------
        WorkspaceError
            ``workspace_missing``, ``workspace_broken``, ``workspace_newer``; ``cannot_write`` if
            it is to be brought to this version and cannot be; ``store_role_too_strong`` and
            whatever keeps a database from being reached.
        """
        store = cls(place, engines.way_to(place).open_engine(place), folder=folder)
        try:
            store._make_ready()
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def reading(self, actor: Actor) -> Iterator[Session]:
        """Read in one snapshot: what others write meanwhile is not seen."""
        way = engines.way_to(self.place)
        with (
            self._told(),
            self._engine.connect().execution_options(**way.READER) as connection,
            connection.begin(),
        ):
            engines.act_as(connection, actor)
            yield Session(connection, actor)

    @contextmanager
    def writing(self, actor: Actor) -> Iterator[Session]:
        """Write in one transaction: everything in it is kept, or nothing.

        Raises
        ------
        WorkspaceError
            ``store_busy`` if others write for too long; ``disk_nearly_full`` before anything is
            written; ``disk_full``, ``disk_failed``, ``server_disk_full``, ``server_disk_failed``.
        """
        way = engines.way_to(self.place)
        if isinstance(self.place, Path):
            check_space(self.place)
        with (
            self._told(),
            self._writer,
            self._engine.connect().execution_options(**way.WRITER) as connection,
            connection.begin(),
        ):
            engines.act_as(connection, actor)
            yield Session(connection, actor)

    def rules(self) -> Rules:
        """Read the numbers that this office has set."""
        with self._whole() as connection:
            value = connection.execute(
                select(schema.meta.c.value).where(schema.meta.c.key == "rules")
            ).scalar_one()
        return Rules(**value)

    def revision(self) -> str:
        """Tell apart the states of the data, for caches: changes with all that is written."""
        layer, template = schema.reference_layer.c, schema.mapping_template.c
        grown = (func.max(t.c[name]) for t, name in _GROWING)
        with self._whole() as connection:
            newest = connection.execute(
                select(*(select(number).scalar_subquery() for number in grown))
            ).one()
            given = schema.role_grant.c
            people = connection.execute(
                select(func.count(), func.count(given.revoked_at)).select_from(schema.role_grant)
            ).one()
            # What can be replaced may come back under the number of what it replaced.
            replaceable = [
                tuple(row)
                for query in (
                    select(layer.id, layer.digest, layer.imported_at).order_by(layer.id),
                    select(template.name, template.made_at).order_by(template.name),
                )
                for row in connection.execute(query)
            ]
        state = zlib.crc32(repr(replaceable).encode())
        return "-".join(str(number or 0) for number in (*newest, *people, state))

    def staff_revision(self) -> tuple[int, int]:
        """Tell apart the states of who holds which role: how many were given and taken back."""
        count, column = func.count, schema.role_grant.c.revoked_at
        with self._engine.connect() as connection:
            given, taken = connection.execute(
                select(count(), count(column)).select_from(schema.role_grant)
            ).one()
        return int(given), int(taken)

    def files_revision(self) -> tuple[int, int]:
        """Tell apart the states of what files have brought, grids and batches: they change seldom.

        Returns
        -------
        tuple of int
            Numbers of the newest layer of grids and of the newest delivery.
        """
        newest = (func.max(schema.grid_layer.c.id), func.max(schema.delivery.c.id))
        with self._whole() as connection:
            grids, deliveries = (connection.execute(select(one)).scalar() for one in newest)
        return int(grids or 0), int(deliveries or 0)

    def check_integrity(self, *, is_quick: bool = False) -> list[str]:
        """Ask the engine whether the data are sound; an empty list means yes."""
        with self._whole() as connection:
            return engines.way_of(connection).check_integrity(connection, is_quick=is_quick)

    @contextmanager
    def _whole(self) -> Iterator[Connection]:
        """Read on behalf of nobody, past every territory."""
        with self._engine.connect() as connection, connection.begin():
            engines.act_as(connection, PROGRAM)
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in words that the disk is full, the server went away, or what it cannot keep."""
        try:
            yield
        except exc.DBAPIError as error:
            if (told := disk_error(error, self.folder)) is not None:
                raise told from error
            if engines.way_to(self.place).is_null_sign(error):
                raise WorkspaceError("store_holds_bad_sign") from error
            if not error.connection_invalidated:
                raise
            detail = str(error.orig).strip().splitlines()[0]
            raise WorkspaceError("store_unreachable", path=self.name, detail=detail) from error

    def _make_ready(self) -> None:
        try:
            with self._engine.connect() as connection:
                engines.way_of(connection).check_role(connection)
                version, is_ready = schema_version(connection), is_current(connection)
        except exc.DatabaseError as error:
            if (told := disk_error(error, self.folder)) is not None:
                raise told from error
            raise WorkspaceError("workspace_broken", path=self._shown, detail=error.orig) from error
        if version is None:
            raise WorkspaceError("workspace_broken", path=self._shown, detail="meta")
        if version > schema.HEAD:
            raise WorkspaceError("workspace_newer", path=self._shown, version=version)
        if not is_ready:
            self._upgrade()

    def _upgrade(self) -> None:
        way = engines.way_to(self.place)
        engine = way.owner_engine(self.place)
        try:
            with (
                self._writer,
                engine.connect().execution_options(**way.WRITER) as connection,
                connection.begin(),
            ):
                engines.act_as(connection, PROGRAM)
                upgrade(connection)
        except (exc.OperationalError, exc.ProgrammingError) as error:
            raise WorkspaceError("cannot_write", path=self._shown, detail=error.orig) from error
        finally:
            engine.dispose()

    @property
    def _shown(self) -> Path | str:
        return self.path if isinstance(self.place, Path) else self.name

    @property
    def engine(self) -> Engine:
        """The engine, for what copies all of it."""
        return self._engine

    def snapshot(self, target: Path) -> None:
        """Write a file workspace's data, as they are at one moment, to a new file.

        Raises
        ------
        TypeError
            If the data are in a database.
        """
        if not isinstance(self.place, Path):
            raise TypeError("a database has no file")
        with self._engine.connect() as connection:
            sqlite.copy_into(connection, target)

    def close(self) -> None:
        """Give the file or the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
