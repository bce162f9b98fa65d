"""What somebody fills in to keep a reply ready."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from desk.kernel.form import DeskForm, Hidden, Line, OneOf, Paragraph, Version
from desk.writing.actions import LONGEST_PART, LONGEST_TITLE
from desk.writing.labels import PART
from desk.writing.words import Purpose, parts_of


class SavedReplyForm(DeskForm):
    """Every field that some purpose needs; `saved_reply_form` leaves those of one."""

    version = Version()
    title = Line(
        _l("Name to find it by"),
        longest=LONGEST_TITLE,
        required=_l("Give it a name to find it by."),
    )
    reach = OneOf(_l("Who is offered it"), required=_l("Choose who is offered it."))
    item_words = Line(_l("Only for one item"))
    item_code = Hidden()
    facts = Paragraph(PART["facts"], longest=LONGEST_PART)
    text = Paragraph(PART["text"], longest=LONGEST_PART)
    basis = Paragraph(PART["basis"], longest=LONGEST_PART)
    action = Paragraph(PART["action"], longest=LONGEST_PART)
    next_step = Paragraph(PART["next_step"], longest=LONGEST_PART)
    contact = Paragraph(PART["contact"], longest=LONGEST_PART)
    brief = Paragraph(PART["brief"], longest=LONGEST_PART)
    where = Paragraph(PART["where"], longest=LONGEST_PART)
    note = Paragraph(PART["note"], longest=LONGEST_PART)

    def parts(self, purpose: Purpose) -> dict[str, str]:
        """Give the text of each field."""
        return {name: str(self[name].data or "") for name in parts_of(purpose)}


def saved_reply_form(
    purpose: Purpose, reaches: Sequence[tuple[str, str]], *, sent: bool
) -> SavedReplyForm:
    """Make the form for one purpose; without `reaches` where it reaches cannot be chosen."""
    form = SavedReplyForm() if sent else SavedReplyForm(formdata=None)
    kept = {"csrf_token", "version", "title", "reach", "item_words", "item_code"}
    for name in [f.name for f in form if f.name not in kept | set(parts_of(purpose))]:
        del form[name]
    if reaches:
        form.reach.choices = list(reaches)
    else:
        del form["reach"]
    return form


class RetireForm(DeskForm):
    """A button that says which version it retires, or (`retired` no) offers again."""

    version = Version()
    retired = Hidden()
