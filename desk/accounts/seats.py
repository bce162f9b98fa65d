"""Which seats there are: what place each role needs, and which roles go together in one person."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from desk.access.permissions import STAFF_ROLES, Role
from desk.kernel.errors import Invalid

ALONE = frozenset({Role.ADMIN, Role.AUDITOR})
"""Whoever sets up or checks the desk does not work in it (product.md §1)."""
IN_HALL = frozenset({Role.CLERK})
IN_DEPARTMENT = frozenset({Role.HANDLER, Role.LEAD})


def check_place(role: Role, hall_id: int, department_id: int, *, is_head: bool) -> None:
    """Raise Invalid unless a seat has the place its role needs, and no other."""
    if role not in STAFF_ROLES:
        raise Invalid(_l("Choose a role from the list."), field="role")
    if (role in IN_HALL) != bool(hall_id):
        sentence = (
            _l("A clerk belongs to a hall.")
            if role in IN_HALL
            else _l("Only a clerk's seat is in a hall. Leave it empty.")
        )
        raise Invalid(sentence, field="hall")
    if (role in IN_DEPARTMENT) != bool(department_id):
        sentence = (
            _l("A handler or lead belongs to a department.")
            if role in IN_DEPARTMENT
            else _l("Only handlers and leads sit in a department. Leave it empty.")
        )
        raise Invalid(sentence, field="department")
    if is_head and not (hall_id or department_id):
        raise Invalid(_l("Only a hall or a department has a head."), field="is_head")


def go_together(roles: Collection[Role]) -> bool:
    """Tell whether one person may hold all these roles."""
    different = set(roles)
    return len(different) < 2 or not different & ALONE
