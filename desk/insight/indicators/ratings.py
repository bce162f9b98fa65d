"""E: what is made of ratings, and of the bad ones that are put right."""

from fractions import Fraction

from flask_babel import lazy_gettext as _l

from desk.insight.indicators.definition import Direction, Indicator, Unit, ones

UP, DOWN, NEITHER = Direction.UP, Direction.DOWN, Direction.NEITHER
ALL_LEVELS = tuple(f"rating.level.{n}" for n in (5, 4, 3, 2, 1))
CORE_TAGS = "rating.tag"
"""Measures `rating.tag.<place>`: the most, second and third most chosen tags of bad ratings."""

EFFECTIVE = _l("Test ratings and ratings that were set aside.")
OWN = _l(
    "Test ratings, and ratings that were set aside before they became a case. One set aside by its "
    "finding or by an objection stays counted: it was worked on."
)

REACH = Indicator(
    "E1",
    _l("Items that can be rated"),
    _l("Items of the catalogue whose services can be rated ÷ items offered on the day."),
    ones("item.ratable"),
    ones("item.offered"),
    UP,
    _l("Items that are no longer offered."),
)
RATED = Indicator(
    "E2",
    _l("Services rated"),
    _l("Ratings given by those served ÷ service occasions. Silence is never a rating."),
    ones(*ALL_LEVELS),
    ones("event"),
    UP,
    EFFECTIVE,
)
GOOD = Indicator(
    "E3",
    _l("Good ratings"),
    _l("Ratings “very satisfied”, “satisfied” and “basically satisfied” ÷ all ratings."),
    ones(*ALL_LEVELS[:3]),
    ones(*ALL_LEVELS),
    UP,
    EFFECTIVE,
)
STRICT = Indicator(
    "E4",
    _l("Good ratings, strict"),
    _l("Ratings “very satisfied” and “satisfied” ÷ all ratings."),
    ones(*ALL_LEVELS[:2]),
    ones(*ALL_LEVELS),
    UP,
    EFFECTIVE,
)
BAD = Indicator(
    "E5",
    _l("Bad ratings"),
    _l("Ratings “dissatisfied” and “very dissatisfied” ÷ all ratings."),
    ones(*ALL_LEVELS[3:]),
    ones(*ALL_LEVELS),
    DOWN,
    EFFECTIVE,
)
BAD_PER_SERVICE = Indicator(
    "E5b",
    _l("Bad ratings per 10,000 services"),
    _l("Ratings “dissatisfied” and “very dissatisfied” ÷ service occasions × 10,000."),
    ones(*ALL_LEVELS[3:]),
    ones("event"),
    DOWN,
    EFFECTIVE,
    Unit.PER_TEN_THOUSAND,
)
SCORE = Indicator(
    "E6",
    _l("Score"),
    _l("Mean of the levels 1 to 5, times two: 10 is best, 2 is worst."),
    {level: Fraction(2 * int(level[-1])) for level in ALL_LEVELS},
    ones(*ALL_LEVELS),
    UP,
    EFFECTIVE,
    Unit.POINTS,
)
VERIFIED = Indicator(
    "E7",
    _l("Bad ratings verified"),
    _l(
        "Bad ratings that were verified ÷ (bad ratings that were verified + those not verified "
        "although the day for the call has passed)."
    ),
    ones("bad.verified"),
    ones("bad.verified", "bad.verify.owed"),
    UP,
    OWN,
)
RECTIFIED = Indicator(
    "E8",
    _l("Bad ratings put right"),
    _l("Bad ratings found true or partly true and put right ÷ all found true or partly true."),
    ones("bad.true.rectified"),
    ones("bad.true"),
    UP,
    OWN,
)
RECTIFIED_IN_TIME = Indicator(
    "E9",
    _l("Put right in time"),
    _l("Bad ratings put right by their date ÷ (all put right + those still owed after it)."),
    ones("rectify.met"),
    ones("rectify.done", "rectify.owed"),
    UP,
    OWN,
)
CALLED_BACK = Indicator(
    "E10",
    _l("Bad ratings with a name, called back"),
    _l("Bad ratings given with a name whose rater was reached ÷ all given with a name."),
    ones("bad.named.called"),
    ones("bad.named"),
    UP,
    OWN,
)
SECOND_ROUND = Indicator(
    "E11",
    _l("Satisfied after putting right"),
    _l("Answers of 3 or more to the call after putting right ÷ all such answers."),
    ones("rectify.satisfied"),
    ones("rectify.answered"),
    UP,
    OWN,
)
APPEALS_UPHELD = Indicator(
    "E12",
    _l("Objections to ratings upheld"),
    _l("Objections of units to a rating that two supervisors upheld ÷ objections decided."),
    ones("bad.appeal.upheld"),
    ones("bad.appeal.decided"),
    NEITHER,
    OWN,
)
MALICIOUS = Indicator(
    "E12b",
    _l("Malicious ratings"),
    _l("Bad ratings that two supervisors found malicious ÷ bad ratings with a finding."),
    ones("bad.malicious"),
    ones("bad.verified"),
    NEITHER,
    OWN,
)
TOP_TAGS = Indicator(
    "E13",
    _l("Three most chosen complaints"),
    _l("The three tags chosen most often with bad ratings ÷ all tags chosen with them."),
    ones(f"{CORE_TAGS}.first", f"{CORE_TAGS}.second", f"{CORE_TAGS}.third"),
    ones(f"{CORE_TAGS}.all"),
    NEITHER,
    EFFECTIVE,
)

RATINGS = (
    REACH, RATED, GOOD, STRICT, BAD, BAD_PER_SERVICE, SCORE, VERIFIED, RECTIFIED, RECTIFIED_IN_TIME,
    CALLED_BACK, SECOND_ROUND, APPEALS_UPHELD, MALICIOUS, TOP_TAGS,
)  # fmt: skip
