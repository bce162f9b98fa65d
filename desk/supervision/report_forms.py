"""What is filled in about a report."""

from flask_babel import lazy_gettext as _l

from desk.kernel.form import Day, DeskForm, Line, OneOf, Paragraph, Tick
from desk.supervision.labels import REPORT


class ReportForm(DeskForm):
    """Somebody asks for a report."""

    kind = OneOf(
        _l("What is to be made"),
        choices=[(one.value, words) for one, words in REPORT.items()],
        required=_l("Choose what is to be made."),
    )
    first_on = Day(_l("From"), required=_l("Write the first day."))
    last_on = Day(_l("Until"), required=_l("Write the last day."))
    department = OneOf(_l("Department"))
    names = Tick(_l("With the names of complainants and how to reach them"))
    purpose = Line(_l("What it is for"), longest=200, required=_l("Write what the report is for."))


class DecideReportForm(DeskForm):
    """A colleague decides on a report that names many people."""

    grant = OneOf(
        _l("May these names be taken out?"),
        choices=(("yes", _l("Yes")), ("no", _l("No"))),
        required=_l("Choose whether the names may be taken out."),
    )
    reason = Paragraph(
        _l("Why"),
        longest=500,
        required=_l("Write why, so that your colleague can follow it."),
    )
