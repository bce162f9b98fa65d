"""What is said of attachments, in sentences for whoever gave them."""

from flask_babel import lazy_gettext as _l

from desk.files.models import StoredFile
from desk.files.words import FileState, Trouble

STATE = {
    FileState.RECEIVED: _l("being checked"),
    FileState.SCANNING: _l("being checked"),
    FileState.CLEAN: _l("checked"),
    FileState.INFECTED: _l("not taken"),
    FileState.FAILED: _l("not taken"),
}

REFUSED = {
    Trouble.EMPTY: _l("“%(name)s” is empty. Choose it again, or take the photo again."),
    Trouble.TOO_LARGE: _l(
        "“%(name)s” is larger than 10 MB. Send a smaller photo, or only the pages that matter."
    ),
    Trouble.TYPE: _l(
        "“%(name)s” is of a kind that is not taken. Send a photo (JPG, PNG, WebP, HEIC), a PDF, "
        "a Word, Excel or PowerPoint file, or a plain text (TXT)."
    ),
    Trouble.OLD_OFFICE: _l(
        "“%(name)s” is in an old format. Save it as .docx, .xlsx or .pptx, or as a PDF, and send "
        "that."
    ),
    Trouble.MISMATCH: _l(
        "“%(name)s” is not what its name says. Open it, save it again as a photo or PDF, and send "
        "that."
    ),
    Trouble.ENCRYPTED: _l(
        "“%(name)s” is locked with a password. Take the password off, or photograph the pages."
    ),
    Trouble.MACROS: _l(
        "“%(name)s” holds macros or commands. Save it without them, or as a PDF, and send that."
    ),
    Trouble.PIXELS: _l(
        "“%(name)s” has too many dots: at most 40 million, 12,000 on a side. Send it smaller."
    ),
    Trouble.MOVING: _l("“%(name)s” is a moving picture. Send a still one."),
    Trouble.BOMB: _l(
        "“%(name)s” unpacks into far more than it is. Send only the pages that matter, as a PDF."
    ),
    Trouble.CUT_OFF: _l(
        "“%(name)s” did not arrive whole, or was saved incompletely. Choose it again."
    ),
    Trouble.UNREADABLE: _l(
        "“%(name)s” cannot be read. Open it, save it again as a photo or PDF, and send that."
    ),
    Trouble.INFECTED: _l(
        "“%(name)s” was not taken for safety. Photograph the pages and send that."
    ),
}
"""Why a file was not taken, and what to do instead."""

NOT_KEPT = _l("no longer kept")
TOO_MANY = _l("At most %(most)s files here; you chose %(given)s. Send the most important ones.")
TOO_MANY_IN_ALL = _l(
    "This case has %(most)s attachments already. Write what the new one shows, or ask the window."
)
NO_ROOM = _l(
    "Files cannot be taken at the moment. What you write is taken all the same; add the files "
    "later from the page of your case."
)
AWAY = _l("The file cannot be fetched just now. It is not lost: try again in a few minutes.")
STORE_AWAY = _l(
    "The files could not be kept just now. Nothing else is lost: try again in a moment, or send "
    "without them and add them later."
)


def file_state(file: StoredFile) -> str:
    """Say where a file stands."""
    return str(NOT_KEPT if file.disposed_at is not None else STATE[file.state])


def file_trouble(file: StoredFile) -> str:
    """Say why a file was not taken after all; nothing for one that was."""
    return refused(file.name, file.trouble) if file.trouble is not None else ""


def refused(name: str, trouble: Trouble) -> str:
    """Say why a file was not taken, and what to do instead."""
    return str(REFUSED[trouble]) % {"name": name}
