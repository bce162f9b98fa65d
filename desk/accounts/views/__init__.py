"""The pages of one's own account: signing in, sessions, what one is told, the keys."""

from desk.accounts.views import absence, factor, keys, link, recovery, sessions, signing_in, told
from desk.accounts.views.doors import blueprint

__all__ = [
    "absence",
    "blueprint",
    "factor",
    "keys",
    "link",
    "recovery",
    "sessions",
    "signing_in",
    "told",
]
