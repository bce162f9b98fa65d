"""Pictures: decoded, turned the right way up, and written anew from their dots alone."""

import io
import warnings
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from desk.files import kinds
from desk.files.door import MOST_PIXELS, Refused, too_many_pixels
from desk.files.kinds import Kind
from desk.files.words import Trouble

LONGEST_COPY = 4_096
QUALITY = 85
FORMATS = {
    kinds.JPEG: ("JPEG",),
    kinds.PNG: ("PNG",),
    kinds.WEBP: ("WEBP",),
    kinds.HEIC: ("HEIF",),
}


def copy_of(source: Path, target: Path, kind: Kind) -> Kind:
    """Write a still copy of at most 4,096 dots a side; raises Refused for what is no picture."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if kind is kinds.HEIC:
        import pillow_heif  # noqa: PLC0415 - only where a picture needs it

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        picture = _opened(source, kind)
        made = kinds.PNG if kind is kinds.PNG or _sees_through(picture) else kinds.JPEG
        _write(_plain(picture, see_through=made is kinds.PNG), target, made)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Trouble.PIXELS) from error
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, ArithmeticError) as error:
        raise Refused(Trouble.UNREADABLE) from error
    return made


def _opened(source: Path, kind: Kind) -> Image.Image:
    with Image.open(source, formats=FORMATS[kind]) as picture:
        if too_many_pixels(*picture.size):
            raise Refused(Trouble.PIXELS)
        if kind in {kinds.PNG, kinds.WEBP} and getattr(picture, "is_animated", False):
            raise Refused(Trouble.MOVING)
        if kind is kinds.JPEG:
            picture.draft("RGB", (LONGEST_COPY, LONGEST_COPY))
        picture.load()
        if max(picture.size) > LONGEST_COPY and picture.mode != "P":
            picture.thumbnail((LONGEST_COPY, LONGEST_COPY))
        ImageOps.exif_transpose(picture, in_place=True)
        return picture


def _sees_through(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info


def _plain(picture: Image.Image, *, see_through: bool) -> Image.Image:
    """Bring a picture into common colours and drop all that is written beside them."""
    picture = _in_common_colours(picture)
    mode = "RGBA" if see_through and _sees_through(picture) else "RGB"
    if picture.mode not in {mode, "L"}:
        picture = picture.convert(mode)
    if max(picture.size) > LONGEST_COPY:
        picture.thumbnail((LONGEST_COPY, LONGEST_COPY))
    picture.info = {}
    return picture


def _in_common_colours(picture: Image.Image) -> Image.Image:
    """Translate the colours of a camera's own profile; a broken profile is left aside."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA"}:
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        common = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, own, common) or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


def _write(picture: Image.Image, target: Path, kind: Kind) -> None:
    if kind is kinds.PNG:
        picture.save(target, "PNG")
    else:
        picture.save(target, "JPEG", quality=QUALITY, optimize=True)
