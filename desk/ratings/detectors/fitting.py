"""A channel that the occasion cannot have had."""

from collections.abc import Iterable, Iterator

from desk.ratings.detectors.seen import Flag, Limits, Rule, Seen

BY_INVITATION = frozenset({"link", "sms"})


def misfits(ratings: Iterable[Seen], _limits: Limits) -> Iterator[Flag]:
    """Flag a kiosk in a shut hall or of another window, and a link that nobody drew."""
    for seen in ratings:
        kiosk = seen.channel == "kiosk"
        wrong = (
            (kiosk and not seen.is_open)
            or (kiosk and not (seen.window and seen.fits_window))
            or (seen.channel in BY_INVITATION and not seen.was_invited)
        )
        if wrong:
            yield Flag(seen.key, Rule.MISFIT, 1)
