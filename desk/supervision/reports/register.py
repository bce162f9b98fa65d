"""The register of cases as a workbook: a row a case, read a chunk at a time and never kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework import labels
from desk.casework.identity import PartyData, unseal
from desk.casework.models import Case, Party
from desk.casework.queries.scope import within
from desk.catalogue.models import ItemVersion
from desk.kernel.db import db, end_read
from desk.kernel.sheet import Cell, Sheet
from desk.organisation.codes import Glossary
from desk.organisation.models import Department, Hall, Window
from desk.supervision.labels import KIND

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Register:
    """Whose register it is, of which time and department (0: all), and in which words.

    With `names` it tells who the complainants are, and what they wrote as a title.
    """

    actor: Actor
    since: datetime
    until: datetime
    department_id: int
    names: bool
    lang: str
    zone: str
    reasons: Glossary

    def day(self, at: datetime) -> date:
        """Tell which day it was at the desk."""
        return at.astimezone(ZoneInfo(self.zone)).date()


def how_many(register: Register) -> int:
    """Count the rows it will have."""
    return db.session.scalar(select(func.count()).select_from(Case).where(*_asked(register))) or 0


def _asked(register: Register) -> list[ColumnElement[bool]]:
    asked = [
        within(register.actor, Permission.REPORTS_MAKE),
        ~Case.is_test,
        Case.filed_at >= register.since,
        Case.filed_at < register.until,
    ]
    if register.department_id:
        asked.append(Case.department_id == register.department_id)
    return asked


def write_register(
    path: Path, register: Register, *, title: str, mark: str, progress: Callable[[int], None]
) -> int:
    """Write the register into a file and give the number of rows.

    Cases are read in the order in which they were filed, 500 at a time, each chunk a read of its
    own; `progress` is told after each how many rows there are.
    """
    n = 0
    head = _head(names=register.names)
    with Sheet(path, title=title, mark=mark, head=head, zone=register.zone) as sheet:
        for chunk in _chunks(register):
            for row in chunk:
                n += 1
                sheet.write([n, *_cells(row, register)])
            end_read()
            progress(n)
    return n


def _chunks(register: Register) -> Iterator[Sequence[Any]]:
    after: tuple[datetime, UUID] | None = None
    while True:
        statement = _rows(register)
        if after is not None:
            statement = statement.where(tuple_(Case.filed_at, Case.id) > tuple_(*after))
        rows = db.session.execute(statement.order_by(Case.filed_at, Case.id).limit(CHUNK)).all()
        if rows:
            after = (rows[-1].filed_at, rows[-1].id)
            yield rows
        if len(rows) < CHUNK:
            return


def _rows(register: Register) -> Select[*tuple[Any, ...]]:
    english = register.lang == "en"
    columns: list[Any] = [
        Case.id, Case.number, Case.kind, Case.status, Case.filed_at, Case.channel,
        Case.party_kind, Case.identity_mode, Case.reason, Case.visits, Case.accepted_at,
        Case.replied_at, Case.closed_at, Case.promised_on, Case.outcome, Case.result,
        Case.root_cause, Case.responsibility, Case.hop, Case.round, Case.next_due_at, Case.title,
        (Hall.name_en if english else Hall.name_zh).label("hall"),
        Window.code.label("window"),
        func.coalesce(Department.name_en if english else Department.name_zh, "").label(
            "department"
        ),
        func.coalesce(ItemVersion.name_en if english else ItemVersion.name_zh, "").label("item"),
        Party.name_masked,
    ]  # fmt: skip
    if register.names:
        columns.append(Party)
    return (
        select(*columns)
        .join(Hall, Hall.id == Case.hall_id)
        .outerjoin(Window, Window.id == Case.window_id)
        .outerjoin(Department, Department.id == Case.department_id)
        .outerjoin(ItemVersion, ItemVersion.id == Case.item_version_id)
        .outerjoin(Party, and_(Party.region_id == Case.region_id, Party.id == Case.party_id))
        .where(*_asked(register))
    )


def _head(*, names: bool) -> list[str]:
    head = [
        _("No."), _("Number"), _("Kind"), _("Status"), _("Sent on"), _("How it came"),
        _("Individual or business"), _("Who may know"), _("Name"), _("Hall"), _("Window"),
        _("Item"), _("Where it got stuck"), _("Visits"), _("Department"), _("Accepted"),
        _("Promised by"), _("Answered"), _("Closed"), _("Outcome"), _("Result"), _("Root cause"),
        _("Responsible"), _("Times passed on"), _("Rounds"),
    ]  # fmt: skip
    extra = [_("In one sentence"), _("Business"), _("Phone"), _("E-mail")] if names else []
    return [str(word) for word in [*head, *extra]]


def _cause(row: Any, register: Register) -> str | None:
    """Name the root cause as it was called when it was given."""
    if row.root_cause is None:
        return None
    return register.reasons.name(row.root_cause, register.day(row.replied_at or row.filed_at))


def _cells(row: Any, register: Register) -> list[Cell]:
    party = _party(row) if register.names else None
    cells: list[Cell] = [
        row.number,
        str(KIND[row.kind]),
        str(labels.STAFF_STATUS[row.status]),
        row.filed_at,
        str(labels.CHANNEL[row.channel]),
        str(labels.PARTY[row.party_kind]),
        str(labels.IDENTITY[row.identity_mode]),
        party.name if party else row.name_masked,
        row.hall,
        row.window,
        row.item,
        register.reasons.name(row.reason, register.day(row.filed_at)),
        row.visits,
        row.department,
        row.accepted_at,
        row.promised_on,
        row.replied_at,
        row.closed_at,
        str(labels.OUTCOME[row.outcome]) if row.outcome else None,
        str(labels.RESULT[row.result]) if row.result else None,
        _cause(row, register),
        str(labels.RESPONSIBILITY[row.responsibility]) if row.responsibility else None,
        row.hop,
        row.round,
    ]
    if register.names:
        cells += [row.title, *((party.org, party.phone, party.email) if party else ())]
    return cells


def _party(row: Any) -> PartyData | None:
    return unseal(row[-1]) if row[-1] is not None else None
