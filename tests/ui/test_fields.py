"""What each field takes, refuses and says."""

from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from desk.kernel.days import read_day
from desk.kernel.errors import Invalid
from tests.ui.forms import GOOD, EveryForm


def filled(**changes: str) -> EveryForm:
    return EveryForm(MultiDict({**GOOD, **changes}))


def errors_of(field: str, **changes: str) -> list[str]:
    form = filled(**changes)
    assert not form.validate()
    assert {name for name, found in form.errors.items() if found} == {field}
    return [str(error) for error in form.errors[field]]


@pytest.fixture(autouse=True)
def _in_english(face: Flask) -> None:
    """Every test reads the English sentences."""


def test_a_good_form_passes_and_gives_what_was_meant() -> None:
    form = filled()
    assert form.validate(), form.errors
    assert form.title.data == "二手房过户"
    assert form.story.data == "第一次说缺一份，\n第二次又缺一份。"
    assert (form.visits.number, form.phone.number) == (3, "13800138000")
    assert (form.when.data, form.when.exact) == (date(2026, 11, 20), True)
    assert (form.needs.data, form.version.number) == (["green"], 4)


@pytest.mark.parametrize("text", ["", "   ", "\u3000", "\u200b", "\u200b \u3000"])
def test_an_empty_title_asks_for_one(text: str) -> None:
    assert errors_of("title", title=text) == ["Enter a title."]


@pytest.mark.parametrize("text", ["x" * 200, "😀" * 200, " " + "事" * 200 + "\u3000"])
def test_two_hundred_characters_fit_as_people_count_them(text: str) -> None:
    assert filled(title=text).validate()


def test_one_character_too_many_says_how_many() -> None:
    said = errors_of("title", title="😀" * 201)
    assert said == ["Use at most 200 characters; you have 201."]


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "a\x01b", "a\x1fb", "a\x7fb", "a\ud800b", "Subject\r\nBcc: x@y", "a\u2028b"],
)
def test_a_line_refuses_what_cannot_be_kept_or_breaks_it(text: str) -> None:
    assert errors_of("title", title=text) == [
        "This holds characters that cannot be kept. Type it again without them."
    ]


def test_what_cannot_be_kept_comes_back_without_breaking_the_page() -> None:
    form = filled(title="a\ud800b")
    form.validate()
    assert form.title.data.encode() == b"a?b"


def test_invisible_turns_are_refused_in_a_name_and_kept_in_a_story() -> None:
    assert errors_of("title", title="a\u202eb") == [
        "This holds invisible characters. Type it again."
    ]
    assert filled(story="a\u202eb").validate()


def test_stacked_marks_are_refused_and_ordinary_ones_kept() -> None:
    assert errors_of("title", title="a" + "\u0301" * 10)
    assert filled(title="e\u0301 ด้ ệ").validate()


@pytest.mark.parametrize(
    "name",
    ["欧阳·娜仁托娅", "𠮷野家", "O’Neil", "<script>alert(1)</script>", "{{7*7}}", "' OR 1=1--"],
)
def test_names_and_code_round_trip(name: str) -> None:
    form = filled(title=name)
    assert form.validate()
    assert form.title.data == name


@pytest.mark.parametrize("text", ["１２", "0", "99"])
def test_a_number_may_be_written_full_width(text: str) -> None:
    assert filled(visits=text).validate()


@pytest.mark.parametrize(
    "text", ["١٢٣", "1e3", "-1", "100", "1" + "0" * 30, "1;2", "1.5", "½", "ⅷ", "0x1", "1_0"]
)
def test_a_number_of_another_kind_says_which_are_meant(text: str) -> None:
    assert errors_of("visits", visits=text) == ["Write a whole number from 0 to 99."]


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("13800138000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("0086-13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("（010）8888 0000", "01088880000"),
        ("+86 10 8888 0000", "01088880000"),
        ("0710-5550100", "07105550100"),
        ("400 810 0000", "4008100000"),
    ],
)
def test_a_phone_number_is_read_as_its_digits(typed: str, digits: str) -> None:
    form = filled(phone=typed)
    assert form.validate(), form.errors
    assert form.phone.number == digits


@pytest.mark.parametrize(
    "typed",
    ["138001380000", "1380013800", "abc", "+1 900 555 0100", "000", "00013800138", "٣٨٠٠١٣٨٠٠٠"],
)
def test_what_is_no_phone_number_gets_an_example(typed: str) -> None:
    assert "138 0013 8000" in errors_of("phone", phone=typed)[0]


@pytest.mark.parametrize(
    "typed",
    ["name@example.com", "用户@例子.中国", "a+b@x-y.example.org", "x" * 242 + "@example.com"],
)
def test_an_address_is_taken(typed: str) -> None:
    assert filled(email=typed).validate()


@pytest.mark.parametrize(
    "typed",
    ["a@b", "a@@b.cn", "a@b..cn", '"a b"@c.de', "a b@c.de", "@b.cn", ".a@b.cn", "a.@b.cn",
     "a@.b.cn", "a@-b.cn", "a@b.c", "xiaohe@"],
)  # fmt: skip
def test_what_is_no_address_gets_an_example(typed: str) -> None:
    assert errors_of("email", email=typed) == ["Write an address such as name@example.com."]


def test_an_address_of_255_characters_is_too_long() -> None:
    assert errors_of("email", email="x" * 243 + "@example.com")


@pytest.mark.parametrize(
    "value", ["purple", "1" + "0" * 30, "-1", "١", " red", "RED", "red;blue", "red\x00"]
)
def test_an_unknown_choice_is_answered_with_the_list(value: str) -> None:
    assert errors_of("colour", colour=value) == ["Choose one from the list."]


def test_no_choice_asks_for_one() -> None:
    assert errors_of("colour", colour="") == ["Choose a colour."]


def test_an_unknown_need_is_refused_and_the_known_ones_are_kept() -> None:
    data = MultiDict(GOOD)
    data.setlist("needs", ["red", "purple"])
    form = EveryForm(data)
    assert not form.validate()
    assert (form.errors["needs"], form.needs.data) == (["Choose from the list."], ["red"])


@pytest.mark.parametrize("field", ["title", "colour"])
def test_a_field_sent_twice_is_not_guessed_at(field: str) -> None:
    data = MultiDict(GOOD)
    data.setlist(field, [GOOD[field], "other"])
    form = EveryForm(data)
    assert not form.validate()
    assert form.errors[field] == ["This was sent twice. Check it and send it again."]


def test_a_day_may_be_its_month_only() -> None:
    form = filled(**{"when-day": ""})
    assert form.validate(), form.errors
    assert (form.when.data, form.when.exact) == (date(2026, 11, 1), False)


def test_a_day_may_be_written_full_width() -> None:
    form = filled(**{"when-year": "２０２６", "when-month": "１", "when-day": "０２"})
    assert form.validate(), form.errors
    assert form.when.data == date(2026, 1, 2)


@pytest.mark.parametrize(
    ("year", "month", "day", "said"),
    [
        ("2026", "02", "30", "Write a day that exists"),
        ("0000", "00", "00", "Write a day that exists"),
        ("31", "12", "2026", "Write a day that exists"),
        ("2026", "11", "25", "This day cannot be in the future."),
        ("1899", "01", "01", "Write the year in four digits"),
        ("26", "1", "1", "Write the year in four digits"),
        ("2026", "", "3", "Write at least the year and the month"),
        ("", "", "3", "Write at least the year and the month"),
        ("٢٠٢٦", "1", "1", "Write a day that exists"),
        ("1" + "0" * 30, "1", "1", "Write a day that exists"),
        ("2026\x00", "1", "1", "Write a day that exists"),
        ("", "", "", "Write when."),
    ],
)
def test_a_day_that_cannot_be_meant_names_the_rule(
    year: str, month: str, day: str, said: str
) -> None:
    found = errors_of("when", **{"when-year": year, "when-month": month, "when-day": day})
    assert found[0].startswith(said)


def test_a_day_that_may_stay_out_asks_for_the_year_and_the_month_only() -> None:
    with pytest.raises(Invalid, match="at least the year and the month"):
        read_day({"year": "2026", "month": "", "day": ""}, day_optional=True, latest=None)
    found = read_day({"year": "2026", "month": "11", "day": ""}, day_optional=True, latest=None)
    assert found == date(2026, 11, 1)


def test_a_version_that_is_no_number_is_no_version() -> None:
    assert filled(version="٣").version.number == 0
    assert filled(version="1" + "0" * 30).version.number == 0


def test_a_password_is_taken_as_it_is_and_never_given_back() -> None:
    form = filled(password="  长 密码  ")
    assert form.validate()
    assert form.password.data == "  长 密码  "
    assert "密码" not in str(form.password())


def test_blame_stands_under_its_field_or_at_the_top() -> None:
    form = filled()
    assert form.validate()
    form.blame(Invalid("The title is taken.", field="title"))
    form.blame(Invalid("Somebody was faster.", field="version"))
    form.blame(Invalid("Nothing else fits."))
    assert form.summary() == [
        (None, "Somebody was faster."),
        (None, "Nothing else fits."),
        ("title", "The title is taken."),
    ]


def test_what_was_typed_is_given_back_by_label() -> None:
    assert filled().typed() == {
        "Title": "二手房过户",
        "Story": "第一次说缺一份，\n第二次又缺一份。",
        "Visits": "3",
        "Phone": "138 0013 8000",
        "E-mail": "name@example.com",
    }
