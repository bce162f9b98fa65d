"""The file of a case on paper: the same words for the page that is printed and for the PDF."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _

from desk.casework import labels
from desk.casework.actions.revealing import Shown
from desk.casework.disclosure import tells_hour
from desk.casework.identity import PartyData
from desk.casework.models import CaseClock, Contact, Reply
from desk.casework.queries.attached import Attached
from desk.casework.queries.story import CasePage, Told
from desk.casework.words import MessageKind, Review
from desk.kernel.paper import Paper

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """What the file is written with: its language, the hall's zone, and names."""

    lang: str
    zone: str
    departments: Mapping[int, str]
    reasons: Mapping[str, str]
    causes: Mapping[str, str]

    def day(self, on: date) -> str:
        if self.lang == "en":
            return str(format_date(on, "EEE d MMMM y", locale="en"))
        return str(format_date(on, "y年M月d日 EEE", locale="zh_Hans"))

    def moment(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self.zone))
        return f"{self.day(local.date())} {local:%H:%M}"

    def name(self, row: object) -> str:
        if row is None:
            return ""
        zh, en = str(getattr(row, "name_zh", "")), str(getattr(row, "name_en", "") or "")
        return en or zh if self.lang == "en" else zh

    def row(self, words: Iterable[str]) -> str:
        return (", " if self.lang == "en" else "，").join(word for word in words if word)

    def after(self, head: str, rest: str) -> str:
        return f"{head}{': ' if self.lang == 'en' else '：'}{rest}" if rest else head


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing of the story: when, on which side, by whom; what was said, and its parts."""

    head: str
    text: str
    rows: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that is printed of a case."""

    number: str
    title: str
    who: Sequence[Row]
    facts: Sequence[Row]
    clocks: Sequence[Row]
    files: Sequence[Row]
    story: Sequence[Happened]
    made: str
    names: bool


def case_file(
    page: CasePage,
    files: Sequence[Attached],
    shown: Shown | None,
    words: Words,
    *,
    by: str,
    now: datetime,
) -> CaseFile:
    """Write the file as one person may read it; who the complainant is only where just `shown`."""
    told = [_happened(entry, words) for entry in page.told]
    return CaseFile(
        number=page.case.number,
        title=page.title or page.case.number,
        who=_filled(_who(shown)) if shown else (),
        facts=_filled(_facts(page, words)),
        clocks=[_clock(clock, words) for clock in page.context.clocks],
        files=[(one.name, words.moment(one.file.added_at)) for one in files],
        story=told,
        made=_("Printed on %(at)s by %(name)s", at=words.moment(now), name=by),
        names=shown is not None,
    )


def _filled(rows: Iterable[tuple[object, object]]) -> list[Row]:
    return [(str(term), str(value)) for term, value in rows if value not in (None, "")]


def _who(shown: Shown) -> Iterable[tuple[object, object]]:
    yield from _party(shown.party)
    if shown.agent:
        yield _("Filed by"), shown.agent.name
        yield _("Phone of the one who speaks"), shown.agent.phone


def _party(party: PartyData) -> Iterable[tuple[object, object]]:
    yield _("Name"), party.name
    yield _("Business"), party.org
    yield _("Credit code"), party.uscc
    yield _("Phone"), party.phone
    yield _("E-mail"), party.email


def _facts(page: CasePage, words: Words) -> Iterable[tuple[object, object]]:
    case, knows = page.case, page.knows
    hour = tells_hour(case.kind, knows=knows)
    yield _("Number"), case.number
    yield _("Status"), labels.STAFF_STATUS[case.status]
    yield _("How it came"), labels.CHANNEL[case.channel]
    yield (
        _("Sent on"),
        words.moment(case.filed_at) if hour else words.day(page.context.place.day(case.filed_at)),
    )
    if knows:
        yield _("Who may know"), labels.IDENTITY[case.identity_mode]
    yield _("Promised by"), words.day(case.promised_on) if case.promised_on else ""
    yield _("Item"), words.name(page.facts.item) or (case.item_words if knows else "")
    yield _("Where it got stuck"), words.reasons.get(case.reason or "", case.reason)
    yield _("Department"), words.name(page.facts.department)
    yield _("Handler"), page.names.get(case.handler_id or 0, "")
    if knows:
        yield _("Story"), case.story
        yield _("What should happen"), case.wish
        yield _("It is about"), case.named_text
    else:
        yield _("What the department has to solve"), case.brief
    yield _("Complexity"), labels.COMPLEXITY[case.complexity] if case.complexity else ""
    yield _("Outcome"), labels.OUTCOME[case.outcome] if case.outcome else ""
    yield _("Result"), labels.RESULT[case.result] if case.result else ""
    yield _("Root cause"), words.causes.get(case.root_cause or "", case.root_cause)
    yield (
        _("Responsible"),
        labels.RESPONSIBILITY[case.responsibility] if case.responsibility else "",
    )
    if page.lines:
        yield _("First line of its ledger"), page.lines[0].hash.hex()[:16]


def _clock(clock: CaseClock, words: Words) -> Row:
    term = str(labels.STEP[clock.step])
    if clock.stopped_at:
        kept = _("in time") if clock.met else _("late")
        return term, words.row([kept, words.moment(clock.stopped_at)])
    if clock.paused_at:
        return term, _("stands still since %(at)s", at=words.moment(clock.paused_at))
    return term, _("due %(at)s", at=words.moment(clock.due_at))


def _happened(entry: Told, words: Words) -> Happened:
    side = _("public") if entry.public else _("internal")
    who = entry.who or _("The desk")
    what, text, rows = "", entry.text, []
    if entry.message:
        about = (entry.message.payload or {}).get("move", "")
        note = entry.message.kind is MessageKind.NOTE
        what = _("Note") if note else str(labels.DONE.get(about, _("Message")))
        if entry.message.author_kind == "complainant":
            who = _("The complainant")
    elif entry.reply:
        what, text, rows = _reply(entry.reply), "", _parts(entry.reply)
    elif entry.contact:
        what, rows = _call(entry.contact, words), _said(entry.contact)
        who = entry.who or _("The complainant")
    elif entry.task:
        asked = "answer_task" if entry.text == entry.task.answer else "ask_task"
        what = words.after(
            str(labels.DONE[asked]), words.departments.get(entry.task.department_id, "")
        )
    elif entry.line:
        department = words.departments.get((entry.line.body or {}).get("department") or 0, "")
        what = words.after(str(labels.DONE.get(entry.line.what, entry.line.what)), department)
        if entry.promised_on:
            promised = _("promised by %(day)s", day=words.day(entry.promised_on))
            what = words.row([what, promised])
    return Happened(" · ".join((words.moment(entry.at), side, who, what)), text, rows)


def _reply(reply: Reply) -> str:
    review = _("under review")
    if reply.review is not None:
        review = _("sent back") if reply.review is Review.SENT_BACK else _("approved")
    outcome = labels.OUTCOME[reply.outcome]
    return str(_("Reply: %(outcome)s, %(review)s", outcome=outcome, review=review))


def _parts(reply: Reply) -> list[Row]:
    return _filled(
        (
            (_("What was found"), reply.facts),
            (_("On what rule"), reply.basis),
            (_("What was done"), reply.action),
            (_("What comes next"), reply.next_step),
            (_("Whom to ask"), reply.contact),
            (_("What shows that it is done"), reply.evidence),
            (_("Sent back because"), reply.missing),
        )
    )


def _call(contact: Contact, words: Words) -> str:
    reached = _("reached") if contact.reached else _("not reached")
    way = str(labels.CONTACT_WAY[contact.channel])
    return words.after(str(labels.CONTACT[contact.kind]), words.row([way, reached]))


def _said(contact: Contact) -> list[Row]:
    if contact.solved is None:
        return []
    scores = (
        _(
            "result %(result)s of 5, attitude %(attitude)s of 5",
            result=contact.result_score,
            attitude=contact.attitude_score,
        )
        if contact.result_score
        else ""
    )
    return _filled([(_("Is it solved?"), labels.SOLVED[contact.solved]), ("", scores)])


def as_pdf(file: CaseFile, *, lang: str, now: datetime) -> bytes:
    """Set the file as a PDF; characters that its font lacks are named at the end."""
    paper = Paper(file.title, file.number, file.made, lang, now)
    if file.who:
        paper.heading(_("Who"))
        paper.facts(file.who)
    paper.heading(_("The case"))
    paper.facts(file.facts)
    if file.clocks:
        paper.heading(_("Clocks"))
        paper.facts(file.clocks)
    if file.files:
        paper.heading(_("Files"))
        paper.facts(file.files)
    paper.heading(_("What happened"))
    for one in file.story:
        paper.entry(one.head, one.text, one.rows)
    paper.note(about_names(names=file.names))
    if paper.missing:
        paper.note(_missing(paper))
    return paper.output()


def about_names(*, names: bool) -> str:
    """Say whether the file tells who the complainant is."""
    if names:
        return str(_("This file tells who the complainant is. Keep it where nobody else reads it."))
    return str(_("Names and contact data are not printed."))


def _missing(paper: Paper) -> str:
    signs = ", ".join(f"U+{ord(sign):04X} ×{n}" for sign, n in sorted(paper.missing.items()))
    return str(_("Characters this font has no shape for, written as 〓: %(signs)s", signs=signs))
