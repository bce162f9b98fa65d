"""What the demo's desk has published: cases retold, praise with leave, and one being read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from desk.access.actors import complainant_of
from desk.accounts.queries import actor_of
from desk.casework.models import Case
from desk.casework.queries.scope import may_see
from desk.casework.words import IdentityMode, Kind, Result, Status
from desk.demo.place import Place
from desk.kernel.db import db
from desk.kernel.errors import DeskError
from desk.publishing import actions
from desk.publishing.actions import Text
from desk.publishing.words import PublicationKind

K = PublicationKind
TRIED = 60
Story = tuple[PublicationKind, str, str, str, str | None, str]
STORIES: tuple[Story, ...] = (
    (K.CASE, "材料一次说不全，跑了三趟",
     "窗口一次只说缺一样，跑了三趟才说全，都没有书面通知。",
     "当天收件，第二天办结，并向当事人说明原因、道歉。",
     "补正通知改为系统打印，一次列全。同类反映从每月9件降到2件。", "已解决，基本满意。"),
    (K.PRAISE, "少一页票据，没让老人再跑",
     "老人的票据缺一页，原要回外省补开。",
     "窗口用跨省协查函调到了票据，老人一趟没跑。",
     "协查函写进办事指南，谁都可以申请。", "已解决，非常满意，同意公开。"),
    (K.CASE, "两个部门互相推，谁都不收",
     "两个部门都说归对方管，材料来回退了两次。",
     "督查裁定由其中一个部门牵头，三个工作日办结。",
     "分工写进清单，窗口照单收件。", "已解决，满意。"),
    (K.CASE, "网上交不上去，窗口也不收",
     "网上提交总报错，到窗口又让回网上办。",
     "窗口当场收件代录，系统故障两天后修好。",
     "系统出错时窗口一律先收件。", "部分解决，还希望网上更稳。"),
    (K.PRAISE, "提前三天办好，还打电话告知",
     "急着用证，担心赶不上。",
     "承办人加快核对，比承诺提前三天办好，主动打电话告知。",
     None, "已解决，非常满意，同意公开。"),
    (K.CASE, "过了承诺日期没人说",
     "过了承诺日期一个星期，没有人联系，也查不到进度。",
     "当天查明是转办时漏登，两天内办结并道歉。",
     "系统在到期前一天自动提醒承办人。", "已解决，基本满意。"),
    (K.PRAISE, "把要带的一次写清楚了",
     "手续多，怕漏带材料。",
     "窗口一次写清要带的材料和先后顺序，一趟就办好了。",
     "这张清单现在放在各窗口。", "已解决，满意，同意公开。"),
)  # fmt: skip
WAITING: Story = (K.CASE, "指南说可以，窗口说不行",
           "办事指南写明可以代办，窗口要求本人到场。",
           "核对后由代办人办结，窗口人员重新培训。", None, "已解决。")  # fmt: skip
WITHDRAWN: Story = (K.PRAISE, "周末也有人办", "平时上班，没有时间来。",
             "窗口安排在周末办理，一次办好。", None, "已解决，满意，同意公开。")  # fmt: skip


@dataclass
class Telling:
    """Lets the window write and two supervisors read, each with the desk's own actions."""

    place: Place
    now: datetime

    def __post_init__(self) -> None:
        today = self.now.date()
        staff = {login: actor_of(user, today) for login, user in self.place.staff.items()}
        self.clerk = staff["clerk"]
        self.readers = (staff["supervisor"], staff["supervisor2"])
        self.cases = self._cases()

    def happen(self) -> None:
        """Publish some, take one down when its leave is taken back, leave one to be read."""
        for n, story in enumerate(reversed(STORIES)):
            at = self.now - timedelta(days=3 * (len(STORIES) - n), hours=5)
            self._tell(story, at, readers=2)
        told = self._tell(WITHDRAWN, self.now - timedelta(days=9), readers=2)
        if told is not None:
            by = complainant_of(told.region_id, told.id)
            actions.withdraw_consent(told, by=by, now=self.now - timedelta(days=2))
        self._tell(WAITING, self.now - timedelta(hours=20), readers=1)

    def _cases(self) -> list[Case]:
        found = db.session.scalars(
            select(Case)
            .where(
                Case.region_id == self.place.region.id,
                Case.status == Status.CLOSED,
                Case.kind == Kind.COMPLAINT,
                Case.result == Result.SOLVED,
                Case.identity_mode == IdentityMode.REAL,
                Case.item_id.is_not(None),
                Case.closed_at < self.now - timedelta(days=32),
            )
            .order_by(Case.closed_at.desc(), Case.id)
            .limit(TRIED)
        ).all()
        everybody = (self.clerk, *self.readers)
        return [case for case in found if all(may_see(who, case) for who in everybody)]

    def _tell(self, story: Story, at: datetime, *, readers: int) -> Case | None:
        kind, *texts = story
        parts = dict(zip(("title", "happened", "done", "changed", "said"), texts, strict=True))
        while self.cases:
            case = self.cases.pop(0)
            try:
                if kind is K.PRAISE:
                    by = complainant_of(case.region_id, case.id)
                    actions.give_consent(case, "zh_Hans", by=by, now=at)
                one = actions.propose_case(
                    case.number, kind, Text(parts, "zh_Hans"), by=self.clerk, now=at
                )
            except DeskError:
                continue
            for n, reader in enumerate(self.readers[:readers], 1):
                later = at + timedelta(hours=2 * n)
                actions.decide(one.id, grant=True, reason="", by=reader, now=later)
            return case
        return None
