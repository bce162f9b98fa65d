"""What is typed about an item of the catalogue."""

from dataclasses import replace

from flask_babel import lazy_gettext as _l

from desk.administration.forms.fields import EditForm
from desk.catalogue.entry import ItemEntry
from desk.kernel.form import Day, DeskForm, Line, OneOf, Paragraph, Whole

UNITS = (("working_day", _l("working days")), ("calendar_day", _l("calendar days")))
YES_NO = (("yes", _l("Yes")), ("no", _l("No, it cannot")))
CHOOSE = _l("Choose one from the list.")
MOST_MATERIALS = 60
TEXTS = ("visits_reason", "conditions", "fee", "fee_basis", "address", "consult_phone")


class ItemForm(EditForm):
    """An item described anew from a day on."""

    name_zh = Line(_l("Name in Chinese"), longest=300, required=_l("Write the name."))
    name_en = Line(_l("Name in English"), longest=400)
    legal_n = Whole(_l("Days the law allows"), most=9999)
    legal_unit = OneOf(_l("Unit of what the law allows"), choices=UNITS, required=CHOOSE)
    promised_n = Whole(
        _l("Days promised here"), most=9999, description=_l("0 means done while one waits.")
    )
    promised_unit = OneOf(_l("Unit of the promise"), choices=UNITS, required=CHOOSE)
    visits = Whole(_l("Visits"), most=99)
    visits_reason = Line(_l("Why one must come"), longest=300)
    online = OneOf(_l("Can it be applied for online?"), choices=YES_NO, required=CHOOSE)
    by_post = OneOf(_l("Can it be applied for by post?"), choices=YES_NO, required=CHOOSE)
    materials = Paragraph(
        _l("Papers"), longest=5000, description=_l("One on each line, at most 60.")
    )
    conditions = Paragraph(_l("Conditions"), longest=4000)
    fee = Line(_l("Fee"), longest=200)
    fee_basis = Line(_l("Basis of the fee"), longest=300)
    address = Line(_l("Where"), longest=300)
    consult_phone = Line(_l("Telephone for questions"), longest=60)
    valid_from = Day(_l("From"), required=_l("Write the day from which on it holds."))

    def show(self, entry: ItemEntry) -> None:
        """Fill in what holds."""
        for name in ("name_zh", "name_en", *TEXTS):
            self[name].data = getattr(entry, name, None) or entry.guide.get(name, "")
        for name in ("legal_n", "promised_n", "visits"):
            number = getattr(entry, name)
            self[name].data = "" if number is None else str(number)
        self.legal_unit.data = entry.legal_unit or "working_day"
        self.promised_unit.data = entry.promised_unit or "working_day"
        self.online.data = "yes" if entry.online else "no"
        self.by_post.data = "yes" if entry.guide.get("by_post") else "no"
        self.materials.data = "\n".join(entry.materials)

    def entry_on(self, before: ItemEntry) -> ItemEntry:
        """Give what was typed as an entry; what the page does not ask stays as it was."""
        guide = dict(before.guide)
        for name in TEXTS:
            guide[name] = str(self[name].data or "")
        guide["by_post"] = self.by_post.data == "yes"
        legal, promised = self.legal_n.number, self.promised_n.number
        return replace(
            before,
            name_zh=str(self.name_zh.data),
            name_en=str(self.name_en.data) or None,
            legal_n=legal,
            legal_unit=None if legal is None else str(self.legal_unit.data),
            promised_n=promised,
            promised_unit=None if promised is None else str(self.promised_unit.data),
            visits=self.visits.number,
            online=self.online.data == "yes",
            instant=promised == 0,
            materials=self._papers(),
            guide={name: value for name, value in guide.items() if value},
        )

    def _papers(self) -> tuple[str, ...]:
        lines = (line.strip() for line in str(self.materials.data or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))[:MOST_MATERIALS]


class RetireForm(DeskForm):
    """The last day of an item."""

    last_day = Day(_l("Last day"), required=_l("Write the last day."))


class ChangeForm(DeskForm):
    """A second administrator's word."""

    verdict = OneOf(
        _l("Does it hold?"),
        choices=(("yes", _l("Confirm")), ("no", _l("Refuse"))),
        required=_l("Choose yes or no."),
    )
    reason = Line(_l("Why not"), longest=300)
