"""W7 to W9, W14 to W16, W18 to W20: what came of complaints, as those say who filed them."""

from fractions import Fraction

from flask_babel import lazy_gettext as _l

from desk.insight.indicators.definition import (
    HALF,
    NOT_RECORDED,
    ONE,
    Direction,
    Indicator,
    Method,
    Unit,
    ones,
)
from desk.insight.indicators.handling import ACCEPTED, FILED, LEFT_OUT

UP, DOWN, NEITHER = Direction.UP, Direction.DOWN, Direction.NEITHER
ANSWERED = ("follow.yes", "follow.part", "follow.no")

SOLVED = Indicator(
    "W7",
    _l("Solved, as complainants say"),
    _l("(Answers “solved” + half of “partly”) ÷ all answers to the question whether it is solved."),
    {"follow.yes": ONE, "follow.part": HALF},
    ones(*ANSWERED),
    UP,
    LEFT_OUT,
)
CLAIMED = Indicator(
    "W7b",
    _l("Solved, as the units say"),
    _l(
        "(Replies “done” + half of “partly done”) ÷ the same answers as for W7: what the unit had "
        "claimed about those complaints. A gap to W7 is an alarm."
    ),
    {"claim.done": ONE, "claim.part": HALF},
    ones(*ANSWERED),
    NEITHER,
    LEFT_OUT,
)
SATISFIED = Indicator(
    "W8",
    _l("Satisfied with the result"),
    _l("Answers of 3 to 5 on the result ÷ all answers on the result."),
    ones("follow.satisfied"),
    ones("follow.scored"),
    UP,
    LEFT_OUT,
)
COMPOSITE = Indicator(
    "W9",
    _l("Three rates together"),
    _l("0.2 × first contact in time + 0.4 × solved + 0.4 × satisfied."),
    {},
    {},
    UP,
    LEFT_OUT,
    method=Method.MIX,
    mix={"W6": Fraction(1, 5), "W7": Fraction(2, 5), "W8": Fraction(2, 5)},
)
FOLLOWED_UP = Indicator(
    "W14",
    _l("Followed up"),
    _l("Complaints closed after somebody asked, or the complainant said so ÷ complaints closed."),
    ones("closed.followed"),
    ones("closed"),
    UP,
    LEFT_OUT,
)
REACHED = Indicator(
    "W14b",
    _l("Reached"),
    _l("Follow-ups in which the complainant was reached ÷ follow-ups tried."),
    ones("follow.reached"),
    ones("follow.tried"),
    UP,
    LEFT_OUT,
)
REPEATS = Indicator(
    "W15",
    _l("Filed again"),
    _l(
        "Complaints by the same party about the same item within 90 days of an earlier one ÷ "
        "complaints filed."
    ),
    ones("repeat"),
    ones(FILED),
    DOWN,
    LEFT_OUT,
)
FIRST_TIME = Indicator(
    "W16",
    _l("Solved the first time"),
    _l(
        "Complaints closed as solved in one round and not filed again within 30 days so far ÷ "
        "complaints closed."
    ),
    ones("closed.first_time"),
    ones("closed"),
    UP,
    LEFT_OUT,
)
CARDS = Indicator(
    "W18",
    _l("Cards per 100 cases"),
    _l("Blue, yellow and red cards issued and not revoked ÷ complaints accepted × 100."),
    ones("card.blue", "card.yellow", "card.red"),
    ones(ACCEPTED),
    DOWN,
    LEFT_OUT,
    Unit.PER_HUNDRED,
)
AUDITED = Indicator(
    "W19",
    _l("Closings overturned"),
    _l("Closings that an audit overturned ÷ closings audited."),
    ones("audit.overturned"),
    ones("audit.done"),
    DOWN,
    LEFT_OUT,
)
IMPROVED = Indicator(
    "W20",
    _l("Improvement items done"),
    _l("Improvement items done by their day ÷ (all done + those still open after it)."),
    ones("improvement.met"),
    ones("improvement.done", "improvement.owed"),
    UP,
    _l("Nothing."),
)
FEWER_REPEATS = Indicator(
    "W20b",
    _l("Fewer cases of the same kind"),
    _l(
        "1 − complaints of the same item and cause in the 90 days after an improvement item was "
        "done ÷ those in the 90 days before it was opened."
    ),
    ones("improvement.after"),
    ones("improvement.before"),
    UP,
    _l("Improvement items done less than 90 days ago, or without an item and a cause."),
    method=Method.REST,
    missing=NOT_RECORDED,
)

OUTCOMES = (
    SOLVED, CLAIMED, SATISFIED, COMPOSITE, FOLLOWED_UP, REACHED, REPEATS, FIRST_TIME, CARDS,
    AUDITED, IMPROVED, FEWER_REPEATS,
)  # fmt: skip
