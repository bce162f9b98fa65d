"""What has just happened in the demo's open cases, done by the desk's own actions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from desk.access.actors import complainant_of
from desk.accounts.queries import actor_of
from desk.casework.actions import asking, asking_tasks, diverting, pressing
from desk.casework.actions.diverting import Diversion
from desk.casework.actions.move import move
from desk.casework.models import Case, CaseTask
from desk.casework.situation import StepData, TaskData
from desk.casework.words import Kind, Status
from desk.casework.workflow import Move
from desk.demo.place import Place
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.supervision.actions.improving import Plan, finish_improvement, open_improvement

ENOUGH = 12
ANSWERED_OF, JOINED = 3, 3
BRIEFS = (
    "请核对该户契税完税情况，说明能否直接调取凭证。",
    "请说明参保记录是否已同步到大厅系统，未同步的请于当日补传。",
    "请确认户籍信息是否与申请材料一致，并告知可否容缺受理。",
)
PRESSED = (
    "请书面说明两次要求补正的依据，以及何时可以办结。",
    "请说明承诺时限内未联系反映人的原因。",
    "请说明系统数据未同步的责任单位和整改时间。",
)
UNDERTAKEN = (
    (
        "不再要求提交可在系统内调取的完税凭证",
        "与税务系统对接，窗口直接调取；修改办事指南并培训窗口人员。",
    ),
    ("历史遗留小区无法首次登记的统一处置", "按批次建立清单，明确补办路径，每月公布进度。"),
    ("跨区迁移参保记录同步不及时", "改为每日自动同步，失败的由经办人当日补传。"),
)
PROVEN = "办事指南已于本月修订发布，系统接口已上线，窗口不再收取。"
ANSWER = "已核实：凭证可在系统内调取，无需群众另行提交。"


class Lately:
    """Lets people do things at the newest open cases, each at the end of the demo's time."""

    def __init__(self, place: Place, now: datetime) -> None:
        self.place, self.now, today = place, now, now.date()
        self.staff = {login: actor_of(user, today) for login, user in place.staff.items()}
        self.leads = {key: actor_of(user, today) for key, user in place.leads.items()}
        self.handlers = {key: actor_of(user, today) for key, user in place.handlers.items()}

    def happen(self) -> None:
        """Share cases out, ask for what needs a second person, and join two on one matter."""
        self._share(self._open(Status.HANDLING))
        self._press(self._open(Status.HANDLING))
        self._improve(self._open(Status.HANDLING))
        dispatched = self._open(Status.DISPATCHED)
        self._hand_back(dispatched[:2])
        for case in dispatched[2:]:
            if case.item_id and self._settle(case):
                break
        waiting = self._open(Status.SUBMITTED)
        for case in waiting[:1]:
            self._send_elsewhere(case)
        if len(waiting) >= JOINED:
            self._join(*waiting[1:JOINED])

    def _open(self, status: Status) -> Sequence[Case]:
        return db.session.scalars(
            select(Case)
            .where(
                Case.region_id == self.place.region.id,
                Case.kind == Kind.COMPLAINT,
                Case.status == status,
            )
            .order_by(Case.filed_at.desc(), Case.id)
            .limit(ENOUGH)
        ).all()

    def _share(self, cases: Sequence[Case]) -> None:
        """Let each case ask two departments for their part; some of them have answered."""
        departments = [department.id for department in self.place.departments]
        for n, case in enumerate(cases):
            mine = departments.index(case.department_id or departments[0])
            lead = self.leads[departments[mine]]
            for step in (1, 2):
                other = departments[(mine + step) % len(departments)]
                asking_tasks.ask_task(
                    case.number,
                    TaskData(other, BRIEFS[(n + step) % len(BRIEFS)]),
                    version=case.version,
                    by=lead,
                    now=self.now,
                )
        tasks = db.session.scalars(select(CaseTask).order_by(CaseTask.id)).all()
        for task in tasks[::ANSWERED_OF]:
            by = self.handlers[task.department_id]
            asking_tasks.answer_task(task.id, ANSWER, by=by, now=self.now)

    def _press(self, cases: Sequence[Case]) -> None:
        """Let complainants ask to hurry, and the supervisor want to know and raise some of them."""
        by, now = self.staff["supervisor"], self.now
        for case in cases[: len(PRESSED)]:
            pressing.nudge(case.number, by=complainant_of(case.region_id, case.id), now=now)
        for case, words in zip(cases[1:], PRESSED, strict=False):
            pressing.supervise(
                case.number, words, to_hall=False, days=2, version=case.version, by=by, now=now
            )
        for case in cases[2:4]:
            pressing.escalate(
                case.number, "久拖不决，请牵头协调。", version=case.version, by=by, now=now
            )

    def _improve(self, cases: Sequence[Case]) -> None:
        """Let the supervisor open three improvement items; one of them is done, one overdue soon."""
        by, now = self.staff["supervisor"], self.now
        for n, (case, words) in enumerate(zip(cases, UNDERTAKEN, strict=False)):
            owner = case.department_id or self.place.departments[0].id
            plan = Plan(
                cases=" ".join(one.number for one in cases[n : n + 2]),
                title=words[0],
                measure=words[1],
                department_id=owner,
                due_on=now.date() + timedelta(days=7 + 30 * n),
                indicator="每月同类反映件数",
                before=f"{6 + n}件",
            )
            one = open_improvement(plan, by=by, now=now)
            if n == 0:
                lead = self.leads[owner]
                finish_improvement(one.id, PROVEN, "1件", version=1, by=lead, now=now)

    def _hand_back(self, cases: Sequence[Case]) -> None:
        for case in cases:
            try:
                self._ask_return(case, "该事项自今年起由税务部门承办，本单位无权限。")
            except Conflict:
                continue

    def _settle(self, case: Case) -> bool:
        """Let a case go to and fro until a supervisor says for good whose its item is."""
        departments = [department.id for department in self.place.departments]
        other = next(key for key in departments if key != case.department_id)
        try:
            self._ask_return(case, "该事项不在本单位权责清单内。")
        except Conflict:
            return False
        self._go(case, Move.RETURN_UPHELD, "clerk", text="同意退回，改派。")
        brief = "请核对并答复所缺材料。"
        self._go(case, Move.DISPATCH, "clerk", department_id=other, brief=brief)
        self._ask_return(case, "前置环节由原单位办理，请退回。")
        why = "权责清单调整后该事项由本单位统一受理，前置环节内部流转。"
        self._go(case, Move.ARBITRATE, "supervisor", department_id=other, text=why)
        return True

    def _ask_return(self, case: Case, why: str) -> None:
        by, version = self.handlers[case.department_id or 0], case.version
        asking.ask_return(case.number, why, None, version=version, by=by, now=self.now)

    def _go(self, case: Case, name: Move, who: str, **given: Any) -> None:
        move(case.number, name, StepData(case.version, **given), by=self.staff[who], now=self.now)

    def _send_elsewhere(self, case: Case) -> None:
        diversion = Diversion(
            "X02",
            "反映人已就同一决定申请行政复议，复议机关正在审理。",
            "《行政复议法》第十条",
            "区司法局行政复议接待室，临湖路8号，0710-5550130",
        )
        diverting.propose_divert(
            case.number, diversion, version=case.version, by=self.staff["clerk2"], now=self.now
        )

    def _join(self, child: Case, parent: Case) -> None:
        data = StepData(child.version, text="同一份清单引起的同一件事。", parent=parent.number)
        move(child.number, Move.MERGE, data, by=self.staff["clerk"], now=self.now)
