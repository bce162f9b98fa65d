"""Cut the font of printed papers out of Noto Sans CJK, as Debian's fonts-noto-cjk brings it.

Kept are all Han characters the font has, also the rare ones that names are written with, and the
signs a Chinese or English text needs. Hints, layout tables and other scripts go.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SIMPLIFIED = 2
OUT = Path(__file__).resolve().parents[1] / "desk/kernel/fonts/NotoSansSC-Regular.otf"
KEPT = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x1CD, 0x1DC), (0x391, 0x3C9), (0x2010, 0x2027),
    (0x2030, 0x203B), (0x20AC, 0x20AC), (0x2103, 0x2103), (0x2116, 0x2116), (0x2160, 0x217B),
    (0x2190, 0x2199), (0x2200, 0x22A5), (0x2460, 0x24FF), (0x2500, 0x257F), (0x25A0, 0x25EF),
    (0x2605, 0x2606), (0x2713, 0x2717), (0x3000, 0x312F), (0x3200, 0x4DBF), (0x4E00, 0x9FFF),
    (0xF900, 0xFAD9), (0xFE30, 0xFE4F), (0xFF01, 0xFFE6), (0x20000, 0x3FFFF),
)  # fmt: skip
UNUSED = ["GSUB", "GPOS", "BASE", "VORG", "vmtx", "vhea", "DSIG", "STAT"]


def main() -> int:
    font = TTFont(SOURCE, fontNumber=SIMPLIFIED, lazy=True)
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += UNUSED
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes={sign for first, last in KEPT for sign in range(first, last + 1)})
    cutter.subset(font)
    font.save(OUT)
    print(f"{len(font.getGlyphOrder())} glyphs, {OUT.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
