"""Replies that the demo's staff keep ready."""

from datetime import datetime

from desk.accounts.queries import actor_of
from desk.demo.place import Place
from desk.organisation.queries import home_timetable
from desk.writing.actions import ReplyText, add_reply
from desk.writing.words import Purpose, Reach

KEPT = (
    (
        "supervisor",
        Reach.REGION,
        Purpose.MESSAGE,
        "告知进度",
        {
            "text": "您反映的事项（编号{编号}）已由{部门}办理，承诺{承诺日期}前答复。"
            "有新情况请直接在本页补充，或联系{联系方式}。"
        },
    ),
    (
        "supervisor",
        Reach.HALL,
        Purpose.SUPPLEMENT,
        "一次性告知：退件凭证",
        {
            "text": "请补充窗口退件时给您的凭证或照片；没有凭证，请写明经办窗口和时间。"
            "其余材料已齐，不再要求补充。"
        },
    ),
    (
        "supervisor",
        Reach.HALL,
        Purpose.MESSAGE,
        "In English: progress",
        {
            "text": "{department} is working on your case {number} and will answer by "
            "{promised date}. Questions: {contact}."
        },
    ),
    (
        "lead",
        Reach.DEPARTMENT,
        Purpose.REPLY,
        "清单用旧了，已更正",
        {
            "facts": "经核对当日窗口记录，收件时使用了旧版清单，要求您补交的材料不在现行指南内。",
            "basis": "《{事项}》办事指南（现行版）收件材料一节。",
            "action": "已按现行指南收件，窗口清单当日更换。",
            "next_step": "您无需再补材料，凭受理通知书等候办结短信。",
            "contact": "{联系方式}，工作日9:00–17:30",
        },
    ),
    (
        "lead",
        Reach.DEPARTMENT,
        Purpose.MORE_TIME,
        "等待协查结果",
        {"text": "需向外单位核实一项记录，对方答复前无法作出结论。"},
    ),
    (
        "clerk",
        Reach.OWN,
        Purpose.NOTE,
        "已电话说明",
        {"text": "{今天}已电话说明流程，对方表示清楚。"},
    ),
    (
        "handler",
        Reach.OWN,
        Purpose.CALL,
        "首次联系",
        {"note": "已说明由谁办理、承诺日期和下一步，问清了还缺什么。"},
    ),
)
"""Who keeps it, for whom, for what, its name and its parts."""


def build_replies(place: Place, now: datetime) -> None:
    """Keep a few replies of each kind; the caller holds the transaction."""
    today = home_timetable(now).local_day(now)
    for login, reach, purpose, title, parts in KEPT:
        keeper = actor_of(place.staff[login], today)
        department = place.departments[1].id if reach is Reach.DEPARTMENT else 0
        hall = place.hall.id if reach is Reach.HALL else 0
        text = ReplyText(title, purpose, parts, reach, place.region.id, hall, department)
        add_reply(text, by=keeper, now=now)
