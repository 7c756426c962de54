"""Cut the printers' font out of a whole one: python -m deploy.make_font NotoSansSC_500Medium.ttf.

Needed only to take over a new release of the font or to add characters to core/fonts/characters.txt.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

from core.poster import CHARACTERS, FONT

DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG", "gasp", "prep", "fpgm", "cvt "]
"""Tables for vertical lines, other languages' shapes and screens: a poster needs none."""


def main(whole: Path) -> None:
    wanted = set(CHARACTERS.read_text("utf-8")) - {"\n"}
    options = Options(hinting=False, layout_features=[], notdef_outline=True, drop_tables=DROPPED)
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]  # the copyright and the licence stay in the file
    font = load_font(str(whole), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in wanted])
    subsetter.subset(font)
    missing = wanted - {chr(code) for code in font.getBestCmap()}
    if missing:
        sys.exit(f"the font lacks {len(missing)}: {''.join(sorted(missing))}")
    save_font(font, str(FONT), options)
    print(f"{FONT}: {len(wanted)} characters, {FONT.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
