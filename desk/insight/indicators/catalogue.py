"""K: what the catalogue promises, counted over the items offered on a day."""

from flask_babel import lazy_gettext as _l

from desk.insight.indicators.definition import NOT_RECORDED, Direction, Indicator, Unit, ones
from desk.insight.indicators.handling import LEFT_OUT

UP, DOWN = Direction.UP, Direction.DOWN
OFFERED = "item.offered"
NOT_OFFERED = _l("Items that are no longer offered.")

COMPRESSION = Indicator(
    "K1",
    _l("Shorter than the law allows"),
    _l(
        "(Sum of the legal limits − sum of the promises) ÷ sum of the legal limits, in working "
        "days; a calendar day counts as 5/7."
    ),
    ones("item.days_saved"),
    ones("item.days_by_law"),
    UP,
    _l("Items without one of the two limits, and items another level decides."),
)
INSTANT = Indicator(
    "K2",
    _l("Done at once"),
    _l("Items done while one waits ÷ items offered."),
    ones("item.instant"),
    ones(OFFERED),
    UP,
    NOT_OFFERED,
)
ONE_VISIT = Indicator(
    "K3",
    _l("At most one visit"),
    _l("Items that need no visit or one ÷ items that state how many they need."),
    ones("item.one_visit", "item.no_visit"),
    ones("item.visits_stated"),
    UP,
    NOT_OFFERED,
)
NO_VISIT = Indicator(
    "K4",
    _l("No visit"),
    _l("Items that need no visit ÷ items that state how many they need."),
    ones("item.no_visit"),
    ones("item.visits_stated"),
    UP,
    NOT_OFFERED,
)
VISITS = Indicator(
    "K5",
    _l("Visits promised, mean"),
    _l("Visits the items say they need, added up ÷ items that state how many they need."),
    ones("item.visits"),
    ones("item.visits_stated"),
    DOWN,
    NOT_OFFERED,
    Unit.PER_CASE,
)
ONLINE = Indicator(
    "K6",
    _l("Online"),
    _l("Items that can be applied for online ÷ items offered."),
    ones("item.online"),
    ones(OFFERED),
    UP,
    NOT_OFFERED,
)
PROVINCIAL = Indicator(
    "K7",
    _l("On the provincial net"),
    _l("Items that can be applied for on the net of the province ÷ items offered."),
    ones("item.provincial"),
    ones(OFFERED),
    UP,
    NOT_OFFERED,
    missing=NOT_RECORDED,
)
VISITS_MEASURED = Indicator(
    "K8",
    _l("Visits as complainants count them, mean"),
    _l("Visits complainants say they made, added up ÷ complaints that say so."),
    ones("visits.sum"),
    ones("visits.said"),
    DOWN,
    LEFT_OUT,
    Unit.PER_CASE,
)

CATALOGUE = (
    COMPRESSION, INSTANT, ONE_VISIT, NO_VISIT, VISITS, ONLINE, PROVINCIAL, VISITS_MEASURED,
)  # fmt: skip
