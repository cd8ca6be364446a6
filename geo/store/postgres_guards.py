"""What guards the rows on PostgreSQL: the program's role, its rights, policies, triggers.

A policy says once more, in the database, what `geo.store.scope` puts into every query. It reads on
whose behalf a transaction works from settings that end with the transaction; without them nothing
is seen.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, exc, text

from geo.errors import WorkspaceError
from geo.model.stages import CASE_STAGES
from geo.store.schema import APPEND_ONLY, REMOVABLE, metadata

SCHEMA = "skyground"
APP_ROLE = "skyground_app"

_CASES = ", ".join(f"'{stage.value}'" for stage in sorted(CASE_STAGES))


def _setting(name: str) -> str:
    # A query of its own is asked once for a statement, not once for a row.
    return f"(SELECT current_setting('skyground.{name}', true))"


def _list(name: str) -> str:
    return f"(SELECT nullif(current_setting('skyground.{name}', true), '')::text[])"


def _place(grid_column: str) -> str:
    return (
        f"({_setting('everywhere')} = 'yes' "
        f"OR admin_code LIKE ANY ({_list('prefixes')}::text[]) "
        f"OR {grid_column} = ANY ({_list('grids')}::text[]))"
    )


_KNOWN = f"coalesce({_setting('only')}, '') <> ''"
_SEES_PATCH = (
    f"CASE {_setting('only')} WHEN 'all' THEN {_place('grid_code')} "
    f"WHEN 'own' THEN assignee = {_setting('person')} "
    f"WHEN 'cases' THEN stage IN ({_CASES}) AND {_place('grid_code')} ELSE false END"
)
_SEES_GRID = f"{_KNOWN} AND {_place('code')}"

# An image concerns whoever's territory lies within its own, or the other way round.
_SEES_IMAGE = (
    f"{_KNOWN} AND ({_setting('everywhere')} = 'yes' OR admin_code IS NULL "  # noqa: S608
    f"OR admin_code LIKE ANY ({_list('prefixes')}::text[]) "
    f"OR EXISTS (SELECT 1 FROM unnest({_list('prefixes')}::text[]) AS p "
    "WHERE starts_with(p, admin_code)) "
    f"OR EXISTS (SELECT 1 FROM {SCHEMA}.grid g WHERE g.code = ANY ({_list('grids')}::text[]) "
    "AND (starts_with(g.admin_code, imagery.admin_code) "
    "OR g.admin_code <> '' AND starts_with(imagery.admin_code, g.admin_code))))"
)


def _sees_patch_of(table: str) -> str:
    return (
        f"CASE WHEN {_setting('everywhere')} = 'yes' AND {_setting('only')} = 'all' "  # noqa: S608
        "THEN true "
        f"ELSE EXISTS (SELECT 1 FROM {SCHEMA}.patch p WHERE p.id = {table}.patch_id) END"
    )


# Table to the condition under which a row is seen.
SEEN_IF: Mapping[str, str] = {
    "patch": _SEES_PATCH,
    "grid": _SEES_GRID,
    "imagery": _SEES_IMAGE,
    **{
        table: _sees_patch_of(table)
        for table in ("event", "finding", "former_outline", "review_lock")
    },
}


def prepare(connection: Connection) -> None:
    """Make the extension, the program's role, its schema and what the triggers call.

    Raises
    ------
    WorkspaceError
        ``postgis_missing`` if the server has none or this sign-in may not add it; ``store_rights``
        if it may not make what the program needs.
    """
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    except exc.DBAPIError as error:
        name = connection.execute(text("SELECT current_database()")).scalar()
        raise WorkspaceError("postgis_missing", path=name) from error
    _let_search_by_box(connection)
    try:
        with connection.begin_nested():
            _make_role(connection)
            for statement in (
                f"CREATE SCHEMA {SCHEMA}",
                f"GRANT USAGE ON SCHEMA {SCHEMA} TO {APP_ROLE}",
                f"CREATE FUNCTION {SCHEMA}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
                "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
            ):
                connection.execute(text(statement))
    except exc.DBAPIError as error:
        user = connection.execute(text("SELECT current_user")).scalar()
        detail = str(error.orig).strip().splitlines()[0]
        raise WorkspaceError("store_rights", user=user, role=APP_ROLE, detail=detail) from error


def _make_role(connection: Connection) -> None:
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if not connection.execute(known, {"role": APP_ROLE}).scalar():
        connection.execute(text(f"CREATE ROLE {APP_ROLE} NOLOGIN"))
        connection.execute(text(f"GRANT {APP_ROLE} TO CURRENT_USER"))
    member = text("SELECT pg_has_role(current_user, :role, 'MEMBER')")
    if not connection.execute(member, {"role": APP_ROLE}).scalar():
        connection.execute(text(f"GRANT {APP_ROLE} TO CURRENT_USER"))
    # Whoever belongs to the role through another database of the same server stays outside.
    connection.execute(
        text(
            "DO $$ BEGIN IF (SELECT pg_has_role(datdba, 'MEMBER') FROM pg_database "
            "WHERE datname = current_database()) THEN "
            "EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()); "
            "END IF; END $$"
        )
    )


def _let_search_by_box(connection: Connection) -> None:
    """Let the box index be used under a policy, where whoever signs in may say so.

    What compares two boxes tells nothing about rows that a policy hides; unless the server is told
    so, it looks at every row.
    """
    try:
        with connection.begin_nested():
            connection.execute(
                text(
                    "DO $$ BEGIN EXECUTE (SELECT format('ALTER FUNCTION %s LEAKPROOF', oprcode"
                    "::regprocedure) FROM pg_operator WHERE oprname = '&&' AND oprleft = "
                    "'geometry'::regtype AND oprright = 'geometry'::regtype); END $$"
                )
            )
    except exc.DBAPIError:
        return


def protect(
    connection: Connection, table: str, *, boxed: bool, append_only: bool, removable: bool
) -> None:
    """Give a new table its box index, its guards, its rights and its policies."""
    rights = "SELECT, INSERT" + ("" if append_only else ", UPDATE")
    statements = [f"GRANT {rights}{', DELETE' if removable else ''} ON {table} TO {APP_ROLE}"]
    if boxed:
        statements.append(f"CREATE INDEX {table}_box ON {table} USING gist (geom)")
    if append_only:
        statements += [
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
            for action in ("UPDATE", "DELETE", "TRUNCATE")
        ]
    statements.append(
        "DO $$ DECLARE s text; BEGIN FOR s IN SELECT format('%I.%I', n.nspname, c.relname) "  # noqa: S608
        "FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S' "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE d.refobjid = '{SCHEMA}.{table}'::regclass LOOP "
        f"EXECUTE 'GRANT USAGE, SELECT ON SEQUENCE ' || s || ' TO {APP_ROLE}'; END LOOP; END $$"
    )
    if table in SEEN_IF:
        statements += _policies(table, append_only=append_only, removable=removable)
    for statement in statements:
        connection.execute(text(statement))


def _policies(table: str, *, append_only: bool, removable: bool) -> list[str]:
    seen = SEEN_IF[table]
    made = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({seen})",
        # What is brought in is checked by the use cases: its place may lie outside.
        f"CREATE POLICY {table}_new ON {table} FOR INSERT WITH CHECK ({_KNOWN})",
    ]
    if not append_only:
        made.append(
            f"CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({seen}) "
            f"WITH CHECK ({_KNOWN})"
        )
    if removable:
        made.append(f"CREATE POLICY {table}_gone ON {table} FOR DELETE USING ({seen})")
    return made


def show(connection: Connection, table: str) -> None:
    """Let the program read a table that it never writes."""
    connection.execute(text(f"GRANT SELECT ON {table} TO {APP_ROLE}"))


# Each asks for names, of what stands or of what is off.
_TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = CAST(:schema AS regnamespace) "
    "AND relkind = 'r'"
)
_TRIGGERS = (
    "SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
    "WHERE c.relnamespace = CAST(:schema AS regnamespace) AND NOT tgisinternal "
    "AND tgenabled <> 'D'"
)
_POLICIES = "SELECT policyname FROM pg_policies WHERE schemaname = :schema"
_SECURED = _TABLES + " AND relrowsecurity AND relforcerowsecurity"
_BROKEN_INDEXES = (
    "SELECT c.relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid "
    "WHERE c.relnamespace = CAST(:schema AS regnamespace) AND NOT (indisvalid AND indisready)"
)


def missing_guards(connection: Connection) -> list[str]:
    """List what does not stand as it was made: tables, row security, policies, triggers, indexes.

    A policy too many is listed as well: it would let more be seen.
    """

    def names(query: str) -> set[str]:
        return set(connection.execute(text(query), {"schema": SCHEMA}).scalars())

    guarded, kept = {t.name for t in APPEND_ONLY}, {t.name for t in REMOVABLE}
    triggers = {f"{t}_no_{verb}" for t in guarded for verb in ("update", "delete", "truncate")}
    policies = {
        f"{table}_{verb}"
        for table in SEEN_IF
        for verb, stands in {
            "seen": True,
            "new": True,
            "changed": table not in guarded,
            "gone": table in kept,
        }.items()
        if stands
    }
    wrong = {
        "table": set(metadata.tables) - names(_TABLES),
        "row security": set(SEEN_IF) - names(_SECURED),
        "policy": policies ^ names(_POLICIES),
        "trigger": triggers - names(_TRIGGERS),
        "index": names(_BROKEN_INDEXES),
    }
    return [f"{kind}: {name}" for kind, found in wrong.items() for name in sorted(found)]
