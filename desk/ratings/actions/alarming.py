"""An alarm when too many bad ratings are called malicious: that is how bad ones disappear."""

from desk.access.permissions import Role
from desk.accounts.queries import people, seated
from desk.approvals.events import ApprovalDecided
from desk.approvals.words import ApprovalState
from desk.casework.queries.hearings import HEARD
from desk.casework.words import Verdict
from desk.notify.actions import Reader, tell
from desk.notify.notices import Notice
from desk.organisation.queries import home_day, region_ids_below
from desk.ratings.watched import Malicious, malicious_share


def alarm_of_malice(news: ApprovalDecided) -> None:
    """Tell the supervisors of the place, and of the regions above, once a month while it is so."""
    approval = news.approval
    called = approval.payload.get("verdict") == Verdict.MALICIOUS
    if approval.kind not in HEARD or approval.state is not ApprovalState.GRANTED or not called:
        return
    share = malicious_share(region_ids_below(approval.region_id), news.at)
    if not Malicious(share.n + 1, share.bad).is_alarming:
        return
    day = home_day(news.at)
    found = seated(Role.SUPERVISOR, day, region_id=approval.region_id, hall_id=0)
    readers = [
        Reader(user.id, user.lang, user.email_e is not None) for user, _actor in people(found, day)
    ]
    tell(
        Notice.RATING_ALARM,
        readers,
        region_id=approval.region_id,
        key=f"malicious/{day:%Y-%m}",
        context={"path": "/supervision/ratings/queue"},
        now=news.at,
    )
