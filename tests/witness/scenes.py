"""Pictures that are made, not found."""

import io

from PIL import Image, ImageDraw

#: Rectangle of the hole, in parts of the width and height.
HOLE = (0.25, 0.25, 0.5, 0.5)


def scene(size: tuple[int, int]) -> Image.Image:
    """A sky, a meadow and a barn: something to describe and to paint over."""
    width, height = size
    sky = Image.linear_gradient("L").resize(size)
    picture = Image.merge("RGB", [sky.point(lambda v, s=s: s + v // 4) for s in (90, 130, 180)])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height * 2 // 3, width, height), fill=(70, 130, 50))
    draw.rectangle((width // 2, height // 2, width * 3 // 4, height * 3 // 4), fill=(170, 40, 30))
    return picture


def png(size: tuple[int, int]) -> bytes:
    return written(scene(size), "PNG")


def jpeg(size: tuple[int, int]) -> bytes:
    return written(scene(size), "JPEG", quality=90)


def hole(size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what may change."""
    left, top, right, bottom = (round(part * side) for part, side in zip(HOLE, size * 2, strict=True))
    return left, top, right, bottom


def mask(size: tuple[int, int]) -> bytes:
    """A mask as the vendors want it: transparent where the picture may change."""
    picture = Image.new("RGBA", size, (0, 0, 0, 255))
    picture.paste((0, 0, 0, 0), hole(size))
    return written(picture, "PNG")


def written(picture: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
