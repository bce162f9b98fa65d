"""What is typed about entries of code lists."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.administration.forms.fields import Code
from desk.kernel.form import Day, DeskForm, Hidden, Line, Tick
from desk.organisation.actions.codes import Wording
from desk.organisation.models import Code as CodeVersion

ZH_NEEDED = _l("Write it in Chinese.")
EN_NEEDED = _l("Write it in English.")
FROM_HINT = _l("Today at the earliest. What was told before keeps the words it was told with.")


class CodeForm(DeskForm):
    """The code of an entry that is added; `LIKE` is a code of the same shape."""

    LIKE = ""

    code = Code(_l("Code of the entry"), longest=12, required=_l("Write a code of this list."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.description = _l("Such as %(like)s. It never changes.", like=self.LIKE)


class WordingForm(DeskForm):
    """What every entry says; each list adds what it asks for besides. `seen` is what was shown."""

    ATTRS: tuple[str, ...] = ()

    zh = Line(_l("Name in Chinese"), longest=120, required=ZH_NEEDED)
    en = Line(_l("Name in English"), longest=160, required=EN_NEEDED)
    seen = Hidden()

    def fill(self, row: CodeVersion) -> None:
        """Put what an entry says into the form."""
        self.zh.data, self.en.data = row.zh, row.en
        for name in self.ATTRS:
            self._fields[name].data = row.attrs.get(name, "")

    def wording(self) -> Wording:
        """Give what was typed."""
        attrs: dict[str, Any] = {name: self._fields[name].data for name in self.ATTRS}
        return Wording(str(self.zh.data), str(self.en.data), attrs)

    def day(self, today: date) -> Any:
        """Give the day from which on it is to hold."""
        return self._fields["active_from"].data or today


class ReasonForm(WordingForm):
    ATTRS = ("citizen_zh", "citizen_en")

    citizen_zh = Line(
        _l("As complainants read it, in Chinese"), longest=120, required=ZH_NEEDED,
        description=_l("What somebody would say of it, such as 让我一趟一趟补材料."),
    )  # fmt: skip
    citizen_en = Line(_l("As complainants read it, in English"), longest=160, required=EN_NEEDED)


class DiversionForm(WordingForm):
    ATTRS: tuple[str, ...] = ("send_to_zh", "send_to_en")

    send_to_zh = Line(_l("Who is in charge, in Chinese"), longest=120, required=ZH_NEEDED)
    send_to_en = Line(_l("Who is in charge, in English"), longest=160, required=EN_NEEDED)


class TagForm(WordingForm):
    ATTRS = ("core",)

    core = Tick(_l("Stands among the first of its level"))


class PhraseForm(WordingForm):
    ATTRS = ("instead_zh", "instead_en")

    instead_zh = Line(_l("What to write in its place, in Chinese"), longest=120, required=ZH_NEEDED)
    instead_en = Line(_l("What to write in its place, in English"), longest=160, required=EN_NEEDED)


class FromForm(DeskForm):
    active_from = Day(
        _l("From"), required=_l("Write the day from which on it holds."), description=FROM_HINT
    )


class ReasonAnewForm(FromForm, ReasonForm):
    pass


class DiversionAnewForm(FromForm, DiversionForm):
    pass


class TagAnewForm(FromForm, TagForm):
    pass


class PhraseAnewForm(FromForm, PhraseForm):
    pass


class NewReasonForm(FromForm, ReasonForm, CodeForm):
    LIKE = "R16"


class NewDiversionForm(FromForm, DiversionForm, CodeForm):
    ATTRS = (*DiversionForm.ATTRS, "keeps_service_part")
    LIKE = "X13"

    keeps_service_part = Tick(_l("A part of the matter stays with this desk"))


class NewTagForm(FromForm, TagForm, CodeForm):
    LIKE = "218"


class NewPhraseForm(FromForm, PhraseForm, CodeForm):
    LIKE = "P20"


class EndCodeForm(DeskForm):
    last_on = Day(_l("Last day"), required=_l("Write the last day on which it can be chosen."))


NEW: dict[str, type[WordingForm]] = {
    "reasons": NewReasonForm,
    "diversions": NewDiversionForm,
    "rating_tags": NewTagForm,
    "phrases": NewPhraseForm,
}
ANEW: dict[str, type[WordingForm]] = {
    "reasons": ReasonAnewForm,
    "diversions": DiversionAnewForm,
    "rating_tags": TagAnewForm,
    "phrases": PhraseAnewForm,
}
