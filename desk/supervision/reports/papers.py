"""The bulletin of a month and the letter to a department, as papers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _

from desk.casework.ladder import Level
from desk.casework.words import Step
from desk.kernel.paper import Paper
from desk.supervision import labels
from desk.supervision.models import Finding
from desk.supervision.queries import CardRow
from desk.supervision.reports.numbers import Numbers
from desk.worktime.periods import Month

SHOWN_LEVELS = (Level.BLUE, Level.YELLOW, Level.RED)


@dataclass(frozen=True, slots=True)
class Words:
    """What a paper is written with: its language, the hall's zone, and names."""

    lang: str
    zone: str
    units: Callable[[int, int], str]
    reasons: Mapping[str, str]
    steps: Mapping[Step, object]

    def month(self, month: Month) -> str:
        if self.lang == "en":
            return str(format_date(month.first, "MMMM y", locale="en"))
        return str(format_date(month.first, "y年M月", locale="zh_Hans"))

    def short(self, month: Month) -> str:
        return f"{month.first:%y-%m}"

    def day(self, on: date) -> str:
        if self.lang == "en":
            return str(format_date(on, "d MMMM y", locale="en"))
        return str(format_date(on, "y年M月d日", locale="zh_Hans"))

    def moment(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self.zone))
        return f"{self.day(local.date())} {local:%H:%M}"

    def row(self, parts: Iterable[object]) -> str:
        return (", " if self.lang == "en" else "，").join(str(part) for part in parts)


def percent(share: float | None) -> str:
    """Write a share; nothing of nothing is a dash."""
    return "—" if share is None else f"{share * 100:.1f}%"


def bulletin(numbers: Numbers, words: Words, *, mark: str, now: datetime) -> Paper:
    """Set the bulletin of a month: its numbers with bars, cards by unit, every red card."""
    title = _("Bulletin of %(month)s", month=words.month(numbers.month))
    paper = Paper(title, numbers.month.text, mark, words.lang, now)
    paper.facts(headlines(numbers))
    paper.heading(_("Complaints filed, month by month"))
    paper.bars([(words.short(month), n) for month, n in numbers.filed_by_month])
    paper.heading(_("Where it got stuck"))
    paper.bars([(words.reasons.get(code, code), n) for code, n in numbers.reasons])
    paper.heading(_("Departments"))
    paper.table(
        (
            _("Department"),
            _("Answered"),
            _("of them late"),
            *(str(labels.LEVEL[v]) for v in SHOWN_LEVELS),
        ),
        [
            (
                words.units(unit.department_id, 0),
                str(unit.replied),
                str(unit.late),
                *(str(unit.cards[v]) for v in SHOWN_LEVELS),
            )
            for unit in numbers.units
        ],
    )
    paper.heading(_("Red cards"))
    _red_cards(paper, numbers.red, words)
    if numbers.findings:
        paper.heading(_("Samples that were looked at"))
        paper.facts((str(labels.FOUND[f]), str(n)) for f, n in _in_order(numbers))
    _end(paper)
    return paper


def headlines(numbers: Numbers) -> list[tuple[str, str]]:
    """Give the first numbers of a month, as the page and the paper show them."""
    total = numbers.totals
    return [
        (_("Complaints filed"), str(total.get("case.filed", 0))),
        (_("Accepted"), str(total.get("case.accepted", 0))),
        (_("Answered"), str(total.get("case.replied", 0))),
        (_("of them in time"), percent(numbers.in_time)),
        (_("Closed"), str(total.get("case.closed", 0))),
        (_("Solved, as complainants say"), percent(numbers.confirmed)),
        (_("Withdrawn"), str(total.get("case.withdrawn", 0))),
        (_("Ratings from 3 up"), percent(numbers.good)),
    ]


def _in_order(numbers: Numbers) -> list[tuple[Finding, int]]:
    return [(one, numbers.findings[one]) for one in Finding if numbers.findings[one]]


def letter(
    numbers: Numbers, department_id: int, words: Words, *, due_on: date, mark: str, now: datetime
) -> Paper:
    """Set the letter that tells one department what its month was, and what is asked of it."""
    name = words.units(department_id, 0)
    title = _("Letter on the month %(month)s", month=words.month(numbers.month))
    paper = Paper(title, numbers.month.text, mark, words.lang, now)
    mine = next((one for one in numbers.units if one.department_id == department_id), None)
    red = [card for card in numbers.red if card.department_id == department_id]
    paper.entry("", _("To: %(unit)s", unit=name))
    paper.entry(
        "",
        _(
            "Your department answered %(n)s cases in this month, %(late)s of them after the"
            " promised date.",
            n=mine.replied if mine else 0,
            late=mine.late if mine else 0,
        ),
    )
    paper.heading(_("Cards in force"))
    paper.facts((str(labels.LEVEL[v]), str(mine.cards[v] if mine else 0)) for v in SHOWN_LEVELS)
    paper.heading(_("Red cards"))
    _red_cards(paper, red, words)
    paper.heading(_("What is asked of you"))
    paper.entry(
        "",
        _(
            "Please look into each red card, write what will be changed so that the cause does"
            " not bring the next case, and answer by %(day)s.",
            day=words.day(due_on),
        ),
    )
    _end(paper)
    return paper


def _red_cards(paper: Paper, red: Iterable[CardRow], words: Words) -> None:
    rows = [
        (
            words.units(card.department_id, card.hall_id),
            card.number,
            words.row((words.steps[card.step], labels.why(card.level, card.cause))),
            words.moment(card.fell_due_at),
        )
        for card in red
    ]
    if rows:
        paper.table((_("Unit"), _("Case"), _("For"), _("Fell due")), rows, texts=True)
    else:
        paper.entry("", _("No red card in this month."))


def _end(paper: Paper) -> None:
    paper.note(_("Cards in force that were issued in the month; revoked ones are left out."))
    if paper.missing:
        signs = ", ".join(f"U+{ord(sign):04X} ×{n}" for sign, n in sorted(paper.missing.items()))
        paper.note(
            _("Characters this font has no shape for, written as 〓: %(signs)s", signs=signs)
        )
