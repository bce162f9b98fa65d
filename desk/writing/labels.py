"""How saved replies are spoken of on pages."""

from flask_babel import lazy_gettext as _l

from desk.writing.words import Purpose, Reach

PURPOSE = {
    Purpose.ANY: _l("Any step with a text"),
    Purpose.MESSAGE: _l("Message to the complainant"),
    Purpose.SUPPLEMENT: _l("What is missing"),
    Purpose.REPLY: _l("Reply in its parts"),
    Purpose.BRIEF: _l("What the department has to solve"),
    Purpose.MORE_TIME: _l("More time or a pause"),
    Purpose.DIVERT: _l("Not accepting, or passing one part on"),
    Purpose.UNSOLVED: _l("Closing as unsolved"),
    Purpose.SEND_BACK: _l("Sending a reply back"),
    Purpose.NOTE: _l("Note for colleagues"),
    Purpose.CALL: _l("What was said in a call"),
}
REACH = {
    Reach.REGION: _l("Region"),
    Reach.HALL: _l("Hall"),
    Reach.DEPARTMENT: _l("Department"),
    Reach.OWN: _l("My own"),
}
PART = {
    "facts": _l("What was found"),
    "basis": _l("On what rule"),
    "action": _l("What was done"),
    "next_step": _l("What the complainant does next"),
    "contact": _l("Whom to ask, and when"),
    "text": _l("Text"),
    "brief": _l("What the department has to solve"),
    "where": _l("Where the complainant can turn"),
    "note": _l("What was said"),
}
FIELD = {
    "number": _l("the number of the case"),
    "promised": _l("the promised date"),
    "item": _l("the name of the item"),
    "department": _l("the department that has the case"),
    "contact": _l("the hall and its telephone number"),
    "hall": _l("the name of the hall"),
    "today": _l("today's date"),
    "me": _l("your own name"),
}
