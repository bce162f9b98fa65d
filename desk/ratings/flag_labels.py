"""Why a rating is held, and what was decided on it, in words."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.ratings.detectors.places import Finding
from desk.ratings.detectors.seen import Rule
from desk.ratings.models import RatingChannel, RatingStanding, StandingCause
from desk.ratings.proving import Fault

MINUTE, HOUR, DAY = 60, 3600, 86_400

RULE: dict[str, LazyString] = {
    Rule.TOO_FAST: _l("Too soon after the service"),
    Rule.BACK_DATED: _l("A time that cannot be"),
    Rule.MANY_DEVICE: _l("Many from one device"),
    Rule.MANY_PHONE: _l("Many from one telephone"),
    Rule.MANY_ADDRESS: _l("Many from one address"),
    Rule.BURST: _l("Many at once, or at closing time"),
    Rule.LONG_RUN: _l("The same again and again"),
    Rule.SAME_TEXT: _l("The same words"),
    Rule.MISFIT: _l("A channel that does not fit"),
    Rule.KIOSK_GAP: _l("A kiosk was away"),
    Rule.UNSENT: _l("Links were not sent to all"),
    Rule.STAFF_ENTERED: _l("Written down by staff"),
}

EXCLUDED: dict[str, LazyString] = {
    "test": _l("tests"),
    "default": _l("defaults"),
    "detector": _l("held"),
    "review": _l("set aside by two"),
    "appeal": _l("appeals upheld"),
    "verdict": _l("unfounded"),
    "unconfirmed": _l("not confirmed"),
    "unscored": _l("not scored"),
    "second": _l("second rounds"),
}
"""Why ratings are not among people's own that are published."""

LATE: dict[str, LazyString] = {
    "came": _l("came in late"),
    "detector": _l("was held"),
    "review": _l("was decided by two"),
    "appeal": _l("an appeal was upheld"),
    "verdict": _l("was verified"),
}

CHANNEL: dict[RatingChannel, LazyString] = {
    RatingChannel.LINK: _l("Link"),
    RatingChannel.SMS: _l("Text message"),
    RatingChannel.QR: _l("QR code"),
    RatingChannel.KIOSK: _l("Kiosk"),
    RatingChannel.WEB: _l("Web page"),
    RatingChannel.PAPER: _l("Paper"),
    RatingChannel.PHONE: _l("Telephone"),
    RatingChannel.API: _l("Another system"),
}


def place(finding: Finding) -> LazyString:
    """Say what was found of a place."""
    if finding.rule is Rule.KIOSK_GAP:
        return _l(
            "Kiosk %(code)s was away for %(n)s minutes of opening hours within a week",
            code=finding.place,
            n=finding.n,
        )
    return _l(
        "Window %(code)s sent no link to %(n)s of %(of)s people it could have asked in a month",
        code=finding.place,
        n=finding.n,
        of=finding.of,
    )


def reason(rule: str, n: int | None) -> LazyString:
    """Say what a detector counted."""
    found = n or 0
    if rule == Rule.TOO_FAST:
        return _l("%(n)s seconds after the service", n=found)
    if rule == Rule.BACK_DATED:
        return _wrong_by(found)
    counted = {
        Rule.MANY_DEVICE: _l("%(n)s from one device within a day", n=found),
        Rule.MANY_PHONE: _l("%(n)s from one telephone within a day", n=found),
        Rule.MANY_ADDRESS: _l("%(n)s from one address", n=found),
        Rule.BURST: _l("%(n)s at this window at once", n=found),
        Rule.LONG_RUN: _l("one of %(n)s in a row", n=found),
        Rule.SAME_TEXT: _l("%(n)s with the same words", n=found),
        Rule.MISFIT: _l("this occasion cannot have had this channel"),
    }
    return counted.get(Rule(rule), RULE[rule]) if rule in RULE else _l("Held")


def _wrong_by(seconds: int) -> LazyString:
    if seconds >= 2 * DAY:
        return _l("its time is wrong by %(n)s days", n=seconds // DAY)
    if seconds >= 2 * HOUR:
        return _l("its time is wrong by %(n)s hours", n=seconds // HOUR)
    return _l("its time is wrong by %(n)s minutes", n=max(seconds // MINUTE, 1))


def said(standing: RatingStanding) -> LazyString:
    """Say what one standing was."""
    if standing.cause is StandingCause.DETECTOR:
        return _l("Held by the desk: %(why)s", why=reason(standing.rule or "", standing.n))
    if standing.cause is StandingCause.REVIEW:
        counts = _l("Two people decided that it counts")
        return counts if standing.effective else _l("Two people decided that it does not count")
    if standing.cause is StandingCause.APPEAL:
        return _l("Set aside: the unit's appeal was upheld")
    if standing.cause is StandingCause.TEST:
        return _l("A test of the desk, voided")
    stands = _l("It counts: so it was found when it was verified")
    return stands if standing.effective else _l("Set aside when it was verified")


FAULT: dict[str, LazyString] = {
    Fault.CHANGED: _l("its level or round is not what was given"),
    Fault.SLIPPED_IN: _l("nobody gave it: the ledger has no line"),
    Fault.GONE: _l("it was given and is gone"),
    Fault.CHUNK: _l("it lies in a chunk that is not as it came"),
    Fault.CACHE: _l("it counts otherwise than was decided"),
    Fault.NO_LINE: _l("a word on it has no line in the ledger"),
    Fault.ALONE: _l("two people did not decide what is said of it"),
    Fault.WORD_GONE: _l("a word on it is gone"),
}


def channel_name(channel: str) -> LazyString:
    """Name a channel by its word in the database."""
    return CHANNEL[RatingChannel(channel)]
