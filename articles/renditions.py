"""The files that readers get of a picture: which ones, cut where, and how they are made.

What is planned follows from the picture and its focus alone, and each name says what is in the file. So planning reads
nothing, making is done once however often it is asked for, and a page made before a change still finds its files.
No settings and no database here: the files are made in processes of their own as well.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles.files import touched, write

type Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels of the source

ALL = ("avif", "webp", "jpeg")
EXTENSIONS = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}
# Tried on landscapes of 1600 px: AVIF at speed 7 takes half the time of 6 for the same bytes; one thread each, because
# the worker and `render_images` share the machine with the web server.
ENCODERS: dict[str, dict[str, Any]] = {
    "avif": {"quality": 55, "speed": 7, "max_threads": 1},
    "webp": {"quality": 78, "method": 4},
    "jpeg": {"quality": 78, "optimize": True, "progressive": True},
}


@dataclass(frozen=True)
class Shape:
    """A way to cut pictures. ratio: width by height, None for the picture's own; widths: pixels, ascending."""

    ratio: float | None
    widths: tuple[int, ...]
    formats: tuple[str, ...] = ALL


SHAPES = {
    "wide": Shape(16 / 9, (480, 800, 1200, 1600)),
    "natural": Shape(None, (480, 800, 1200)),
    "square": Shape(1, (96, 192, 400)),
    "social": Shape(1200 / 630, (1200,), ("jpeg",)),
}
# A strip this thin is not cut off: the picture has the shape already, and shares its files with "natural".
NEGLIGIBLE = 0.01
VERSION = hashlib.sha256(repr(ENCODERS).encode()).hexdigest()


@dataclass(frozen=True)
class Source:
    """What a plan depends on. width, height: pixels; focus: from the left and the top, 0 to 1."""

    sha256: str
    width: int
    height: int
    focus: tuple[float, float]


@dataclass(frozen=True)
class Rendition:
    """One size of one cut. files: name in the media folder by format."""

    box: Box
    width: int
    height: int
    files: dict[str, str]


def plan(source: Source) -> dict[str, list[Rendition]]:
    """What there shall be of a picture: renditions by shape, the narrowest first."""
    return {
        name: [rendition(source, shape, box, width) for width in widths(shape, box)]
        for name, shape in SHAPES.items()
        for box in [cut(source, shape.ratio)]
    }


def as_json(planned: dict[str, list[Rendition]]) -> dict[str, Any]:
    """A plan as `Image.renditions` keeps it."""
    return {
        shape: {
            "width": renditions[-1].width,
            "height": renditions[-1].height,
            "files": {
                kind: [[rendition.width, rendition.files[kind]] for rendition in renditions]
                for kind in renditions[-1].files
            },
        }
        for shape, renditions in planned.items()
    }


def cut(source: Source, ratio: float | None) -> Box:
    """The largest part of the picture with this ratio that has the focus as near to its middle as the edges allow."""
    width, height = source.width, source.height
    if ratio is None:
        return (0, 0, width, height)
    if width / height > ratio:
        width = max(1, round(height * ratio))
    else:
        height = max(1, round(width / ratio))
    if width >= source.width * (1 - NEGLIGIBLE) and height >= source.height * (1 - NEGLIGIBLE):
        return (0, 0, source.width, source.height)
    left = min(max(round(source.focus[0] * source.width - width / 2), 0), source.width - width)
    top = min(max(round(source.focus[1] * source.height - height / 2), 0), source.height - height)
    return (left, top, left + width, top + height)


def widths(shape: Shape, box: Box) -> list[int]:
    """The widths of a shape that need no enlarging; where the source ends before them, its own width is the last."""
    largest = min(box[2] - box[0], shape.widths[-1])
    return [width for width in shape.widths if width <= largest * 0.9] + [largest]


def rendition(source: Source, shape: Shape, box: Box, width: int) -> Rendition:
    ratio = shape.ratio or (box[2] - box[0]) / (box[3] - box[1])
    height = max(1, round(width / ratio))
    key = hashlib.sha256(f"{source.sha256} {box} {VERSION}".encode()).hexdigest()[:10]
    stem = f"renditions/{source.sha256[:2]}/{source.sha256[:16]}-{key}-{width}x{height}"
    return Rendition(box, width, height, {kind: f"{stem}.{EXTENSIONS[kind]}" for kind in shape.formats})


def make(picture: Path, folder: Path, planned: Iterable[Rendition]) -> int:
    """Make the files of a plan that are not there yet; returns how many.

    picture: the source; folder: the media folder.

    Raises OSError when the source cannot be read or a file cannot be written; what is made by then stays, and the next
    call goes on from there.
    """
    wanted = {name: (rendition, kind) for rendition in planned for kind, name in rendition.files.items()}
    missing = [name for name in wanted if not touched(folder / name)]
    if not missing:
        return 0
    from PIL import Image  # 6 MB of memory, which a web process that only plans does without

    with Image.open(picture) as source:
        source.load()
    scaled: dict[tuple[Box, int, int], Image.Image] = {}
    for name in missing:
        rendition, kind = wanted[name]
        key = (rendition.box, rendition.width, rendition.height)
        if key not in scaled:  # the formats of a size follow one another, so one at a time is enough
            size = (rendition.width, rendition.height)
            scaled = {key: source.resize(size, Image.Resampling.LANCZOS, box=rendition.box, reducing_gap=3)}
        out = io.BytesIO()
        scaled[key].save(out, kind.upper(), **ENCODERS[kind])
        write(folder / name, out.getvalue())
    return len(missing)
