"""Two people on one case: nothing is overwritten, and nothing written is lost."""

import threading

from desk.audit.queries import faults, lines_of
from desk.casework.words import Status
from tests.workbench.pages import ANSWERS, REPLY, Pages


def test_the_second_is_told_and_keeps_every_word(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    pages.do("handler", "acts/contact", channel="phone", reached="yes", note="")
    seen = pages.desk.case.version
    pages.do("lead", "acts/note", text="先别答复，等档案室。")
    answer = pages.post("handler", "submit_reply", **{**REPLY, "version": str(seen)})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    for kept in REPLY.values():
        assert kept in page
    assert "先别答复，等档案室。" in page
    assert pages.desk.people["lead"].name in page
    assert f'name="version" value="{pages.desk.case.version}"' in page
    assert pages.desk.case.status is Status.HANDLING
    pages.do("handler", "submit_reply", **REPLY)


def test_words_stay_when_the_step_is_gone(pages: Pages) -> None:
    seen = pages.desk.case.version
    pages.do("clerk", "accept", complexity="general", item="none")
    answer = pages.post(
        "clerk2", "ask_supplement", version=str(seen), text="请补三份材料，写了半天"
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "请补三份材料，写了半天" in page
    assert "<textarea" not in page
    assert pages.desk.people["clerk"].name in page


def test_a_call_is_kept_when_the_reply_has_moved_on(pages: Pages) -> None:
    pages.to_replied()
    seen = pages.desk.case.version
    pages.do("clerk2", "close_solved", **ANSWERS)
    answer = pages.post(
        "clerk", "acts/contact", version=str(seen), channel="phone", reached="yes", note="他说好了"
    )
    assert answer.status_code == 409
    assert "他说好了" in answer.get_data(as_text=True)


def test_a_made_up_version_changes_nothing(pages: Pages) -> None:
    for version in ("", "0", "-1", "999", "1.0", str(10**30), "١", "\0", "x"):
        answer = pages.post("clerk", "ask_supplement", version=version, text="缺一份材料")
        assert answer.status_code in {409, 422}, version
        assert "缺一份材料" in answer.get_data(as_text=True)
    assert pages.desk.case.status is Status.SUBMITTED


def test_of_eight_browsers_at_once_one_wins(pages: Pages) -> None:
    version = str(pages.desk.case.version)
    browsers = [pages.browser(who) for who in ("clerk", "clerk2")]
    url = f"{pages.url}/accept"
    gate = threading.Barrier(8)
    answers: list[int] = []

    def send(n: int) -> None:
        client = pages.desk.app.test_client()
        cookie = browsers[n % 2].get_cookie("desk")
        assert cookie is not None
        client.set_cookie("desk", cookie.value)
        gate.wait()
        data = {"version": version, "complexity": "simple", "item": "none"}
        answers.append(client.post(url, data=data).status_code)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] + [409] * 7
    accepted = [
        line
        for line in lines_of(pages.desk.region.id, f"c/{pages.desk.id.hex}")
        if line.what == "accept"
    ]
    assert len(accepted) == 1
    assert faults() == []


def test_an_expired_page_keeps_the_text(pages: Pages) -> None:
    browser = pages.browser("clerk")
    pages.desk.app.config["WTF_CSRF_ENABLED"] = True
    answer = browser.post(
        f"{pages.url}/ask_supplement",
        data={"version": str(pages.desk.case.version), "text": "请补一份", "csrf_token": "old"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请补一份</textarea>" in page
    assert pages.desk.case.status is Status.SUBMITTED
