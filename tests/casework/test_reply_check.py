"""What is noticed in a reply before it goes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.casework.reply_check import ALIKE, Doubt, check, likeness, likest, numbers_in

GOOD = {
    "facts": "窗口用了旧清单，多要了一份证明。",
    "basis": "不动产登记办事指南第三条",
    "action": "11月24日已收件，11月26日办结。",
    "next_step": "凭身份证到 3 号窗口领证。",
    "contact": "登记中心 0700-1234567，工作日 9:00–17:30",
}


def test_a_good_reply_is_left_alone() -> None:
    assert check(GOOD, []) == []


@pytest.mark.parametrize("part", ["facts", "basis", "action", "next_step"])
def test_a_part_that_says_nothing_is_named(part: str) -> None:
    found = check({**GOOD, part: " 无 "}, [])
    assert [(warning.doubt, warning.part) for warning in found] == [(Doubt.THIN, part)]


def test_an_empty_phrase_is_named_with_its_words() -> None:
    found = check({**GOOD, "action": "我们高度重视，请耐心等待。"}, [])
    assert {warning.detail for warning in found} == {"高度重视", "请耐心等待"}


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ("请打 13800138000", [Doubt.PHONE]),
        ("请打 +86 138 0013 8000。", [Doubt.PHONE]),
        ("１３８００１３８０００", [Doubt.PHONE]),
        ("证件 11010519491231002X", [Doubt.RESIDENT]),
        ("证件 110105194912310021", []),
        ("卡号 4111 1111 1111 1111", [Doubt.CARD]),
        ("卡号 4111 1111 1111 1112", []),
        ("编号 XZ-261123-482915-8，电话 0700-1234567", []),
        ("业务号 2026112400012345678901", []),
        ("", []),
    ],
)
def test_personal_numbers_are_seen_and_others_are_not(text: str, doubts: list[Doubt]) -> None:
    assert numbers_in(text) == doubts


def test_whom_to_ask_may_be_a_mobile_number() -> None:
    assert check({**GOOD, "contact": "王先生 13800138000"}, []) == []


def test_a_copied_reply_is_noticed_and_a_short_one_is_not() -> None:
    text = "经核查，窗口使用了旧的材料清单，因此多要了一份证明；现在已经按新清单收件。" * 3
    assert likest(text, ["别的答复", text + "另外"]) >= ALIKE
    assert likest("办好了", ["办好了"]) == 0
    found = check({**GOOD, "facts": text, "basis": "指南", "action": "", "next_step": ""}, [text])
    assert Doubt.ALIKE in {warning.doubt for warning in found}


@given(st.text(), st.text())
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    share = likeness(one, other)
    assert 0 <= share <= 1
    assert share == likeness(other, one)
    assert check(dict.fromkeys(GOOD, one), [other]) is not None
