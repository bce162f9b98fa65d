"""PDF: the pages stay; whatever acts, calls, carries other files or names somebody goes."""

from pathlib import Path
from typing import Any

import pikepdf

from desk.files import kinds
from desk.files.cleaning.segments import jpeg_alone
from desk.files.door import Refused
from desk.files.kinds import Kind
from desk.files.words import Trouble

DEEPEST = 60
GONE = frozenset({
    "/AA", "/AF", "/Collection", "/DSS", "/EF", "/EmbeddedFiles", "/JS", "/JavaScript", "/Legal",
    "/Metadata", "/OpenAction", "/Perms", "/PieceInfo", "/RichMediaContent", "/RichMediaSettings",
    "/Thumb", "/URI", "/XFA",
})  # fmt: skip
"""Entries taken out wherever they stand."""
ACTIONS = frozenset({
    "/GoTo3DView", "/GoToE", "/GoToR", "/Hide", "/ImportData", "/JavaScript", "/Launch", "/Movie",
    "/Named", "/Rendition", "/ResetForm", "/RichMediaExecute", "/SetOCGState", "/Sound",
    "/SubmitForm", "/Thread", "/Trans", "/URI",
})  # fmt: skip
"""Every action but going to another page of the same paper."""
CARRIERS = frozenset({"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"})


def copy_of(source: Path, target: Path, _kind: Kind) -> Kind:
    """Write a copy that only shows pages; raises Refused for a locked or broken one."""
    try:
        with pikepdf.open(source) as paper:
            if not len(paper.pages):
                raise Refused(Trouble.UNREADABLE)
            for page in paper.pages:
                _drop_carriers(page.obj)
            for thing in paper.objects:
                _strip(thing, 0)
            for name in ("/Info", "/ID"):
                if name in paper.trailer:
                    del paper.trailer[name]
            paper.save(target, encryption=False, linearize=False)
    except pikepdf.PasswordError as error:
        raise Refused(Trouble.ENCRYPTED) from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, OSError, KeyError) as error:
        raise Refused(Trouble.UNREADABLE) from error
    return kinds.PDF


def is_locked(source: Path) -> bool:
    """Tell whether a PDF opens only with a password; a broken one is not locked."""
    try:
        pikepdf.open(source).close()
    except pikepdf.PasswordError:
        return True
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return False
    return False


def _drop_carriers(page: Any) -> None:
    """Take what plays or carries a file off a page."""
    marks = page.get("/Annots")
    if isinstance(marks, pikepdf.Array):
        page["/Annots"] = pikepdf.Array(
            [mark for mark in marks if not _says(mark, "/Subtype", CARRIERS)]
        )


def _says(thing: Any, key: str, words: frozenset[str]) -> bool:
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    said = thing.get(key)
    return isinstance(said, pikepdf.Name) and str(said) in words


def _strip(thing: Any, depth: int) -> None:
    """Strip an object and what stands directly in it; what it points at is met on its own."""
    if depth > DEEPEST:
        raise Refused(Trouble.UNREADABLE)
    if isinstance(thing, pikepdf.Array):
        for child in list(thing):
            _strip_inside(child, depth)
        return
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    acts = _says(thing, "/S", ACTIONS)
    for key in list(thing.keys()):
        if key in GONE or (acts and key not in {"/Length", "/Filter", "/DecodeParms"}):
            del thing[key]
        else:
            _strip_inside(thing.get(key), depth)
    if isinstance(thing, pikepdf.Stream):
        _strip_picture(thing)


def _strip_inside(child: Any, depth: int) -> None:
    if isinstance(child, pikepdf.Object) and not child.is_indirect:
        _strip(child, depth + 1)


def _strip_picture(stream: pikepdf.Stream) -> None:
    """Take notes and position out of a photo that stands on a page."""
    how = stream.get("/Filter")
    if isinstance(how, pikepdf.Array) and len(how) == 1:
        how = how[0]
    if not isinstance(how, pikepdf.Name) or str(how) != "/DCTDecode":
        return
    raw = stream.read_raw_bytes()
    alone = jpeg_alone(raw)
    if alone != raw:
        how_read: Any = stream.get("/DecodeParms")
        stream.write(alone, filter=pikepdf.Name.DCTDecode, decode_parms=how_read)
