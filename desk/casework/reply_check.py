"""Reading a reply over before it goes out: what its author and its reviewer should look at."""

import re
from collections.abc import Mapping, Sequence

from desk.casework.likeness import likeness, percent
from desk.casework.looking_over import (
    Doubt,
    Notice,
    Piece,
    excerpt,
    notices,
    numbers_at,
    phrases_at,
)
from desk.casework.situation import StepData
from desk.casework.words import Outcome

PARTS = ("facts", "basis", "action", "next_step", "contact")
SHORTEST_PART = 4
SHORTEST_ECHO = 40
SHORTEST_SAME = 8
ALIKE = 0.8

RULE = re.compile(
    r"[《》§]|第.{1,8}[条款章]|法|条例|规定|规章|办法|指南|标准|规程|规范|细则|目录|清单|通知|意见|文件|号"
    r"|\b(?:law|act|rule|regulation|article|guide|standard|notice|section|clause|code)s?\b",
    re.IGNORECASE,
)
REACHED = re.compile(
    r"\d(?:[\s()-]?\d){4,}|[^@\s]+@[^@\s]+|窗口|大厅|柜台|\b(?:window|counter|desk)\b",
    re.IGNORECASE | re.ASCII,
)
TO_COME = re.compile(
    r"将于|将在|将会|拟于|拟在|预计|计划于|即将|待.{1,12}后|\bwill\b|\bplans? to\b|\bexpected to\b",
    re.IGNORECASE,
)


def parts_of(data: StepData) -> dict[str, str]:
    """Give the parts of a reply by their names, empty where nothing was written."""
    return {part: str(getattr(data, part) or "") for part in PARTS}


def check(
    parts: Mapping[str, str],
    *,
    phrases: Sequence[str] = (),
    alike: int = 0,
    outcome: Outcome | None = None,
    story: str = "",
) -> list[Notice]:
    """List what should be looked at before a reply goes out; empty when nothing was noticed.

    `alike` is the likeness to the department's earlier replies in per cent, `story` what the
    complainant wrote. The part that says whom to ask may hold an office's number; the others may
    not hold anybody's.
    """
    found = [
        Notice(Doubt.THIN, part)
        for part in PARTS
        if part != "contact" and len(parts.get(part, "").strip()) < SHORTEST_PART
    ]
    for part in PARTS:
        text = parts.get(part, "")
        numbers = numbers_at(text, phones=part != "contact")
        found += notices(part, text, [*numbers, *phrases_at(text, phrases)])
    found += _shape(parts, outcome)
    if len(story) >= SHORTEST_ECHO and likeness(parts.get("facts", ""), story) >= ALIKE:
        found.append(Notice(Doubt.ECHO, "facts"))
    if alike >= percent(ALIKE):
        found.append(Notice(Doubt.ALIKE, detail=str(alike)))
    return found


def whole(parts: Mapping[str, str]) -> str:
    """Join what a reply says about the matter itself; whom to ask is the same in every reply."""
    return "\n".join(parts.get(part, "") for part in PARTS if part != "contact")


def _shape(parts: Mapping[str, str], outcome: Outcome | None) -> list[Notice]:
    """Say which part does not do what it is for, as far as its words can tell."""
    basis, contact, action = (parts.get(part, "") for part in ("basis", "contact", "action"))
    found = []
    if len(basis.strip()) >= SHORTEST_PART and not RULE.search(basis):
        found.append(Notice(Doubt.NO_RULE, "basis"))
    if contact.strip() and not REACHED.search(contact):
        found.append(Notice(Doubt.NO_NUMBER, "contact"))
    later = TO_COME.search(action) if outcome is Outcome.DONE else None
    if later is not None:
        piece = Piece(later.start(), later.end(), Doubt.TO_COME)
        found.append(Notice(Doubt.TO_COME, "action", shown=(excerpt(action, piece),)))
    seen: set[str] = set()
    for part in PARTS:
        plain = "".join(parts.get(part, "").split())
        if len(plain) >= SHORTEST_SAME and plain in seen:
            found.append(Notice(Doubt.SAME, part))
        seen.add(plain)
    return found
