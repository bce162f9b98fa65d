"""What is typed about systems that are let in."""

from datetime import date

from flask_babel import lazy_gettext as _l

from desk.access.scopes import ApiScope
from desk.api.actions import LONGEST_NAME, LONGEST_SYSTEM
from desk.api.asking import ClientWish
from desk.api.labels import SCOPES
from desk.kernel.form import Day, DeskForm, Hidden, Line, OneOf, SomeOf

LONGEST_REASON = 500


class ClientForm(DeskForm):
    system = Line(
        _l("Name of the system"),
        longest=LONGEST_SYSTEM,
        required=_l("Name the system in 1 to 32 characters."),
        description=_l("Its services and ratings are kept under this name; it never changes."),
    )
    name = Line(
        _l("Name of the token"),
        longest=LONGEST_NAME,
        required=_l("Give the token a name of 1 to 80 characters."),
        description=_l("By which you know it in this list, such as the machine it is kept on."),
    )
    region = OneOf(_l("Belongs to"), required=_l("Choose a region from the list."))
    scopes = SomeOf(_l("What it may do"), choices=[(s.value, name) for s, name in SCOPES.items()])
    last_on = Day(
        _l("Last day"),
        required=_l("Write the last day on which it may come in."),
        description=_l("Two years at most. Make the next token before, and exchange it."),
    )
    reason = Line(
        _l("Why"), longest=LONGEST_REASON, required=_l("Say why, for whoever confirms it.")
    )

    def wish(self, today: date) -> ClientWish:
        """Give what was typed."""
        return ClientWish(
            str(self.system.data),
            str(self.name.data),
            tuple(ApiScope(scope) for scope in dict.fromkeys(self.scopes.data)),
            self.last_on.data or today,
        )


class DecideClientForm(DeskForm):
    ballot = Hidden()
    reason = Line(_l("Why it is refused"), longest=LONGEST_REASON)
