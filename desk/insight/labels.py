"""What the case figures are called."""

from flask_babel import lazy_gettext as _l

CASE_FIGURES = {
    "case.filed": _l("Filed"),
    "case.accepted": _l("Accepted"),
    "case.replied": _l("Answered"),
    "case.closed": _l("Closed"),
    "case.withdrawn": _l("Withdrawn"),
}
