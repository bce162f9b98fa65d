"""The address a member of staff is written to: encrypted, and read only to send."""

from desk.accounts.models import User
from desk.kernel import vault


def seal_email(user_id: int, email: str) -> bytes:
    """Encrypt the address of one person; it opens in no other row."""
    return vault.seal_alone("users", "email_e", user_id, email)


def email_of(user: User) -> str | None:
    """Read somebody's address; None where there is none."""
    if user.email_e is None:
        return None
    return vault.open_alone("users", "email_e", user.id, bytes(user.email_e))
