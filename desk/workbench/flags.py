"""The small seals beside a case: one character each, explained at the foot of the list."""

from flask_babel import lazy_gettext as _l

from desk.casework.queries.lists import QueueRow
from desk.casework.words import IdentityMode, Kind, Need, PartyKind

FLAGS = {
    "business": ("企", _l("Business"), False),
    "elderly": ("老", _l("Elderly"), False),
    "disabled": ("残", _l("Disabled"), False),
    "language": ("译", _l("Another language"), False),
    "minor": ("幼", _l("Under age"), False),
    "again": ("返", _l("Done again"), False),
    "agent": ("代", _l("Filed for somebody else"), False),
    "confidential": ("密", _l("Confidential"), False),
    "escalated": ("督", _l("Escalated"), True),
    "bad_rating": ("差", _l("Bad rating"), True),
}
"""Key -> the character, what it means, and whether it is urgent."""


def flags_of(row: QueueRow, *, knows: bool) -> list[str]:
    """List the seals of a row, the urgent ones first; those that say who it is only to `knows`."""
    found = {
        "bad_rating": row.kind is Kind.RECTIFICATION,
        "escalated": row.escalated_at is not None or row.supervised_at is not None,
        "business": knows and row.party_kind == PartyKind.BUSINESS,
        "confidential": row.identity_mode is IdentityMode.CONFIDENTIAL,
        "again": row.round > 0,
        "agent": knows and row.has_agent,
        **{need.value: knows and need.value in (row.needs or ()) for need in Need},
    }
    return [name for name, shown in found.items() if shown]
