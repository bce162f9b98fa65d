"""What a process of tests keeps from one test to the next: engines, compiled rules, a database.

Every test makes an app of its own on an empty database. What these cost is not the tables but
starting over: SQLAlchemy compiles its statements once an engine, werkzeug its addresses once an
app, and PostgreSQL copies a whole database.
"""

from __future__ import annotations

from typing import Any

import psycopg
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from werkzeug.routing import Rule

_compile = Rule.compile
_make_engine = SQLAlchemy._make_engine
_RULES: dict[tuple[object, ...], dict[str, Any]] = {}
_ENGINES: dict[str, Engine] = {}

EMPTY = """
DO $$
DECLARE
    name text;
    filled boolean;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR name IN
        SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
          AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        PERFORM setval(format('%I', name)::regclass, 1, false);
    END LOOP;
END $$
"""

OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat_ws(' ', relname, relkind, relacl, relnatts) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT concat_ws(' ', conrelid::regclass, conname) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT version_num FROM alembic_version
) AS parts (part)
"""

TESTS_A_DATABASE = 25
"""After so many, a new one: what was deleted still lies in its pages and slows the next."""


class KeptDatabase:
    """One PostgreSQL database of this process, emptied between tests instead of copied anew.

    It is copied anew when a test changed its shape (a trigger switched off, a right given), and
    every few tests.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self.shape: str | None = None
        self.used = 0

    def empty(self) -> bool:
        """Empty it for the next test; False when it has to be copied anew."""
        if self.connection is None or self.used >= TESTS_A_DATABASE:
            return False
        try:
            self.connection.execute(OTHERS)
            if self._shape_now() != self.shape:
                return False
            self.connection.execute(EMPTY)
        except psycopg.Error:
            return False
        self.used += 1
        return True

    def copied(self) -> None:
        """Take note of a copy that is fresh from the template."""
        self.close()
        self.connection = psycopg.connect(self.address, autocommit=True)
        self.shape = self._shape_now()
        self.used = 0

    def close(self) -> None:
        """Leave the database, so that it can be dropped."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def _shape_now(self) -> str | None:
        assert self.connection is not None
        row = self.connection.execute(SHAPE).fetchone()
        return row[0] if row else None


def _compile_once(self: Rule) -> None:
    """Compile an address once a process; its converters know nothing of the app they are in."""
    key = (
        self.rule, self.subdomain, self.host, self.is_leaf, self.strict_slashes,
        self.merge_slashes, repr(self.defaults),
    )  # fmt: skip
    known = _RULES.get(key)
    if known is None:
        _compile(self)
        _RULES[key] = {
            "_parts": self._parts, "_trace": self._trace, "_converters": self._converters,
            "arguments": self.arguments, "_build": self._build.__func__,  # type: ignore[attr-defined]
            "_build_unknown": self._build_unknown.__func__,  # type: ignore[attr-defined]
        }  # fmt: skip
        return
    self._parts, self._trace = known["_parts"], known["_trace"]
    self._converters, self.arguments = known["_converters"], set(known["arguments"])
    self._build = known["_build"].__get__(self, None)
    self._build_unknown = known["_build_unknown"].__get__(self, None)


def _engine_once(
    self: SQLAlchemy, bind_key: str | None, options: dict[str, Any], app: Flask
) -> Engine:
    """Give the engine of an address again: it has its statements compiled already."""
    key = repr(sorted(options.items(), key=lambda pair: pair[0]))
    if key not in _ENGINES:
        _ENGINES[key] = _make_engine(self, bind_key, options, app)
    return _ENGINES[key]


def keep() -> None:
    """Let this process keep what it made."""
    Rule.compile = _compile_once  # type: ignore[method-assign]
    SQLAlchemy._make_engine = _engine_once  # type: ignore[method-assign]
