"""What is filled in about a publication."""

from flask_babel import lazy_gettext as _l

from desk.kernel.form import DeskForm, Hidden, Line, OneOf, Paragraph, SomeOf
from desk.publishing.labels import KIND, PART, REMOVED_FOR
from desk.publishing.words import PublicationKind, Removal

WRITE = _l("Write this in a few sentences.")


class WriteForm(DeskForm):
    """Somebody retells a case, or a cause that was mended, so that it names nobody."""

    case = Hidden()
    improvement = Hidden()
    kind = OneOf(
        _l("What is it?"),
        choices=[(k.value, KIND[k]) for k in (PublicationKind.CASE, PublicationKind.PRAISE)],
    )
    title = Line(PART["title"], longest=60, required=_l("Write a title."))
    happened = Paragraph(PART["happened"], longest=800, required=WRITE)
    done = Paragraph(PART["done"], longest=800, required=WRITE)
    changed = Paragraph(PART["changed"], longest=800)
    said = Paragraph(PART["said"], longest=300)
    answered = SomeOf(_l("Places to look at"))


class ReadForm(DeskForm):
    """Somebody else reads it over."""

    verdict = OneOf(
        _l("May everybody read this?"),
        choices=(("yes", _l("Yes, publish it")), ("no", _l("No, not like this"))),
        required=_l("Choose yes or no."),
    )
    reason = Paragraph(_l("Why not"), longest=800)
    answered = SomeOf(_l("Places to look at"))


class RemoveForm(DeskForm):
    """A supervisor takes a page away."""

    cause = OneOf(
        _l("Why is it removed?"),
        choices=[(c.value, REMOVED_FOR[c]) for c in (Removal.REQUEST, Removal.WRONG)],
        required=_l("Choose why it is removed."),
    )


class EmptyForm(DeskForm):
    """A button."""
