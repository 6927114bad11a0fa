"""The tasks of benches/imaging.rs by Pillow: the same arguments, the same line at the end.

`imaging.py make FOLDER PHOTOGRAPH...` makes the files that all engines work on.
"""

import io
import json
import resource
import struct
import sys
import time
import zlib
from pathlib import Path

from PIL import Image, ImageChops, ImageEnhance, ImageOps

LANCZOS = Image.Resampling.LANCZOS


def shrink(content: bytes, width: int, kind: str, **options) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    size = (width, round(picture.height * width / picture.width))
    if kind == "JPEG":
        # Pillow's own way of reading no more than is needed.
        picture.draft("RGB", size)
    small = picture.resize(size, LANCZOS) if picture.mode == "RGB" else premultiplied(picture, size)
    small.save(io.BytesIO(), kind, **options)
    return small


def premultiplied(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture.convert("RGBa").resize(size, LANCZOS).convert("RGBA")


def read(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def upload(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    kind = picture.format
    picture = ImageOps.exif_transpose(picture)
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {"compress_level": 1}
    picture.save(io.BytesIO(), kind, **options)
    for side, quality in ((1600, 82), (400, 78)):
        small = picture.copy()
        small.thumbnail((side, side), LANCZOS)
        small.save(io.BytesIO(), "WEBP", quality=quality)
    return picture


TASKS = {
    "nothing": lambda content: Image.new("RGB", (1, 1)),
    "read": read,
    "jpeg-720": lambda content: shrink(content, 720, "JPEG", quality=80),
    "jpeg-1024": lambda content: shrink(content, 1024, "JPEG", quality=80),
    "png-720": lambda content: shrink(content, 720, "PNG"),
    "upload": upload,
}


def make(folder: Path, photographs: list[Path]) -> None:
    """Twelve megapixels of several photographs, with the grain that a sensor has and an enlarged picture lacks."""
    whole = Image.new("RGB", (4000, 3000))
    for place in range(4):
        tile = ImageOps.fit(Image.open(photographs[place % len(photographs)]).convert("RGB"), (2000, 1500), LANCZOS)
        whole.paste(tile, (place % 2 * 2000, place // 2 * 1500))
    # Without grain and in fewer shades, or it would be above what may be uploaded.
    (folder / "12-wide.png").write_bytes(wide_png(whole.point(lambda value: value & 0xF8)))
    grain = Image.merge("RGB", [Image.effect_noise(whole.size, 9)] * 3)
    whole = ImageChops.add(whole, grain, offset=-128)
    camera = {"quality": 88, "subsampling": 2}
    turned = Image.Exif()
    turned[0x0112] = 6
    whole.save(folder / "12.jpg", **camera)
    whole.save(folder / "12-turned.jpg", exif=turned, **camera)
    whole.save(folder / "12-progressive.jpg", progressive=True, **camera)
    whole.crop((0, 0, 2725, 2225)).save(folder / "6.jpg", **camera)
    veiled = whole.resize((2048, 1536), LANCZOS)
    veiled.putalpha(Image.radial_gradient("L").resize(veiled.size))
    veiled.save(folder / "veiled.png")
    # As a model answers: smaller, a little moved, a little brighter.
    answer = ImageChops.offset(whole.resize((1536, 1152), LANCZOS), 5, -3)
    ImageEnhance.Brightness(answer).enhance(1.06).save(folder / "answer.png")


def wide_png(picture: Image.Image) -> bytes:
    """Sixteen bits, written by hand: Pillow writes colours in eight only."""
    width, height = picture.size
    data = picture.tobytes()
    doubled = bytearray(len(data) * 2)
    doubled[0::2] = data
    doubled[1::2] = data
    stride = width * 6
    rows = b"".join(b"\0" + doubled[y * stride : (y + 1) * stride] for y in range(height))

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b"")


def main() -> None:
    name, repeats, *files = sys.argv[1:]
    if name == "make":
        return make(Path(repeats), [Path(file) for file in files])
    content = Path(files[0]).read_bytes() if files else b""
    times = []
    for _ in range(int(repeats)):
        before = time.process_time()
        picture = TASKS[name](content)
        times.append((time.process_time() - before) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"cpu_ms": times, "peak_kb": peak, "width": picture.width, "height": picture.height}))


main()
