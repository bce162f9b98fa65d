"""Opening a case by number and access code, the same for a wrong code and an absent number."""

import hmac

from sqlalchemy import select

from desk.casework.models import Case
from desk.casework.numbers import normalise_access_code, parse_case_number
from desk.kernel.db import db
from desk.kernel.vault import hashes
from desk.organisation.queries import region_id_of

ABSENT = bytes(32)
NOBODYS = "XX-000101-000000-0"


def access_hash(number: str, code: str) -> bytes:
    """Hash an access code to its case number under the key outside the database."""
    return hashes().code("access", f"{number}|{code}")


def opened_by(number: str, code: str) -> Case | None:
    """Find the case this number and code open together, or None.

    The same work is done whether the number exists or not, so the time tells nothing.
    """
    parsed = parse_case_number(number)
    canonical = normalise_access_code(code)
    wanted = parsed or NOBODYS
    region_id = region_id_of(wanted.split("-")[0])
    case = db.session.scalar(select(Case).where(Case.region_id == region_id, Case.number == wanted))
    given = access_hash(wanted, canonical or "0" * 16)
    stored = bytes(case.access_h) if case else ABSENT
    same = hmac.compare_digest(given, stored)
    return case if same and canonical and parsed else None


def chain_of(number: str) -> tuple[int, str]:
    """Name the chain of a case as somebody wrote its number; one that nobody has when none fits."""
    wanted = parse_case_number(number) or NOBODYS
    region_id = region_id_of(wanted.split("-")[0])
    case_id = db.session.scalar(
        select(Case.id).where(Case.region_id == region_id, Case.number == wanted)
    )
    return region_id, f"c/{case_id.hex if case_id else NOBODYS}"
