"""What an author is told about a reply before it goes out, in sentences."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.casework.reply_check import Doubt, Notice

PART = {
    "facts": _l("What was found"),
    "basis": _l("On what rule"),
    "action": _l("What was done"),
    "next_step": _l("What the complainant does next"),
    "contact": _l("Whom to ask, and when"),
}


def sentences(found: Sequence[Notice]) -> list[str]:
    """Say each warning, in the order it was found."""
    return [_sentence(warning) for warning in found]


def _sentence(warning: Notice) -> str:
    part, detail = str(PART.get(warning.part, "")), warning.detail
    said = {
        Doubt.THIN: _("“%(part)s” is very short. Does it say enough?", part=part),
        Doubt.PHRASE: _(
            "“%(part)s” holds “%(words)s”: say instead who does what by when.",
            part=part,
            words=detail,
        ),
        Doubt.ALIKE: _(
            "%(share)s %% of this stands in an earlier reply of your department. Does it fit here?",
            share=detail,
        ),
        Doubt.PHONE: _(
            "“%(part)s” holds a mobile number. The complainant reads it: whose is it?", part=part
        ),
        Doubt.RESIDENT: _("“%(part)s” holds an identity number. Take it out.", part=part),
        Doubt.CARD: _("“%(part)s” holds a card number. Take it out.", part=part),
    }
    return str(said[warning.doubt])
