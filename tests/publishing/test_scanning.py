"""What the scan stops, what it asks about, and what it leaves alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.publishing.flattening import flatten
from desk.publishing.scanning import Known, Trace, scan
from tests.publishing.planted import PARTIES, PHONES, planted, written

KNOWN = Known(PARTIES, frozenset({"李明", "Wang Wei"}))
FRAMES = ("{}", "他说：{}。", "请联系{}，谢谢", "（{}）办了三趟", "第一行\n{}\n第三行")
CLEAN = (
    "窗口一次只说缺一样，跑了三趟才说全，都没有书面通知。",
    "登记中心当天收件，第二天办结，并向当事人说明原因、道歉。",
    "补正通知改为系统打印，一次列全。同类反映从每月9件降到2件。",
    "2026年11月起，5个工作日内办结，跑1趟，材料由12份减到3份。",
    "国发〔2024〕12号第3条规定，不得要求重复提交。",
    "大厅一楼3号窗口排队超过40分钟，叫号机坏了两次。",
    "The window asked for 3 papers, one at a time; it now lists all 12 at once.",
    "原来要14天，现在7天；办了47件、38件、31件。",
    "建设路上新开了2个窗口，周一到周五9:00—17:30都能办。",
    "收费从120元降到80元，节省约33.3%。",
)


def test_two_hundred_planted_traces_are_all_stopped() -> None:
    traces = planted()
    assert len(traces) >= 200
    through = [
        (trace, frame)
        for n, trace in enumerate(traces)
        for frame in (FRAMES[0], FRAMES[1 + n % (len(FRAMES) - 1)])
        if not any(one.stops for one in scan("happened", frame.format(trace), KNOWN))
    ]
    assert through == []


@pytest.mark.parametrize("text", CLEAN)
def test_an_honest_retelling_is_left_alone(text: str) -> None:
    assert scan("happened", text, KNOWN) == []


@pytest.mark.parametrize(
    ("text", "trace", "piece"),
    [
        ("李明经理接待", Trace.STAFF, "李明"),
        ("wang wei helped", Trace.STAFF, "wang wei"),
        ("老李主任说", Trace.STAFF, "老李主任"),
        ("王大爷来了", Trace.NAME, "王大爷"),
        ("我叫赵铁柱，", Trace.NAME, "我叫赵铁柱"),
        ("Mrs. Miller came", Trace.NAME, "Mrs. Miller"),
        ("2026-11-23 14:30 来的", Trace.DAY, "2026-11-23"),
        ("11月23日来的", Trace.DAY, "11月23日"),
    ],
)
def test_what_may_stay_is_asked_about(text: str, trace: Trace, piece: str) -> None:
    found = scan("done", text, KNOWN)
    assert [(one.trace, one.piece, one.stops) for one in found] == [(trace, piece, False)]


@given(
    st.sampled_from(PHONES), st.integers(0, 9), st.text("的了，。 abc", max_size=12), st.booleans()
)
def test_a_number_is_found_wherever_it_stands(
    number: str, way: int, around: str, before: bool
) -> None:
    trace = list(written(number))[way]
    text = f"{around}话{trace}" if before else f"{trace}话{around}"
    assert any(one.stops for one in scan("said", text, KNOWN))


@given(st.text(max_size=200))
def test_findings_are_pieces_of_the_text_and_do_not_meet(text: str) -> None:
    found = scan("title", text, KNOWN)
    assert all(text[one.start : one.end] == one.piece and one.piece for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    flat = flatten(text)
    assert len(flat.text) == len(flat.places)


def test_an_answer_counts_for_the_same_words_only() -> None:
    one, other = (scan("done", text, KNOWN)[0] for text in ("王大爷来了", "王大妈来了"))
    again = scan("done", "后来，王大爷又来了", KNOWN)[0]
    assert one.key == again.key != other.key
