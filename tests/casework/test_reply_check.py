"""What is noticed in a reply before it goes out."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.casework.likeness import likeness, likest, percent
from desk.casework.looking_over import Doubt, Notice, numbers_at, phrases_at
from desk.casework.reply_check import ALIKE, check
from desk.casework.words import Outcome

GOOD = {
    "facts": "窗口用了旧清单，多要了一份证明。",
    "basis": "不动产登记办事指南第三条",
    "action": "11月24日已收件，11月26日办结。",
    "next_step": "凭身份证到 3 号窗口领证。",
    "contact": "登记中心 0700-1234567，工作日 9:00–17:30",
}
PHRASES = ("高度重视", "请耐心等待", "as soon as possible")


def doubts(parts: Mapping[str, str], **given: object) -> list[tuple[Doubt, str]]:
    return [(one.doubt, one.part) for one in check(parts, **given)]  # type: ignore[arg-type]


def test_a_good_reply_is_left_alone() -> None:
    assert check(GOOD, phrases=PHRASES, alike=79, outcome=Outcome.DONE, story="别的话" * 30) == []


@pytest.mark.parametrize("part", ["facts", "basis", "action", "next_step"])
def test_a_part_that_says_nothing_is_named(part: str) -> None:
    assert doubts({**GOOD, part: " 无 "}) == [(Doubt.THIN, part)]


def test_an_empty_phrase_is_named_with_its_words_and_its_place() -> None:
    found = check({**GOOD, "action": "我们高度重视，As soon as possible。"}, phrases=PHRASES)
    assert [one.detail for one in found] == ["高度重视", "As soon as possible"]
    assert [(cut.before, cut.piece, cut.after) for cut in found[0].shown] == [
        ("我们", "高度重视", "，As soon as ")
    ]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("请打 13800138000", [("13800138000", Doubt.PHONE)]),
        ("请打 +86 138 0013 8000。", [("+86 138 0013 8000", Doubt.PHONE)]),
        ("１３８００１３８０００", [("１３８００１３８０００", Doubt.PHONE)]),
        ("证件 11010519491231002X", [("11010519491231002X", Doubt.RESIDENT)]),
        ("证件 110105 19491231 002x", [("110105 19491231 002x", Doubt.RESIDENT)]),
        ("证件 110105194912310021", []),
        ("卡号 4111 1111 1111 1111", [("4111 1111 1111 1111", Doubt.CARD)]),
        ("卡号 4111 1111 1111 1112", []),
        (
            "甲13800138000乙4111111111111111",
            [("13800138000", Doubt.PHONE), ("4111111111111111", Doubt.CARD)],
        ),
        ("编号 XZ-261123-482915-8，电话 0700-1234567", []),
        ("业务号 2026112400012345678901", []),
        ("١٣٨٠٠١٣٨٠٠٠", []),
        ("", []),
    ],
)
def test_personal_numbers_are_seen_where_they_stand(
    text: str, pieces: list[tuple[str, Doubt]]
) -> None:
    found = numbers_at(text)
    assert [(text[piece.start : piece.end], piece.doubt) for piece in found] == pieces


def test_whom_to_ask_may_be_a_mobile_number() -> None:
    assert check({**GOOD, "contact": "王先生 13800138000"}) == []
    assert numbers_at("王先生 13800138000", phones=False) == []


def test_a_basis_names_a_rule_and_a_contact_can_be_reached() -> None:
    assert doubts({**GOOD, "basis": "领导口头说的"}) == [(Doubt.NO_RULE, "basis")]
    assert doubts({**GOOD, "contact": "找小王，工作日"}) == [(Doubt.NO_NUMBER, "contact")]
    for basis in ("《办事指南》", "民法典第209条", "Property Act, section 3"):
        assert doubts({**GOOD, "basis": basis}) == []
    for contact in ("3号窗口", "desk@example.org", "the window on the first floor"):
        assert doubts({**GOOD, "contact": contact}) == []


def test_what_is_done_is_not_still_to_come() -> None:
    later = {**GOOD, "action": "预计下周收件。"}
    assert doubts(later, outcome=Outcome.DONE) == [(Doubt.TO_COME, "action")]
    assert doubts(later, outcome=Outcome.EXPLAINED) == []


def test_parts_that_say_the_same_are_named_once_each() -> None:
    same = "窗口用了旧清单，多要了一份证明。"
    found = doubts({**GOOD, "action": same, "next_step": f" {same}\n"})
    assert found == [(Doubt.SAME, "action"), (Doubt.SAME, "next_step")]


def test_facts_are_more_than_the_complaint_again() -> None:
    story = "11月20日去窗口，第三次让补同一份证明，来回跑了三趟，没有人说清楚到底缺什么材料。"
    assert doubts({**GOOD, "facts": f"反映：{story}"}, story=story) == [(Doubt.ECHO, "facts")]


def test_a_copied_reply_is_noticed_and_a_short_one_is_not() -> None:
    text = "经核查，窗口使用了旧的材料清单，因此多要了一份证明；现在已经按新清单收件。" * 3
    assert likest(text, ["别的答复", text + "另外"]) >= ALIKE
    assert likest("办好了", ["办好了"]) == 0
    assert check(GOOD, alike=percent(ALIKE)) == [Notice(Doubt.ALIKE, detail="80")]


texts = st.text(alphabet="办事窗口旧清单已收件，。 ab1２", max_size=120)


@given(st.text(), st.text())
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    share = likeness(one, other)
    assert 0 <= share <= 1
    assert share == likeness(other, one)
    assert share == likeness(f" {one}\n", other)


@given(texts.filter(lambda text: len(text) >= 80), st.lists(texts, max_size=6))
def test_the_likest_is_the_greatest_likeness_of_all(text: str, earlier: list[str]) -> None:
    assert likest(text, earlier) == max((likeness(text, other) for other in earlier), default=0)


@given(st.text(alphabet="1380０ -X甲\n", max_size=60), st.lists(st.text(max_size=4), max_size=4))
def test_pieces_lie_in_the_text_in_order_and_none_in_another(text: str, words: list[str]) -> None:
    found = numbers_at(text)
    ends = [0, *(edge for piece in found for edge in (piece.start, piece.end)), len(text)]
    assert ends == sorted(ends)
    for piece in phrases_at(text, words):
        assert text[piece.start : piece.end].casefold() in {word.casefold() for word in words}


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text()), st.text())
def test_any_text_can_be_read_over(parts: dict[str, str], story: str) -> None:
    for one in check(parts, phrases=PHRASES, outcome=Outcome.DONE, story=story):
        for cut in one.shown:
            assert cut.piece in parts[one.part]
