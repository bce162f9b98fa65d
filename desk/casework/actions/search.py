"""Making a case findable by any two characters of its text."""

import secrets
from datetime import datetime

from sqlalchemy import insert, text

from desk.casework.models import Case, SearchDoc
from desk.kernel import grams
from desk.kernel.db import db, dialect_name

APART = "\x1f"
"""Stands between the parts of a text; a search cannot contain it, so none runs across two."""

INSERT_GRAMS = {
    "sqlite": text("INSERT INTO search_grams (rowid, grams) VALUES (:doc_no, :grams)"),
    "postgresql": text(
        "INSERT INTO search_grams (doc_no, grams) VALUES (:doc_no, CAST(:grams AS tsvector))"
    ),
}


def scope_token(hall_id: int) -> str:
    """Name the gram that stands for a hall, so that a common word need not be read everywhere."""
    return f"h{hall_id}"


def new_doc_no(now: datetime) -> int:
    """Draw a number that sorts by time; two of one second meet once in two thousand million."""
    return (int(now.timestamp()) << 31) | secrets.randbits(31)


def index(case: Case, *, now: datetime) -> None:
    """Write the bigrams of title, story, wish and own reference beside the case."""
    parts = (case.title, case.story, case.wish, case.item_words, case.own_reference)
    found_by = APART.join(grams.normalise(part) for part in parts if part)
    doc_no = new_doc_no(now)
    db.session.execute(
        insert(SearchDoc).values(
            region_id=case.region_id, case_id=case.id, doc_no=doc_no, text=found_by
        )
    )
    tokens = grams.index_text(found_by, extra=(scope_token(case.hall_id),))
    db.session.connection().execute(
        INSERT_GRAMS[dialect_name()], {"doc_no": doc_no, "grams": tokens}
    )
