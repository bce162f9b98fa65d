"""What can go wrong, in sentences for people. HTTP meets these only in `desk.web`."""

from collections.abc import Mapping


class DeskError(Exception):
    """Something the person can be told about; `message` is a translated sentence."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self._message = message

    @property
    def message(self) -> str:
        """The sentence in the language of whoever is asking now."""
        return str(self._message)


class NotAllowed(DeskError):
    """This person may not do this."""


class NotFound(DeskError):
    """There is no such thing, or it is not theirs to see: both read the same."""


class Conflict(DeskError):
    """It could be done once, but not as things stand now.

    `theirs` holds what others wrote meanwhile (label -> text), so that both texts can be shown.
    """

    def __init__(self, message: object, *, theirs: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.theirs = dict(theirs or {})


class Invalid(DeskError):
    """What was given cannot be taken; `field` says which part, `others` what else is wrong."""

    def __init__(self, message: object, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.others: tuple[Invalid, ...] = ()


class TooMany(DeskError):
    """Too many tries; `retry_after` seconds from now it may be tried again."""

    def __init__(self, message: object, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(DeskError):
    """The desk cannot do this now; `retry_after` seconds from now it may."""

    def __init__(self, message: object, *, retry_after: int = 2) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Gone(DeskError):
    """It existed and was used up or has run out."""


class TokenNeeded(DeskError):
    """No token came with the request, or none that holds."""
