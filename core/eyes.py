"""A process of its own that reads the text in pictures: RapidOCR, offline, with one thread and low priority.

`python -m core.eyes` takes pictures on standard input, each behind its length in four bytes, and answers each with a
line of JSON: `{"width", "height", "lines": [[text, left, top, right, bottom], …]}` in pixels, or `{"problem": …}`.
It ends with its input. The picture exists in memory only. `core.sight` starts it; nothing else imports this file,
because reading takes 300 MB that no other process should hold.
"""

import json
import math
import os
import sys
import warnings
from io import BytesIO
from statistics import median
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, ImageOps
from rapidocr_onnxruntime import RapidOCR

LARGEST = 50_000_000
"""Pixels; more is no screenshot."""
SMALLEST = 24
SLICE = 2.4
"""A longer picture (height by width) is read in slices, so that its letters are not shrunk away."""
SLICES = 4
OVERLAP = 0.12
Line = list[Any]


def serve(asked: BinaryIO, told: BinaryIO) -> None:
    """Answer pictures until there are no more."""
    reader = RapidOCR(
        use_cls=False, intra_op_num_threads=1, inter_op_num_threads=1, max_side_len=1600, rec_batch_num=1
    )
    told.write(b'{"ready": true}\n')
    told.flush()
    while len(head := asked.read(4)) == 4:
        answer = seen(asked.read(int.from_bytes(head, "big")), reader)
        told.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        told.flush()


def seen(data: bytes, reader: RapidOCR) -> dict[str, Any]:
    """What is written in one picture."""
    try:
        picture = opened(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        picture = None
    except (OSError, ValueError, SyntaxError):
        return {"problem": "no picture"}
    if picture is None:
        return {"problem": "too large"}
    lines = [line for top, part in slices(picture) for line in _read(part, top, reader)]
    return {"width": picture.width, "height": picture.height, "lines": without_twins(lines)}


def opened(data: bytes) -> Image.Image | None:
    """The first frame, upright, on white; None when it is larger than any screenshot. Raises what Pillow raises."""
    with Image.open(BytesIO(data)) as held:
        if held.width * held.height > LARGEST:
            return None
        if min(held.size) < SMALLEST:
            raise ValueError("smaller than any letter")
        upright = ImageOps.exif_transpose(held).convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(white, upright).convert("RGB")


def slices(picture: Image.Image) -> list[tuple[int, Image.Image]]:
    """(top, part) of a long picture, each a little into the next; a usual one is its own part."""
    high = int(picture.width * SLICE)
    if picture.height <= high * 1.2:
        return [(0, picture)]
    step = int(high * (1 - OVERLAP))
    tops = list(range(0, picture.height - int(high * OVERLAP), step))[:SLICES]
    return [(top, picture.crop((0, top, picture.width, min(top + high, picture.height)))) for top in tops]


def _read(part: Image.Image, top: int, reader: RapidOCR) -> list[Line]:
    found, _ = reader(np.asarray(part)[:, :, ::-1])
    boxes = [(text, [(float(x), float(y)) for x, y in corners]) for corners, text, _ in found or []]
    tilt = _tilt([corners for _, corners in boxes])
    return [[text, *_upright(corners, tilt, top)] for text, corners in boxes]


def _tilt(boxes: list[list[tuple[float, float]]]) -> float:
    """The angle at which the photo was taken, from the upper edges of its longer lines."""
    edges = [(b[1][0] - b[0][0], b[1][1] - b[0][1]) for b in boxes]
    angles = [math.atan2(dy, dx) for dx, dy in edges if dx > 60]
    return median(angles) if angles else 0.0


def _upright(corners: list[tuple[float, float]], tilt: float, top: int) -> tuple[int, int, int, int]:
    turned = [
        (x * math.cos(tilt) + y * math.sin(tilt), y * math.cos(tilt) - x * math.sin(tilt)) for x, y in corners
    ]
    across, down = [x for x, _ in turned], [y + top for _, y in turned]
    return round(min(across)), round(min(down)), round(max(across)), round(max(down))


def without_twins(lines: list[Line]) -> list[Line]:
    """A line in the overlap of two slices was read twice."""
    kept: list[Line] = []
    for line in lines:
        height = line[4] - line[2]
        if not any(line[0] == other[0] and abs(line[2] - other[2]) < height for other in kept):
            kept.append(line)
    return kept


def main() -> int:
    """Lower this process's place in the queue for the processor, and serve."""
    os.nice(10)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get among the answers
    serve(sys.stdin.buffer, told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
