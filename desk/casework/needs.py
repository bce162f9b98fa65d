"""What a step must bring with it, checked the same for pages, bulk and jobs."""

from flask_babel import lazy_gettext as _l

from desk.casework.calling import is_enough
from desk.casework.disclosure import is_hidden
from desk.casework.situation import Situation, StepData, TaskData
from desk.casework.words import UNFOUNDED, Outcome, Solved, Verdict
from desk.casework.workflow import NEEDED, Row
from desk.kernel.errors import Invalid

NEEDS_A_FILE = _l("“Malicious” needs proof: attach it. A text is not enough.")


def check(row: Row, s: Situation, data: StepData) -> None:
    """Raise Invalid for every part that is missing or contradicts the step, all at once."""
    faults: list[Invalid] = []
    for need in row.needs:
        try:
            _SPECIAL.get(need, _present)(need, s, data)
        except Invalid as fault:
            faults += [fault, *fault.others]
    if faults:
        faults[0].others = tuple(faults[1:])
        raise faults[0]


def _present(need: str, _s: Situation, data: StepData) -> None:
    value = getattr(data, need)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Invalid(NEEDED[need], field=need)


def _item(_need: str, _s: Situation, data: StepData) -> None:
    if data.item_id is None and not data.item_not_listed:
        raise Invalid(NEEDED["item"], field="item")


def _department(_need: str, _s: Situation, data: StepData) -> None:
    if data.department_id is None:
        raise Invalid(NEEDED["department"], field="department")


def _tasks(_need: str, _s: Situation, data: StepData) -> None:
    """Want department and brief of each task, every department once, and not the answering one."""
    seen = {data.department_id}
    faults = [
        fault
        for n, task in enumerate(data.tasks, 1)
        if task and (fault := _fault_of_task(n, task, seen)) is not None
    ]
    if faults:
        faults[0].others = tuple(faults[1:])
        raise faults[0]


def _fault_of_task(n: int, task: TaskData, seen: set[int | None]) -> Invalid | None:
    if task.department_id is None:
        return Invalid(_l("Choose which department is asked."), field=f"task_{n}_department")
    if task.department_id in seen:
        return Invalid(
            _l("This department is named already. Choose another."), field=f"task_{n}_department"
        )
    seen.add(task.department_id)
    if not task.brief.strip():
        return Invalid(
            _l("Write what this department has to do: it reads nothing else of the case."),
            field=f"task_{n}_brief",
        )
    return None


def _brief(_need: str, s: Situation, data: StepData) -> None:
    if is_hidden(s.kind, s.identity_mode) and not (data.brief or "").strip():
        raise Invalid(
            _l(
                "The department may not know who this is. Write in your own words what it has to "
                "solve, without anything that points to a person."
            ),
            field="brief",
        )


def _evidence(_need: str, _s: Situation, data: StepData) -> None:
    if data.outcome is Outcome.DONE and not (data.evidence or "").strip() and not data.files:
        raise Invalid(
            _l("Say what shows that it is done: the result, its number, its date."),
            field="evidence",
        )


def _verdict(_need: str, _s: Situation, data: StepData) -> None:
    if data.verdict not in UNFOUNDED:
        raise Invalid(NEEDED["verdict"], field="verdict")


def _proof(_need: str, _s: Situation, data: StepData) -> None:
    """Want what shows it, and for "malicious" a file: never by text alone."""
    if not (data.evidence or "").strip():
        raise Invalid(_l("Write what shows it, and where it can be checked."), field="evidence")
    if data.verdict is Verdict.MALICIOUS and not data.files:
        raise Invalid(NEEDS_A_FILE, field="files")


def _of_the_founded(need: str, s: Situation, data: StepData) -> None:
    """Ask for cause and responsibility, except where nothing was found to be wrong."""
    if s.finding is None:
        _present(need, s, data)


def _to_all(need: str, s: Situation, data: StepData) -> None:
    if s.joined:
        _present(need, s, data)


def _why(_need: str, s: Situation, data: StepData) -> None:
    """Ask people for a reason; the step of the desk itself follows another that says why."""
    if s.is_complainant or s.actor_id is not None:
        _present("text", s, data)


def _on_spot(_need: str, _s: Situation, data: StepData) -> None:
    if data.outcome not in {None, Outcome.DONE, Outcome.PART}:
        raise Invalid(
            _l(
                "On the spot only what is done or partly done. A reply that it cannot be done "
                "comes from the department and is reviewed by a supervisor."
            ),
            field="outcome",
        )


def _content(_need: str, s: Situation, data: StepData) -> None:
    if data.solved is Solved.NO:
        raise Invalid(
            _l("If it is not solved, send it back to be done again instead of closing it."),
            field="solved",
        )
    enough = is_enough(data.solved, data.result_score)
    if data.solved is Solved.PART and not s.is_complainant and not enough:
        raise Invalid(
            _l("Partly solved and not content: send it back to be done again."), field="solved"
        )


_SPECIAL = {
    "item": _item,
    "department": _department,
    "brief": _brief,
    "tasks": _tasks,
    "evidence": _evidence,
    "verdict": _verdict,
    "proof": _proof,
    "root_cause": _of_the_founded,
    "responsibility": _of_the_founded,
    "content": _content,
    "on_spot": _on_spot,
    "to_all": _to_all,
    "why": _why,
}
