"""What was drawn to be looked at in the demo's last weeks, and what was found."""

from datetime import datetime, timedelta

from sqlalchemy import select

from desk.accounts.queries import actor_of
from desk.casework.models import Case
from desk.demo.place import Place
from desk.kernel.db import db
from desk.supervision.actions import auditing, sampling
from desk.supervision.actions.auditing import FINDINGS, Found
from desk.supervision.audits import campaign_of, handled_by
from desk.supervision.models import Finding, Manner, SampleTask

WEEKS = 4
SEED = "d{n:031d}"
LOOKED_AT = 0.7
NOTES = {
    Finding.UPHELD: "卷宗与回访录音一致，证书已于当日送达，签收单可查。",
    Finding.HELD: "上门查看，问题没有再出现，反映人表示满意。",
    Finding.PART: "主要诉求已解决，但未按承诺告知领取时间，已提醒窗口。",
    Finding.OVERTURNED: "电话核实，反映人称证书至今未发，与回访记录不符。",
}
TOLD = "抽查发现该事项尚未办结，现重新办理，五个工作日内答复。"


def look(place: Place, now: datetime) -> None:
    """Draw of the last weeks, and let the second supervisor look at most of what was drawn."""
    for weeks in reversed(range(WEEKS)):
        at = now - timedelta(weeks=weeks)
        for n, period in enumerate(sampling.periods(at.date())):
            seed = SEED.format(n=weeks * 10 + n)
            sampling.draw_sample(place.region.id, period, now=now, seed=seed)
    tasks = db.session.scalars(select(SampleTask).order_by(SampleTask.drawn_at, SampleTask.id))
    by = actor_of(place.staff["supervisor2"], now.date())
    overturned = 0
    for n, task in enumerate(tasks.all()):
        case = db.session.get_one(Case, (task.region_id, task.case_id))
        if (n % 10) / 10 >= LOOKED_AT or handled_by(case, by):
            continue
        possible = FINDINGS[campaign_of(task).kind]
        finding = possible[1] if n % 7 == 5 and possible[1] is Finding.PART else possible[0]
        if not overturned and Finding.OVERTURNED in possible and n % 5 == 4:
            finding, overturned = Finding.OVERTURNED, 1
        manner = Manner.CALL if finding is Finding.OVERTURNED else list(Manner)[n % 3]
        found = Found(finding, manner, NOTES[finding], TOLD)
        auditing.record_finding(task.id, found, version=case.version, by=by, now=now)
