"""What figures of cases are called, and what is counted for them."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.casework.labels import RESULT, STAFF_STATUS
from desk.casework.words import Result, Status
from desk.insight.indicators.handling import LONGEST
from desk.organisation.codes import names_ever

FLOW: dict[str, LazyString] = {"filed": _l("Filed"), "closed": _l("Closed")}

MEASURES: dict[str, LazyString] = {
    "filed": _l("Complaints filed"),
    "accepted": _l("Complaints accepted"),
    "diverted": _l("Complaints diverted"),
    "overturned": _l("Diversions overturned"),
    "on_spot": _l("Answered on the spot"),
    "dispatch": _l("Sent to a department"),
    "dispatch.first": _l("Sent to a department for the first time"),
    "redone": _l("Done again"),
    "return.asked": _l("Returns asked for"),
    "return.upheld": _l("Returns upheld"),
    "accept.done": _l("Decided on"),
    "accept.met": _l("Decided on in time"),
    "accept.owed": _l("Waiting to be decided on after their date"),
    "sign.done": _l("Signed for"),
    "sign.met": _l("Signed for in time"),
    "sign.owed": _l("Waiting to be signed for after their date"),
    "contact.done": _l("First contacts made"),
    "contact.met": _l("First contacts made in time"),
    "contact.owed": _l("First contacts owed after their date"),
    "reply.done": _l("Answers sent"),
    "reply.met": _l("Answers sent by the promised date"),
    "reply.late": _l("Answers sent late"),
    "reply.met_first": _l("Answers sent by the date first promised"),
    "reply.extended": _l("Answers whose date was extended"),
    "reply.owed": _l("Answers owed after their date"),
    "reply.net.sum": _l("Working days to first answers, without pauses"),
    "reply.gross.sum": _l("Working days to first answers, with pauses"),
    "closed": _l("Complaints closed"),
    "closed.followed": _l("Closed after somebody was asked"),
    "closed.first_time": _l("Solved the first time"),
    "follow.tried": _l("Follow-ups tried"),
    "follow.reached": _l("Follow-ups that reached somebody"),
    "follow.yes": _l("Complainants who say it is solved"),
    "follow.part": _l("Complainants who say it is partly solved"),
    "follow.no": _l("Complainants who say it is not solved"),
    "follow.scored": _l("Complainants who gave the result a score"),
    "follow.satisfied": _l("Complainants who gave the result 3 or more"),
    "claim.done": _l("Of those asked: the unit had said done"),
    "claim.part": _l("Of those asked: the unit had said partly done"),
    "repeat": _l("Filed again within 90 days"),
    "visits.said": _l("Complaints that say how many visits were made"),
    "visits.sum": _l("Visits complainants say they made"),
    "card.blue": _l("Blue cards"),
    "card.yellow": _l("Yellow cards"),
    "card.red": _l("Red cards"),
    "bad.opened": _l("Bad ratings that became a case"),
    "bad.verified": _l("Bad ratings with a finding"),
    "bad.verify.owed": _l("Bad ratings not verified after their date"),
    "bad.true": _l("Bad ratings found true or partly true"),
    "bad.true.rectified": _l("Of those, put right"),
    "bad.malicious": _l("Bad ratings found malicious"),
    "bad.appeal.decided": _l("Objections to ratings decided"),
    "bad.appeal.upheld": _l("Objections to ratings upheld"),
    "audit.done": _l("Closings audited"),
    "audit.overturned": _l("Closings overturned"),
    "bad.named": _l("Bad ratings given with a name"),
    "bad.named.called": _l("Of those, the rater was reached"),
    "rectify.done": _l("Bad ratings put right"),
    "rectify.met": _l("Bad ratings put right in time"),
    "rectify.owed": _l("Bad ratings to be put right after their date"),
    "rectify.answered": _l("Raters who answered after it was put right"),
    "rectify.satisfied": _l("Raters who gave 3 or more after it was put right"),
    "improvement.done": _l("Improvement items done"),
    "improvement.met": _l("Improvement items done by their day"),
    "improvement.owed": _l("Improvement items open after their day"),
}
"""What has a list of facts behind it."""

SUMS: dict[str, LazyString] = {
    "event": _l("Service occasions"),
    "item.offered": _l("Items offered"),
    "item.ratable": _l("Items that can be rated"),
    "item.instant": _l("Items done while one waits"),
    "item.online": _l("Items that can be applied for online"),
    "item.one_visit": _l("Items that need one visit"),
    "item.no_visit": _l("Items that need no visit"),
    "item.visits": _l("Visits the items say they need"),
    "item.visits_stated": _l("Items that state how many visits they need"),
    "item.days_saved": _l("Working days saved"),
    "item.days_by_law": _l("Working days by law"),
    "rating.tag.first": _l("Bad ratings with the tag chosen most often"),
    "rating.tag.second": _l("with the second"),
    "rating.tag.third": _l("with the third"),
    "rating.tag.all": _l("Tags chosen with bad ratings"),
}
"""What is a sum without facts of its own."""


CODES = {"reason.": "reasons", "rating.tag.": "rating_tags"}
"""Measures that are named for a code of a list."""

BUCKETS = frozenset(str(n) for n in range(LONGEST + 1))


def measure_name(measure: str, today: date, lang: str) -> str | None:
    """Name what is counted, where there is a list of it; None for what is none of ours."""
    if measure in MEASURES:
        return str(MEASURES[measure])
    kind, _dot, code = measure.partition(".")
    if kind == "open" and code in set(Status):
        return str(_("Open: %(status)s", status=STAFF_STATUS[Status(code)]))
    if kind == "closed" and code in set(Result):
        return str(_("Closed: %(result)s", result=RESULT[Result(code)]))
    for prefix, codes in CODES.items():
        if measure.startswith(prefix):
            return _named(codes, measure.removeprefix(prefix), today, lang)
    return None


def _named(codes: str, code: str, today: date, lang: str) -> str | None:
    names = names_ever(codes, today, lang)
    return f"{code} {names[code]}" if code in names else None
