"""What staff fill in about a bad rating: what was found, an appeal, a first word on it."""

from flask_babel import lazy_gettext as _l

from desk.casework.labels import VERDICT
from desk.casework.words import Verdict
from desk.files.kinds import STAFF_FAMILIES, endings
from desk.kernel.form import DeskForm, OneOf, Paragraph, Version
from desk.kernel.uploads import Uploads

ATTACHMENTS = _l("Attachments")
LONG = 5_000
PUT_ASIDE = (Verdict.UNTRUE, Verdict.MISTAKE, Verdict.MALICIOUS)


class VerdictForm(DeskForm):
    """What the verification of a bad rating found."""

    version = Version()
    verdict = OneOf(
        _l("What did you find?"),
        choices=[(v, VERDICT[v]) for v in (Verdict.TRUE, Verdict.PART)],
        required=_l("Choose what you found."),
    )
    note = Paragraph(_l("How you know"), longest=LONG, required=_l("Write how you know."))


class AgreeForm(DeskForm):
    """Why somebody agrees, as the first of two, that a rating was unfounded."""

    version = Version()
    text = Paragraph(_l("Why"), longest=LONG)


class AppealRatingForm(DeskForm):
    """What the unit says against a bad rating, and what shows it."""

    version = Version()
    verdict = OneOf(
        _l("What was it?"),
        choices=[(v, VERDICT[v]) for v in PUT_ASIDE],
        required=_l("Choose what the rating was."),
    )
    text = Paragraph(_l("What shows it"), longest=LONG, required=_l("Write what shows it."))
    files = Uploads(ATTACHMENTS, accept=endings(STAFF_FAMILIES))
