"""What a clerk writes down for somebody at the counter: one page, the rules of the public form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.casework.labels import CHANNEL, IDENTITY, PARTY, TRIED_BY
from desk.casework.words import CaseChannel, IdentityMode, PartyKind
from desk.catalogue.queries import ItemRow, search_items
from desk.files.kinds import STAFF_FAMILIES, endings
from desk.intake.forms import MOST_VISITS, YouForm
from desk.kernel.form import Day, DeskForm, Hidden, Line, OneOf, Paragraph, Phone, Tick, Whole
from desk.kernel.uploads import Uploads

MOST_MATCHES = 8
LONGEST_SEARCH = 80
CHANNELS = (CaseChannel.WINDOW, CaseChannel.PHONE, CaseChannel.LETTER)
LANGUAGES = (("zh_Hans", "中文"), ("en", "English"))


class CounterForm(YouForm):
    """A filing on one page; what it asks of names and numbers is what the public form asks."""

    channel = OneOf(
        _l("How it came"),
        choices=[(channel.value, CHANNEL[channel]) for channel in CHANNELS],
        required=_l("Choose how it came: window, telephone or letter."),
        default=CaseChannel.WINDOW.value,
    )
    hall = OneOf(_l("Hall"), required=_l("Choose the hall that takes it."))
    identity_mode = OneOf(
        _l("Who may know"),
        choices=list(IDENTITY.items()),
        required=_l("Ask who may know who they are, and choose it."),
        default=IdentityMode.REAL.value,
    )
    party_kind = OneOf(
        _l("For whom"),
        choices=list(PARTY.items()),
        required=_l("Choose individual or business."),
        default=PartyKind.INDIVIDUAL.value,
    )
    phone_private = Tick(_l("Nobody else uses this phone"))
    on_behalf = Tick(_l("Somebody else speaks for them"))
    agent_name = Line(_l("Name of the one who speaks"), longest=80)
    agent_phone = Phone(_l("Phone of the one who speaks"))
    lang = OneOf(_l("Language of the letters"), choices=LANGUAGES, default="zh_Hans")
    item_words = Line(
        _l("Item"), required=_l("Write what they wanted to get done, in their own words.")
    )
    item = OneOf(_l("Is it one of these?"))
    item_code = Hidden()
    reason = OneOf(_l("Where it got stuck"), required=_l("Choose where it got stuck."))
    visits = Whole(_l("Times they came"), least=0, most=MOST_VISITS)
    window = OneOf(_l("Window it is about"))
    happened_on = Day(_l("Last time"), day_optional=True)
    tried_by = OneOf(_l("How they tried"), choices=list(TRIED_BY.items()))
    own_reference = Line(_l("Reference number on their slip"), longest=80)
    title = Line(_l("In one sentence"), longest=200, required=_l("Write it in one sentence."))
    story = Paragraph(_l("What happened"), longest=20_000, required=_l("Write what happened."))
    wish = Paragraph(_l("What should happen"), longest=2_000)
    named_text = Line(_l("Office or person it is about"), longest=200)
    files = Uploads(_l("What they brought along"), accept=endings(STAFF_FAMILIES))

    def prepare(self, lists: "Lists", region_id: int) -> Sequence[ItemRow]:
        """Hand in the lists to choose from; give the items that the words may mean."""
        self.hall.choices = list(lists.halls)
        self.window.choices = list(lists.windows)
        self.reason.choices = list(lists.reasons)
        self.happened_on.latest = lists.today
        words = str(self.item_words.data or "")[:LONGEST_SEARCH]
        matches: list[ItemRow] = []
        if words and not self.item_words.process_errors:
            matches = list(search_items(region_id, words, MOST_MATCHES, on=lists.today).rows)
        self.item.choices = [
            *(
                (row.code, f"{row.name(lists.lang)} ({row.department(lists.lang)})")
                for row in matches
            ),
            ("none", _l("None of these: the window finds it later")),
        ]
        return matches

    def chosen(self, matches: Sequence[ItemRow]) -> ItemRow | None:
        """Find the item meant: by the list below, from the list as typed, or by its exact name."""
        by_code = {row.code: row for row in matches}
        if self.item.data:
            return by_code.get(str(self.item.data))
        words = self.item_words.data
        typed = by_code.get(str(self.item_code.data or ""))
        if typed is not None and words in {typed.name_zh, typed.name_en}:
            return typed
        exact = [row for row in matches if words in {row.name_zh, row.name_en, row.code}]
        return exact[0] if len(exact) == 1 else None

    def takes(self, matches: Sequence[ItemRow]) -> bool:
        """Check everything, and that the item is settled: one of the list, or none of it."""
        passed = bool(self.validate_on_submit())
        if matches and not self.item.data and self.chosen(matches) is None:
            self.item.errors = [_("Choose one of these, or say that none of them is it.")]
            passed = False
        return passed

    def forgive(self, *but: str) -> None:
        """Say nothing yet of what is wrong, except in the fields that are named."""
        for field in self:
            if field.name not in {"csrf_token", *but}:
                field.errors = []

    def number_alone(self) -> str | None:
        """Check the number and the hall for a look-up, and forgive whatever else is not done yet.

        Gives nothing, and says under the field why, when there is no number to look for.
        """
        self.validate_on_submit()
        self.forgive("phone", "hall")
        self.files.ask_again()
        if not self.phone.data:
            self.phone.errors = [_("Write the number first, then look for it.")]
        wrong = self.phone.errors or self.hall.errors or self.form_errors
        return None if wrong else self.phone.number


@dataclass(frozen=True, slots=True)
class Lists:
    """What the counter's form offers to choose from, as (value, words)."""

    halls: Sequence[tuple[str, str]]
    windows: Sequence[tuple[str, str]]
    reasons: Sequence[tuple[str, str]]
    today: date
    lang: str


class ReadBackForm(DeskForm):
    """Send what was read back. `seen` is the digest of what the page showed."""

    seen = Hidden()
    agreed = Tick(_l("They heard it and say it is right"))


class EmptyForm(DeskForm):
    """A button alone."""


def answers(form: CounterForm, item: ItemRow | None) -> dict[str, Any]:
    """Write the three parts of a filing as the public form keeps them."""
    return {"what": _what(form, item), "tell": _tell(form), "you": _you(form)}


def _what(form: CounterForm, item: ItemRow | None) -> dict[str, Any]:
    happened_on = form.happened_on.data
    return {
        "channel": form.channel.data,
        "item_id": item.id if item else None,
        "item_words": form.item_words.data,
        "reason": form.reason.data,
        "visits": form.visits.number,
        "window_id": int(form.window.data) if form.window.data else None,
        "happened_on": happened_on.isoformat() if happened_on else None,
        "tried_by": form.tried_by.data,
        "own_reference": form.own_reference.data or None,
    }


def _tell(form: CounterForm) -> dict[str, Any]:
    return {
        "title": form.title.data,
        "story": form.story.data,
        "wish": form.wish.data,
        "named_text": form.named_text.data or None,
    }


def _you(form: CounterForm) -> dict[str, Any]:
    """Keep what belongs to the choices made, and nothing of what was filled in beside them."""
    mode, kind = form.identity_mode.data, form.party_kind.data
    kept = {"party_kind": kind, "identity_mode": mode, "needs": list(form.needs.data or ())}
    if mode == IdentityMode.ANONYMOUS:
        return kept
    kept |= {
        "name": form.name.data,
        "phone": form.phone.number,
        "phone_private": bool(form.phone_private.data),
        "email": form.email.data or None,
    }
    if kind == PartyKind.BUSINESS:
        kept |= {"org": form.org.data, "uscc": form.uscc.data}
    if form.on_behalf.data:
        kept |= {
            "on_behalf": True,
            "agent_name": form.agent_name.data,
            "agent_phone": form.agent_phone.number,
        }
    return kept


def typed(form: CounterForm) -> dict[str, Any]:
    """Give everything as it was typed, to fill the page again."""
    day = form.happened_on
    kept = {
        field.name: field.data
        for field in form
        if field.name not in {"csrf_token", "happened_on", "files"} and field.data is not None
    }
    if day.data is not None:
        kept |= {"happened_on": day.data.isoformat(), "happened_exact": day.exact}
    return kept


def refilled(kept: Mapping[str, Any]) -> CounterForm:
    """Make the form filled with what was typed before, or with nothing."""
    data = dict(kept)
    if data.get("happened_on"):
        data["happened_on"] = date.fromisoformat(data["happened_on"])
    form = CounterForm(formdata=None, data=data)
    if not data.get("happened_exact", True):
        form.happened_on.parts["day"] = ""
    return form
