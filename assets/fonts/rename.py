"""Gives a subset of NanumGothic a name of our own.

The SIL Open Font License reserves the name Nanum for the original: a changed copy
must not bear it. Copyright, trademark, designers and licence stay named. Beside TO, a
TrueType font for the windows, it writes the same font as WOFF2, for pages.
Usage: rename.py FROM Regular|Bold TO
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILY = "Jumun Gothic"
KEPT = {0, 7, 8, 9, 11, 12}  # copyright, trademark, manufacturer, designer, their addresses
WINDOWS = (3, 1, 0x409)  # platform, encoding, language: what Windows, Fyne and fontconfig read


def names(weight):
    """Returns the entries of the name table that describe this font."""
    return {
        1: FAMILY,
        2: weight,
        3: f"jumun: {FAMILY} {weight}",
        4: f"{FAMILY} {weight}",
        5: "Version 1.0; a subset of version 3.021 of its original",
        6: f"{FAMILY.replace(' ', '')}-{weight}",
        10: "A subset, renamed as its licence asks, for the application jumun.",
        13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
        14: "https://openfontlicense.org",
    }


def main(source, weight, target):
    # A fixed time stamp, so that each run makes the same bytes.
    font = TTFont(source, recalcTimestamp=False)
    table = font["name"]
    kept = [n for n in table.names if n.nameID in KEPT and (n.platformID, n.platEncID, n.langID) == WINDOWS]
    table.names = kept
    for name_id, text in names(weight).items():
        table.setName(text, name_id, *WINDOWS)
    font["OS/2"].fsType = 0  # embedding is allowed, as the licence says; the original's bits are a known mistake
    font.save(target)
    font.flavor = "woff2"
    font.save(Path(target).with_suffix(".woff2"))


main(*sys.argv[1:])
