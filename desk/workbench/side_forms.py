"""What staff fill in beside the steps of a case: drafts, links, why somebody's name is needed."""

from flask_babel import lazy_gettext as _l

from desk.casework.labels import LINK, RESPONSIBILITY
from desk.casework.words import LinkKind
from desk.kernel.form import DeskForm, Hidden, Line, OneOf, Paragraph, Tick, Version

OFFERED_LINKS = (LinkKind.DUPLICATE, LinkKind.RELATED, LinkKind.SPLIT)


class KeepForm(DeskForm):
    """Which button was pressed to keep a draft, and which saved reply was chosen."""

    saved = Hidden()
    insert = Hidden()
    discard = Hidden()
    draft_seen = Hidden()
    over = Hidden()


class LinkForm(DeskForm):
    """Which other case has to do with this one, and how."""

    to = Line(
        _l("Number of the other case"), longest=40, required=_l("Write the number of the case.")
    )
    kind = OneOf(
        _l("What it has to do with this one"),
        choices=[(kind, LINK[kind]) for kind in OFFERED_LINKS],
        required=_l("Choose one from the list."),
    )
    note = Line(_l("Note"), longest=200)


class UnlinkForm(DeskForm):
    """Which link is taken away."""

    to = Line(longest=40, required=_l("Write the number of the case."))
    kind = OneOf(choices=list(LINK.items()), required=_l("Choose one from the list."))


NEEDED_FOR = (
    ("call", _l("To call about this case")),
    ("check", _l("To check who it is")),
    ("post", _l("To send papers")),
    ("other", _l("Something else")),
)


class RevealForm(DeskForm):
    """Why somebody needs contact data."""

    category = OneOf(
        _l("What for"),
        choices=NEEDED_FOR,
        required=_l("Choose what you need it for."),
    )
    reason = Line(
        _l("Why"), longest=200, required=_l("Write why you need it, in at least 10 characters.")
    )


class SetItemForm(DeskForm):
    """Under which item a case belongs."""

    version = Version()
    item = OneOf(
        _l("Item"),
        choices=[("listed", _l("In the catalogue")), ("none", _l("Not listed"))],
        required=_l("Choose whether it is in the catalogue."),
    )
    item_words = Line(_l("Name or code of the item"))
    item_code = Hidden()
    text = Paragraph(_l("Why"), longest=5_000, required=_l("Write why it is put right."))


class SetCauseForm(DeskForm):
    """Which root cause a case had, and who was responsible."""

    version = Version()
    root_cause = OneOf(_l("Root cause"), required=_l("Choose the root cause."))
    responsibility = OneOf(
        _l("Who was responsible"),
        choices=list(RESPONSIBILITY.items()),
        required=_l("Choose who was responsible."),
    )
    text = Paragraph(_l("Why"), longest=5_000, required=_l("Write why it is put right."))


class PrintForm(DeskForm):
    """Whether the file of a case is to tell who the complainant is, and why that is needed."""

    names = Tick(_l("With the name and how to reach them"))
    category = OneOf(_l("What for"), choices=NEEDED_FOR)
    reason = Line(_l("Why"), longest=200)

    @property
    def why(self) -> tuple[str, str] | None:
        """Give what the names are needed for; None where they are not wanted."""
        if not self.names.data:
            return None
        return str(self.category.data or ""), str(self.reason.data or "")
