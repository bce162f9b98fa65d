"""What staff are told of, as one table: each kind, its usual way, whether it may be off."""

from dataclasses import dataclass
from enum import StrEnum


class Notice(StrEnum):
    """The kinds. A name is part of what the database keeps."""

    ASSIGNED = "assigned"
    RETURNED = "returned"
    DECISION = "decision"
    DECIDED = "decided"
    MENTION = "mention"
    MESSAGE = "message"
    REMINDER = "reminder"
    AMBER = "amber"
    CARD = "card"
    URGED = "urged"
    SUPERVISED = "supervised"
    ESCALATED = "escalated"
    TASK = "task"
    TASK_ANSWERED = "task_answered"
    ORDER_ANSWERED = "order_answered"
    STAND_IN = "stand_in"
    CALL = "call"
    REPORT = "report"
    ALARM = "alarm"
    RATING_ALARM = "rating_alarm"


class Way(StrEnum):
    """How somebody is told. All but `off` stand in the desk; two of them come by mail as well."""

    IN_APP = "in_app"
    MAIL = "mail"
    DIGEST = "digest"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind is told unless the person chose otherwise; some may not be switched off."""

    way: Way
    may_be_off: bool


KINDS = {
    Notice.ASSIGNED: Kind(Way.IN_APP, may_be_off=True),
    Notice.RETURNED: Kind(Way.DIGEST, may_be_off=False),
    Notice.DECISION: Kind(Way.DIGEST, may_be_off=False),
    Notice.DECIDED: Kind(Way.IN_APP, may_be_off=True),
    Notice.MENTION: Kind(Way.IN_APP, may_be_off=True),
    Notice.MESSAGE: Kind(Way.IN_APP, may_be_off=True),
    Notice.REMINDER: Kind(Way.IN_APP, may_be_off=True),
    Notice.AMBER: Kind(Way.DIGEST, may_be_off=False),
    Notice.CARD: Kind(Way.MAIL, may_be_off=False),
    Notice.URGED: Kind(Way.DIGEST, may_be_off=False),
    Notice.SUPERVISED: Kind(Way.MAIL, may_be_off=False),
    Notice.ESCALATED: Kind(Way.MAIL, may_be_off=False),
    Notice.TASK: Kind(Way.DIGEST, may_be_off=False),
    Notice.TASK_ANSWERED: Kind(Way.IN_APP, may_be_off=True),
    Notice.ORDER_ANSWERED: Kind(Way.IN_APP, may_be_off=True),
    Notice.STAND_IN: Kind(Way.MAIL, may_be_off=False),
    Notice.CALL: Kind(Way.IN_APP, may_be_off=True),
    Notice.REPORT: Kind(Way.MAIL, may_be_off=True),
    Notice.ALARM: Kind(Way.MAIL, may_be_off=False),
    Notice.RATING_ALARM: Kind(Way.MAIL, may_be_off=False),
}


def ways_for(kind: Notice) -> tuple[Way, ...]:
    """List the ways somebody may choose for a kind."""
    return tuple(Way) if KINDS[kind].may_be_off else tuple(way for way in Way if way is not Way.OFF)
