"""What is looked over in a form before it goes out, and how it is said to whoever sends it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale
from flask_babel import gettext as _

from desk.casework.disclosure import is_hidden
from desk.casework.looking_over import (
    Doubt,
    Excerpt,
    Notice,
    Piece,
    notices,
    numbers_at,
    phrases_at,
)
from desk.casework.models import Case
from desk.casework.reply_check import PARTS
from desk.organisation.queries import codes_of
from desk.writing.filling import FIELD, key_of

REASON = ("text",)
TASK_BRIEFS = ("task_1_brief", "task_2_brief", "task_3_brief")
OUTSIDE: Mapping[str, tuple[str, ...]] = {
    "message": REASON,
    "ask_supplement": REASON,
    "close_unsolved": REASON,
    "redo": REASON,
    "redo_0": REASON,
    "reopen": REASON,
    "reopen_0": REASON,
    "restore": REASON,
    "overturn": REASON,
    "merge": REASON,
    "unmerge": REASON,
    "withdraw": REASON,
    "ask_extension": REASON,
    "ask_pause": REASON,
    "propose_divert": ("text", "basis", "where"),
    "refer": ("text", "basis", "where"),
    "submit_reply": (*PARTS, "to_all"),
    "solve_on_spot": (*PARTS, "to_all"),
}
"""Of each form the texts that somebody outside the desk will read."""

MASKED: Mapping[str, tuple[str, ...]] = {
    "dispatch": ("brief",),
    "dispatch_rectification": ("brief",),
    "note": REASON,
}
"""Of each form the texts that must not point to a person where the department may not know who."""

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "dispatch": TASK_BRIEFS,
    "dispatch_rectification": TASK_BRIEFS,
    "ask_task": ("brief",),
}
"""Of each form the texts for other departments, which never learn who it is."""

LOOKED_AT = frozenset({*OUTSIDE, *MASKED, *ELSEWHERE})

OFFICES = frozenset({"contact", "where"})
"""The texts that may hold a mobile number: that of an office."""

SENT = frozenset(
    {
        "message", "ask_supplement", "approve_reply", "solve_on_spot", "divert", "overturn",
        "close_solved", "close_unconfirmed", "close_unsolved",
    }
)  # fmt: skip
"""The forms whose text or news leaves for the complainant at once, and cannot be called back."""


@dataclass(frozen=True, slots=True)
class Said:
    """A warning in a sentence, with the pieces of text it is about."""

    sentence: str
    shown: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """What somebody should look at once more. Only `mark` says that exactly this was looked at."""

    said: tuple[Said, ...]
    mark: str


def phrases_on(today: date) -> tuple[str, ...]:
    """List the phrases that no text should hold, in both languages."""
    return tuple(
        words for entry in codes_of("phrases", today) for words in (entry.zh, entry.en) if words
    )


def looked_over(name: str, texts: Mapping[str, str], case: Case, today: date) -> list[Notice]:
    """List what stands out in the texts of a form that is no reply."""
    found: list[Notice] = []
    for part in OUTSIDE.get(name, ()):
        text = texts.get(part, "")
        numbers = numbers_at(text, phones=part not in OFFICES)
        pieces = [*numbers, *phrases_at(text, phrases_on(today)), *unfilled_at(text)]
        found += notices(part, text, pieces)
    masked = MASKED.get(name, ()) if is_hidden(case.kind, case.identity_mode) else ()
    for part in (*masked, *ELSEWHERE.get(name, ())):
        text = texts.get(part, "")
        found += notices(part, text, numbers_at(text))
    return found


def unfilled_at(text: str) -> list[Piece]:
    """Find the fields of a saved reply that nothing was put into."""
    return [
        Piece(match.start(), match.end(), Doubt.UNFILLED)
        for match in FIELD.finditer(text)
        if key_of(match[1])
    ]


def warned(found: Sequence[Notice], labels: Mapping[str, object], today: date) -> Warned | None:
    """Say what was found in sentences; None when nothing was. `labels` names the parts."""
    if not found:
        return None
    said = tuple(Said(_sentence(one, labels, today), one.shown) for one in found)
    return Warned(said, _mark(found))


def _mark(found: Iterable[Notice]) -> str:
    told = [
        (one.doubt.value, one.part, one.detail, *(shown.piece for shown in one.shown))
        for one in found
    ]
    return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()[:16]


def _sentence(one: Notice, labels: Mapping[str, object], today: date) -> str:
    part = str(labels.get(one.part, ""))
    if one.doubt is Doubt.PHRASE:
        return str(
            _(
                "“%(part)s” holds “%(words)s”. Better: %(instead)s.",
                part=part,
                words=one.detail,
                instead=_instead(one.detail, today),
            )
        )
    said = {
        Doubt.THIN: _("“%(part)s” is very short. Does it say enough?", part=part),
        Doubt.SAME: _("“%(part)s” says the same as another part.", part=part),
        Doubt.ECHO: _("“%(part)s” only repeats what the complainant wrote.", part=part),
        Doubt.NO_RULE: _("“%(part)s” names no rule: a law, a guide, its article.", part=part),
        Doubt.NO_NUMBER: _("“%(part)s” names no number to call and no window to go to.", part=part),
        Doubt.TO_COME: _(
            "The outcome says done, yet “%(part)s” speaks of something still to come.", part=part
        ),
        Doubt.ALIKE: _(
            "%(share)s %% of this stands in an earlier reply of your department. Does it fit here?",
            share=one.detail,
        ),
        Doubt.PHONE: _(
            "“%(part)s” holds a mobile number. Whoever reads this may call it: whose is it?",
            part=part,
        ),
        Doubt.RESIDENT: _("“%(part)s” holds an identity number. Take it out.", part=part),
        Doubt.CARD: _("“%(part)s” holds a card number. Take it out.", part=part),
        Doubt.UNFILLED: _("“%(part)s” holds a field that the desk could not fill in.", part=part),
    }
    return str(said[one.doubt])


def _instead(words: str, today: date) -> str:
    lang = "en" if str(get_locale()) == "en" else "zh"
    low = words.casefold()
    for entry in codes_of("phrases", today):
        if low in {entry.zh.casefold(), entry.en.casefold()}:
            return str(entry.attrs.get(f"instead_{lang}", ""))
    return ""
