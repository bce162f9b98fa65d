"""The pages of one's own account: signing in, sessions, what one is told."""

from desk.accounts.views import link, sessions, signing_in, told
from desk.accounts.views.doors import blueprint

__all__ = ["blueprint", "link", "sessions", "signing_in", "told"]
