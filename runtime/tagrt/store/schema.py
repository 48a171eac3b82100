"""The tables of a store, and how an older store becomes one of today."""

from __future__ import annotations

import sqlite3

from tagrt.errors import StoreError
from tagrt.store.indexes import INDEXES

MIGRATIONS = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        model TEXT NOT NULL,
        started TEXT NOT NULL,
        finished TEXT,
        rows INTEGER, auto INTEGER, review INTEGER, human INTEGER, seconds REAL
    );
    CREATE TABLE products (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        content TEXT NOT NULL,
        title TEXT NOT NULL, brand TEXT NOT NULL, description TEXT NOT NULL,
        category TEXT NOT NULL, gtin TEXT NOT NULL, cells TEXT NOT NULL,
        tag TEXT NOT NULL, probability REAL, best TEXT NOT NULL, best_probability REAL,
        decision TEXT NOT NULL, reason TEXT NOT NULL,
        run INTEGER NOT NULL REFERENCES runs (id)
    );
    CREATE INDEX products_by_certainty ON products (decision, ifnull(best_probability, 0.0), id);
    CREATE INDEX products_by_gtin ON products (gtin) WHERE gtin <> '';
    CREATE TABLE taggings (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        run INTEGER NOT NULL REFERENCES runs (id),
        title TEXT NOT NULL,
        tag TEXT NOT NULL, probability REAL, best TEXT NOT NULL, best_probability REAL,
        decision TEXT NOT NULL, reason TEXT NOT NULL
    );
    CREATE INDEX taggings_by_product ON taggings (product);
    CREATE TABLE corrections (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        content TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        ended TEXT
    );
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE UNIQUE INDEX corrections_standing ON corrections (product) WHERE ended IS NULL;
    """,
    """
    ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'run';
    ALTER TABLE runs ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN context TEXT NOT NULL DEFAULT '';
    ALTER TABLE products ADD COLUMN note TEXT NOT NULL DEFAULT '';
    ALTER TABLE products ADD COLUMN seen BLOB;
    ALTER TABLE products ADD COLUMN gone TEXT;
    ALTER TABLE products ADD COLUMN context TEXT NOT NULL DEFAULT '';
    ALTER TABLE taggings ADD COLUMN note TEXT NOT NULL DEFAULT '';
    ALTER TABLE corrections ADD COLUMN title TEXT NOT NULL DEFAULT '';
    ALTER TABLE corrections ADD COLUMN brand TEXT NOT NULL DEFAULT '';
    ALTER TABLE corrections ADD COLUMN description TEXT NOT NULL DEFAULT '';
    ALTER TABLE corrections ADD COLUMN category TEXT NOT NULL DEFAULT '';
    ALTER TABLE corrections ADD COLUMN note TEXT NOT NULL DEFAULT '';
    UPDATE corrections SET title = ifnull(
        (SELECT t.title FROM taggings t JOIN runs r ON r.id = t.run
         WHERE t.product = corrections.product AND r.started <= corrections.at
         ORDER BY t.id DESC LIMIT 1), '');
    UPDATE corrections SET (title, brand, description, category) =
        (SELECT p.title, p.brand, p.description, p.category FROM products p WHERE p.id = corrections.product)
        WHERE content = (SELECT p.content FROM products p WHERE p.id = corrections.product);
    CREATE INDEX products_seen ON products (key, seen, gone);
    CREATE TABLE changes (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs (id),
        product INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        title TEXT NOT NULL, title_before TEXT NOT NULL,
        tag TEXT NOT NULL, tag_before TEXT NOT NULL,
        decision TEXT NOT NULL, reason TEXT NOT NULL, note TEXT NOT NULL
    );
    CREATE INDEX changes_by_run ON changes (run, kind);
    """,
    INDEXES,
)
"""One script per schema version; a released one is never changed."""

SCHEMA = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, origin: str) -> None:
    """Bring a store to the newest schema, each step in one transaction.

    Raises:
        StoreError: If it is of a newer one.
    """
    if connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,):
        return  # without waiting for a process that is writing
    connection.execute("BEGIN IMMEDIATE")  # two processes may open a new store at once
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA:
            raise StoreError(
                f"{origin}: store schema {version} is newer than this tagrt writes ({SCHEMA}): upgrade tagrt",
                "store.newer",
                path=origin,
            )
        for number in range(version, SCHEMA):
            for statement in MIGRATIONS[number].split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
