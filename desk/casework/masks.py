"""Masking: what a screen shows of a name or an address until somebody asks with a reason."""

NAME_SHOWN = 1
ORG_SHOWN = 2
PHONE_HEAD, PHONE_TAIL = 3, 4


def mask_name(name: str, *, business: bool = False) -> str:
    """Keep the first character of a person's name, the first two of a company's."""
    shown = ORG_SHOWN if business else NAME_SHOWN
    return f"{name[:shown]}**" if name else ""


def mask_phone(phone: str) -> str:
    """Keep the first three and last four digits: 138****8000."""
    if len(phone) <= PHONE_HEAD + PHONE_TAIL:
        return "*" * len(phone)
    return f"{phone[:PHONE_HEAD]}****{phone[-PHONE_TAIL:]}"


def mask_email(email: str) -> str:
    """Keep the first character of the name and two of the host: a***@ex***.com."""
    name, _, host = email.partition("@")
    first, _, rest = host.partition(".")
    return f"{name[:1]}***@{first[:2]}***.{rest}"
