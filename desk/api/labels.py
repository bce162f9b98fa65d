"""How the pages about systems speak."""

from flask_babel import lazy_gettext as _l

from desk.access.scopes import ApiScope

SCOPES = {
    ApiScope.EVENTS_WRITE: _l("Tell services"),
    ApiScope.EVENTS_READ: _l("Read back the services it told"),
    ApiScope.RATINGS_WRITE: _l("Tell ratings"),
    ApiScope.CASES_READ: _l("Read how cases stand, nothing of anybody"),
    ApiScope.ITEMS_READ: _l("Read the items on offer"),
    ApiScope.INDICATORS_READ: _l("Read the figures of a month"),
}
