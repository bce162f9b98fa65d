"""What is filled in about an improvement item."""

from flask_babel import lazy_gettext as _l

from desk.kernel.form import Day, DeskForm, Line, OneOf, Paragraph, Version

CASES = _l("Cases that showed the cause")


class OpenForm(DeskForm):
    """Somebody opens an item from one or several cases."""

    cases = Line(CASES, longest=600, required=_l("Write at least one case number."))
    title = Line(
        _l("What is to be mended for everyone"),
        longest=120,
        required=_l("Say in one line what is to be mended."),
    )
    measure = Paragraph(
        _l("How it is mended"), longest=2000, required=_l("Write how it is to be mended.")
    )
    department = OneOf(
        _l("Department that mends it"), required=_l("Choose the department that mends it.")
    )
    due_on = Day(_l("By when"), required=_l("Write by when it is to be done."))
    indicator = Line(_l("What will show it"), longest=120)
    before = Line(_l("How much it is now"), longest=60)


class LinkForm(DeskForm):
    """Further cases that showed the same cause."""

    cases = Line(CASES, longest=600, required=_l("Write at least one case number."))


class DoneForm(DeskForm):
    """Its department says that it is done."""

    version = Version()
    proof = Paragraph(
        _l("What shows that it is done"),
        longest=2000,
        required=_l("Write what shows that it is done, in at least 10 characters."),
    )
    after = Line(_l("How much it is now"), longest=60)


class ReopenForm(DeskForm):
    """A supervisor opens it again."""

    version = Version()
    due_on = Day(_l("By when"), required=_l("Write by when it is to be done."))
