"""How cases go: a few scripts of beats, each with who takes it and how long they take."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from random import Random

from desk.casework.situation import StepData
from desk.casework.words import (
    Complexity,
    ContactKind,
    Outcome,
    Responsibility,
    Solved,
)
from desk.casework.workflow import Move
from desk.demo.words import CONTACT, EVIDENCE, REPLIES

EMPTY = StepData(version=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happens: a step, a call, or (with neither) a message."""

    who: str
    after: timedelta
    move: Move | None = None
    contact: tuple[ContactKind, bool] | None = None
    data: StepData = field(default=EMPTY)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a script needs to know of a case."""

    item_id: int
    department_id: int
    reason: str
    anonymous: bool
    hidden: bool
    lang: int


def complaint(matter: Matter, rng: Random) -> Iterator[Beat]:
    """Choose how a complaint goes, and tell it beat by beat."""
    draw = rng.random()
    late = rng.random() < 0.09
    if draw < 0.05:
        answered = rng.random() < 0.7
        yield from _supplement(matter, rng, answered=answered)
        if not answered:
            return
    if 0.05 <= draw < 0.08:
        yield _withdrawn(matter, rng.uniform(2, 20) * HOUR)
        return
    yield from _to_reply(matter, rng, late=late, outcome=_outcome(draw))
    if rng.random() < 0.06:
        yield _sent_back(matter)
        yield _contact_and_reply(matter, rng, _outcome(draw))
    yield _approved(matter, rng, _outcome(draw))
    yield from _ending(matter, rng, _outcome(draw))


def stalled(matter: Matter, rng: Random, steps: int) -> Iterator[Beat]:
    """Tell how a complaint takes a few steps and is then left alone."""
    yield from islice(_to_reply(matter, rng, late=False, outcome=Outcome.DONE), steps)


def rectification(matter: Matter, rng: Random) -> Iterator[Beat]:
    """Tell how a bad rating is verified, put right and asked about."""
    yield Beat("clerk", rng.uniform(1, 6) * HOUR, contact=(ContactKind.VERIFY, True))
    yield Beat(
        "clerk2",
        rng.uniform(20, 26) * HOUR,
        Move.DISPATCH,
        data=StepData(
            version=1,
            department_id=matter.department_id,
            brief=(
                "窗口服务被评为不满意，请核对当日流程并整改。",
                "A service was rated bad; check the day's work and put it right.",
            )[matter.lang],
        ),
    )
    yield Beat("handler", rng.uniform(1, 4) * HOUR, Move.SIGN)
    yield _contact_and_reply(matter, rng, Outcome.DONE)
    yield Beat(
        "supervisor",
        rng.uniform(2, 8) * HOUR,
        Move.APPROVE_REPLY,
        data=StepData(version=1, root_cause=matter.reason, responsibility=Responsibility.STAFF),
    )
    yield _closed(rng, Solved.YES)


def _outcome(draw: float) -> Outcome:
    if draw > 0.9:
        return Outcome.EXPLAINED
    return Outcome.PART if draw > 0.82 else Outcome.DONE


def _supplement(matter: Matter, rng: Random, *, answered: bool) -> Iterator[Beat]:
    text = (
        "请补充当日的受理凭证或照片；没有凭证的，写明窗口号和时间即可。其余材料已齐。",
        "Please add the slip or a photo of it. Without one, write the window and the time. Nothing else is missing.",
    )[matter.lang]
    yield Beat(
        "clerk", rng.uniform(1, 5) * HOUR, Move.ASK_SUPPLEMENT, data=StepData(version=1, text=text)
    )
    if answered:
        said = ("凭证找到了，是6号窗口，上午十点左右。", "I found the slip: window 6, about ten.")
        yield Beat(
            "complainant",
            rng.uniform(5, 60) * HOUR,
            Move.SUPPLY,
            data=StepData(version=1, text=said[matter.lang]),
        )
    else:
        yield Beat("system", timedelta(days=24), Move.LAPSE_SUPPLEMENT)


def _withdrawn(matter: Matter, after: timedelta) -> Beat:
    text = ("窗口已经主动联系我办好了。", "The window called me and it has been done.")[matter.lang]
    return Beat("complainant", after, Move.WITHDRAW, data=StepData(version=1, text=text))


def _to_reply(matter: Matter, rng: Random, *, late: bool, outcome: Outcome) -> Iterator[Beat]:
    complexity = rng.choices(
        (Complexity.SIMPLE, Complexity.GENERAL, Complexity.COMPLEX), (15, 65, 20)
    )[0]
    yield Beat(
        "clerk",
        rng.uniform(0.3, 6) * HOUR,
        Move.ACCEPT,
        data=StepData(version=1, complexity=complexity, item_id=matter.item_id),
    )
    brief = (
        "请核对该事项的收件要求，一次性告知并办理。",
        "Check what this item needs, tell it once, and get it done.",
    )[matter.lang]
    yield Beat(
        "clerk",
        rng.uniform(0.1, 2) * HOUR,
        Move.DISPATCH,
        data=StepData(
            version=1,
            department_id=matter.department_id,
            brief=brief if matter.hidden else None,
        ),
    )
    yield Beat("handler", rng.uniform(0.3, 3) * HOUR, Move.SIGN)
    if not matter.anonymous:
        yield Beat("handler", rng.uniform(0.3, 4) * HOUR, contact=(ContactKind.FIRST, True))
    if rng.random() < 0.2:
        asked = ("请问现在办到哪一步了？", "How far has this got?")[matter.lang]
        yield Beat("complainant", rng.uniform(4, 20) * HOUR, data=StepData(version=1, text=asked))
    wait = rng.uniform(5, 9) * DAY if late else rng.uniform(2, 30) * HOUR
    yield _reply(matter, wait, outcome)


def _reply(matter: Matter, after: timedelta, outcome: Outcome) -> Beat:
    parts = [part[matter.lang] for part in REPLIES[outcome.value]]
    return Beat(
        "handler",
        after,
        Move.SUBMIT_REPLY,
        data=StepData(
            version=1,
            facts=parts[0],
            basis=parts[1],
            action=parts[2],
            next_step=parts[3],
            contact=CONTACT[matter.lang],
            evidence=EVIDENCE[matter.lang],
            outcome=outcome,
        ),
    )


def _contact_and_reply(matter: Matter, rng: Random, outcome: Outcome) -> Beat:
    return _reply(matter, rng.uniform(4, 30) * HOUR, outcome)


def _sent_back(matter: Matter) -> Beat:
    text = ("没有写依据的条款号，请补充。", "The article is missing from the basis; add it.")
    return Beat("lead", 3 * HOUR, Move.SEND_BACK, data=StepData(version=1, text=text[matter.lang]))


def _approved(matter: Matter, rng: Random, outcome: Outcome) -> Beat:
    refused = outcome is Outcome.EXPLAINED
    return Beat(
        "supervisor" if refused else "lead",
        rng.uniform(1, 7) * HOUR,
        Move.APPROVE_REPLY,
        data=StepData(
            version=1,
            root_cause=matter.reason,
            responsibility=rng.choice(list(Responsibility)),
        ),
    )


def _ending(matter: Matter, rng: Random, outcome: Outcome) -> Iterator[Beat]:
    if outcome is Outcome.EXPLAINED and rng.random() < 0.4:
        text = (
            "反映人不认可，已告知复议途径。",
            "The complainant disagrees; review was explained.",
        )
        yield Beat(
            "supervisor",
            3 * DAY,
            Move.CLOSE_UNSOLVED,
            data=StepData(version=1, text=text[matter.lang]),
        )
        return
    if matter.anonymous:
        yield Beat("system", timedelta(days=24), Move.LAPSE_CONFIRM)
        return
    if rng.random() < 0.08:
        text = ("证书上的面积写错了，请更正。", "The area on the certificate is wrong.")
        yield Beat(
            "complainant",
            rng.uniform(3, 40) * HOUR,
            Move.REDO,
            data=StepData(version=1, text=text[matter.lang]),
        )
        yield _contact_and_reply(matter, rng, Outcome.DONE)
        yield _approved(matter, rng, Outcome.DONE)
    if rng.random() < 0.07:
        for _ in range(3):
            yield Beat("clerk2", 26 * HOUR, contact=(ContactKind.FOLLOW_UP, False))
        yield Beat("clerk2", HOUR, Move.CLOSE_UNCONFIRMED)
        return
    if rng.random() < 0.25:
        yield Beat(
            "complainant",
            rng.uniform(2, 50) * HOUR,
            Move.CONFIRM,
            data=StepData(version=1, solved=Solved.YES),
        )
        return
    yield _closed(rng, Solved.YES if outcome is Outcome.DONE or rng.random() < 0.5 else Solved.PART)


def _closed(rng: Random, solved: Solved) -> Beat:
    return Beat(
        "clerk2",
        rng.uniform(4, 30) * HOUR,
        Move.CLOSE_SOLVED,
        data=StepData(
            version=1,
            in_time=rng.random() < 0.93,
            solved=solved,
            result_score=rng.choice((3, 4, 5, 5)),
            attitude_score=rng.choice((4, 5, 5)),
        ),
    )
