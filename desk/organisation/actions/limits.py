"""Setting how long a step may take, from a day on. What held before stays as it was."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.organisation.limits import ANY, EVERY_HALL, RuleKey, best
from desk.organisation.models import Hall, Region, SlaRule
from desk.organisation.queries import Limit, forget_kept, rules_of
from desk.worktime.deadline import LONGEST_LIMIT

COMPLEXITIES = (ANY, "simple", "general", "complex", "special")
PARTIES = (ANY, "individual", "business")


def set_limit(
    region: Region, key: RuleKey, limit: Limit, *, active_from: date, today: date
) -> SlaRule:
    """Let another limit hold from a day on, today at the earliest; the one before it ends.

    Raises Invalid for something that has no limit, for one out of range and for a day that has
    passed; Conflict when a limit for the same begins on that day already or later.
    """
    _check_key(region, key)
    if not 1 <= limit.n <= LONGEST_LIMIT:
        raise Invalid(_l("Give 1 to %(most)s.", most=LONGEST_LIMIT), field="n")
    if active_from < today:
        raise Invalid(
            _l("A limit can begin today at the earliest: what held before stays as it was."),
            field="active_from",
        )
    same = _same(region, key)
    if any(rule.active_from >= active_from for rule in same):
        raise Conflict(
            _l("Another limit for the same begins on that day or later. Take that one back first.")
        )
    for rule in same:
        if rule.active_to is None or rule.active_to >= active_from:
            rule.active_to = active_from - timedelta(days=1)
    made = SlaRule(
        region_id=region.id,
        hall_id=key.hall_id,
        step=key.step,
        complexity=key.complexity,
        party=key.party,
        limit_n=limit.n,
        unit=limit.unit,
        active_from=active_from,
    )
    db.session.add(made)
    db.session.flush()
    forget_kept()
    return made


def take_back_limit(region: Region, rule_id: int, *, today: date) -> SlaRule:
    """Take back a limit that does not hold yet; the one it would have ended goes on.

    Raises NotFound for one of another region, Conflict once it holds.
    """
    rule = db.session.get(SlaRule, rule_id)
    if rule is None or rule.region_id != region.id:
        raise NotFound(_l("There is no such limit."))
    if rule.active_from <= today:
        raise Conflict(_l("This limit holds already. Set another one from a later day."))
    for before in _same(region, RuleKey(rule.step, rule.hall_id, rule.complexity, rule.party)):
        if before.active_to == rule.active_from - timedelta(days=1):
            before.active_to = None
    db.session.delete(rule)
    db.session.flush()
    forget_kept()
    return rule


def end_limit(region: Region, rule_id: int, *, last_on: date, today: date) -> SlaRule:
    """Let a limit end, so that a more general one holds again.

    Raises Invalid for a day that has passed, Conflict when nothing would hold in its place.
    """
    rule = db.session.get(SlaRule, rule_id)
    if rule is None or rule.region_id != region.id:
        raise NotFound(_l("There is no such limit."))
    if last_on < today:
        raise Invalid(_l("Choose today or a later day."), field="last_on")
    if rule.active_to is not None:
        raise Conflict(_l("This limit ends already."))
    key = RuleKey(rule.step, rule.hall_id, rule.complexity, rule.party)
    own = (key, rule.active_from)
    others = [other for other in rules_of(region) if (other.key, other.active_from) != own]
    after = last_on + timedelta(days=1)
    if any(best(others, asked, after) is None for asked in _meant_by(key)):
        raise Conflict(_l("Nothing else says how long this may take. Set another limit instead."))
    rule.active_to = last_on
    db.session.flush()
    forget_kept()
    return rule


def _meant_by(key: RuleKey) -> list[RuleKey]:
    """List every single thing a rule speaks of."""
    kinds = COMPLEXITIES[1:] if key.complexity == ANY else (key.complexity,)
    parties = PARTIES[1:] if key.party == ANY else (key.party,)
    return [RuleKey(key.step, key.hall_id, kind, party) for kind in kinds for party in parties]


def _same(region: Region, key: RuleKey) -> list[SlaRule]:
    return list(
        db.session.scalars(
            select(SlaRule).where(
                SlaRule.region_id == region.id,
                SlaRule.hall_id == key.hall_id,
                SlaRule.step == key.step,
                SlaRule.complexity == key.complexity,
                SlaRule.party == key.party,
            )
        )
    )


def _check_key(region: Region, key: RuleKey) -> None:
    """Raise Invalid unless this is something that has a limit here."""
    if key.step not in {rule.key.step for rule in rules_of(region)}:
        raise Invalid(_l("Choose a step from the list."), field="step")
    if key.complexity not in COMPLEXITIES:
        raise Invalid(_l("Choose how complex from the list."), field="complexity")
    if key.party not in PARTIES:
        raise Invalid(_l("Choose from the list whom it is for."), field="party")
    if key.hall_id != EVERY_HALL:
        hall = db.session.get(Hall, key.hall_id)
        if hall is None or hall.region_id != region.id:
            raise Invalid(_l("Choose a hall from the list."), field="hall")
