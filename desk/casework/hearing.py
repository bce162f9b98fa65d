"""How a question stands that two supervisors decide about a bad rating: plain values."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Hearing:
    """A proposal or an appeal that would put a rating aside, for whoever looks at it.

    `left` counts those who have still to agree; `voted` says that this person has spoken or asked;
    `of_unit` that they work for the rated unit; `needs_above` that somebody one level up has still
    to agree, `is_above` that this person sits there, `has_above` that anybody does.
    """

    asked_by: int
    left: int
    voted: bool
    of_unit: bool
    needs_above: bool = False
    is_above: bool = False
    has_above: bool = True


def refusal(hearing: Hearing) -> LazyString | None:
    """Say why this person may not decide, if they may not."""
    if hearing.voted:
        return _l("You have said what you think of this. Somebody else must decide.")
    if hearing.of_unit:
        return _l("You work for the unit that was rated. Somebody else must decide.")
    return None


def agreeing_blocked(hearing: Hearing) -> LazyString | None:
    """Say why this person may not agree, though they might refuse.

    Nobody is called malicious without somebody one level up (settled.md 2.19).
    """
    if (sentence := refusal(hearing)) is not None:
        return sentence
    if not hearing.needs_above or hearing.is_above or hearing.left > 1:
        return None
    if hearing.has_above:
        return _l("“Malicious” needs somebody one level up to agree. They must be the second one.")
    return _l(
        "“Malicious” needs somebody one level up to agree, and nobody sits there. Send it back, "
        "and have it found untrue or a mistake."
    )
