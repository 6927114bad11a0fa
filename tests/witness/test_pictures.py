"""Pictures of every kind, uploaded to the program and looked at by Pillow: upright, in the right colours, whole, and
without anything but pixels.

A case is a kind of file, an orientation and a profile. Every kind meets every orientation and every profile that suits it;
`--full` makes all three meet. What is right is Pillow's opinion (its decoders, `exif_transpose`, LittleCMS), not ours.
"""

import hashlib
import io
import os
import unittest
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageOps, ImageStat

import files
import profiles
from program import Program, Visitor

#: Not square, not a multiple of eight, and larger than the smallest we take.
SIZE = (93, 61)
#: What Pillow may find in a picture that holds nothing but pixels.
HARMLESS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration"}
#: What stands at the beginning of what is no pixels.
MARKERS = (b"Exif", b"http://", b"ICC_PROFILE", b"8BIM", b"xmpmeta", b"iCCP", b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"XMP ")
FULL = os.environ.get("XTASK_TEST_FULL") == "1"
RGB_PROFILES = {
    "none": None,
    "srgb": profiles.srgb(),
    "p3": profiles.display_p3(),
    "adobe": profiles.adobe_rgb(),
    "swapped": profiles.swapped(),
    "broken": profiles.display_p3()[:200],
}
GREY_PROFILES = {"none": None, "grey": profiles.grey()}
INK_PROFILES = {"none": None, "inks": profiles.inks()}


def colours() -> Image.Image:
    """Soft ramps and flat fields, different in every corner."""
    width, height = SIZE
    ramp = Image.linear_gradient("L")
    picture = Image.merge("RGB", [ramp.resize(SIZE), ramp.rotate(90).resize(SIZE), ramp.rotate(180).resize(SIZE)])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 23, 15), fill=(230, 30, 40))
    draw.rectangle((width - 32, 0, width, 15), fill=(30, 200, 60))
    draw.rectangle((0, height - 24, 15, height), fill=(40, 60, 220))
    return picture


def veil() -> Image.Image:
    """Alpha: a ramp with a hole and an opaque corner."""
    alpha = Image.linear_gradient("L").rotate(90).resize(SIZE)
    draw = ImageDraw.Draw(alpha)
    draw.rectangle((40, 20, 55, 35), fill=0)
    draw.rectangle((0, 0, 20, 20), fill=255)
    return alpha


def samples(picture: Image.Image) -> list[tuple[int, ...]]:
    data = list(picture.get_flattened_data())
    return data if isinstance(data[0], tuple) else [(value,) for value in data]


def wide(picture: Image.Image) -> list[tuple[int, ...]]:
    """Sixteen bits whose upper half is the picture and whose lower half is not noughts."""
    return [tuple(value * 257 for value in pixel) for pixel in samples(picture)]


def png(colour: int, depth: int, picture: Callable[[], list[tuple[int, ...]]], **more) -> Callable[..., bytes]:
    return lambda orientation, icc: files.png(SIZE, colour, depth, picture(), orientation, icc, **more)


def few_colours() -> tuple[list[tuple[int, ...]], bytes]:
    """A palette of 200."""
    picture = colours().quantize(200)
    return samples(picture), bytes(picture.getpalette()[: 200 * 3])


def bits(depth: int) -> list[tuple[int, ...]]:
    return [(value >> (8 - depth),) for (value,) in samples(colours().convert("L"))]


@dataclass
class Kind:
    """A way to write the picture down."""

    write: Callable[[int, bytes | None], bytes]
    profiles: dict[str, bytes | None]
    #: How far a channel may be off on average and anywhere, where no profile is applied.
    tolerance: tuple[float, int] = (0.0, 0)
    turns: bool = True


def kinds() -> dict[str, Kind]:
    grey, both = colours().convert("L"), colours()
    both.putalpha(veil())
    grey_veil = Image.merge("LA", (grey, veil()))
    indexes, palette = few_colours()
    ink = colours().convert("CMYK")
    ink.paste((30, 20, 60, 90), (60, 30, 90, 58))
    # A second writing as JPEG rings at hard edges; halved colours are scaled up in more than one way.
    lossy, scaled = (1.0, 20), (1.5, 40)

    def jpeg(picture: Image.Image, icc: dict[str, bytes | None], tolerance=lossy, **options) -> Kind:
        return Kind(lambda turn, profile: files.jpeg(picture, turn, profile, **options), icc, tolerance)

    def webp(picture: Image.Image, tolerance=(0.0, 0), **options) -> Kind:
        return Kind(lambda turn, profile: files.webp(picture, turn, profile, **options), RGB_PROFILES, tolerance)

    def gif(*pictures: Image.Image, **options) -> Kind:
        return Kind(lambda *_: files.gif(list(pictures), **options), {"none": None}, turns=False)

    def of_png(*arguments, profiles=RGB_PROFILES, tolerance=(0.0, 0), **more) -> Kind:
        return Kind(png(*arguments, **more), profiles, tolerance)

    rgb = lambda: samples(colours())  # noqa: E731
    rgba = lambda: samples(both)  # noqa: E731
    return {
        "jpeg": jpeg(colours(), RGB_PROFILES),
        "jpeg_progressive": jpeg(colours(), RGB_PROFILES, progressive=True),
        "jpeg_420": jpeg(colours(), RGB_PROFILES, scaled, subsampling=2),
        "jpeg_restarts": jpeg(colours(), RGB_PROFILES, restart_marker_blocks=3),
        "jpeg_rgb": jpeg(colours(), RGB_PROFILES, keep_rgb=True),
        # Told by the names of their channels alone.
        "jpeg_rgb_unmarked": Kind(
            lambda turn, profile: files.without_adobe(files.jpeg(colours(), turn, profile, keep_rgb=True)),
            RGB_PROFILES,
            lossy,
        ),
        "jpeg_grey": jpeg(grey, GREY_PROFILES),
        "jpeg_inks": jpeg(ink, INK_PROFILES),
        "png_rgb": of_png(2, 8, rgb),
        "png_rgb_interlaced": of_png(2, 8, rgb, interlaced=True),
        "png_rgba": of_png(6, 8, rgba),
        "png_rgb_16": of_png(2, 16, lambda: wide(colours()), tolerance=(0.6, 1)),
        "png_rgba_16": of_png(6, 16, lambda: wide(both), tolerance=(0.6, 1)),
        "png_rgba_16_interlaced": of_png(6, 16, lambda: wide(both), tolerance=(0.6, 1), interlaced=True),
        "png_rgb_key": of_png(2, 8, rgb, transparency=b"\0\xe6\0\x1e\0\x28"),
        "png_grey": of_png(0, 8, lambda: samples(grey), profiles=GREY_PROFILES),
        "png_grey_16": of_png(0, 16, lambda: wide(grey), profiles=GREY_PROFILES, tolerance=(0.6, 1)),
        "png_grey_alpha": of_png(4, 8, lambda: samples(grey_veil), profiles=GREY_PROFILES),
        "png_grey_alpha_16": of_png(4, 16, lambda: wide(grey_veil), profiles=GREY_PROFILES, tolerance=(0.6, 1)),
        "png_grey_key": of_png(0, 8, lambda: samples(grey), profiles=GREY_PROFILES, transparency=b"\0\x57"),
        "png_bits_1": of_png(0, 1, lambda: bits(1), profiles=GREY_PROFILES),
        "png_bits_2": of_png(0, 2, lambda: bits(2), profiles=GREY_PROFILES),
        "png_bits_4_interlaced": of_png(0, 4, lambda: bits(4), profiles=GREY_PROFILES, interlaced=True),
        "png_palette": of_png(3, 8, lambda: indexes, palette=palette),
        "png_palette_alpha": of_png(
            3, 8, lambda: indexes, palette=palette, transparency=bytes(i * 7 % 256 for i in range(200))
        ),
        "webp": webp(colours(), scaled, quality=95),
        "webp_alpha": webp(both, scaled, quality=95),
        "webp_lossless": webp(colours(), lossless=True),
        "webp_lossless_alpha": webp(both, lossless=True, exact=True),
        "webp_moving": webp(
            colours(), save_all=True, append_images=[ImageOps.invert(colours())], duration=80, lossless=True
        ),
        "gif": gif(colours().quantize(64)),
        "gif_moving": gif(colours().quantize(64), ImageOps.invert(colours()).quantize(64)),
        "gif_see_through": gif(colours().quantize(64), transparency=5),
        "gif_interlaced": gif(colours().quantize(64), interlace=1),
    }


def cases(all_kinds: dict[str, Kind]) -> list[tuple[str, int, str]]:
    """Kind, orientation and profile."""
    found = []
    for name, kind in all_kinds.items():
        turns = range(1, 9) if kind.turns else [1]
        known = list(kind.profiles)
        if FULL:
            found += [(name, turn, profile) for turn in turns for profile in known]
            continue
        pairs = {(turn, known[turn % len(known)]) for turn in turns}
        pairs |= {(turns[place * 3 % len(turns)], profile) for place, profile in enumerate(known)}
        found += [(name, turn, profile) for turn, profile in sorted(pairs)]
    return found


def as_pillow_sees(content: bytes) -> Image.Image:
    """The first frame, upright, in sRGB, with alpha."""
    picture = Image.open(io.BytesIO(content))
    icc = picture.info.get("icc_profile")
    if picture.mode.startswith("I;16"):
        data = picture.tobytes()
        values = (int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2))
        eight = Image.frombytes("L", picture.size, bytes((value * 255 + 32767) // 65535 for value in values))
        eight.info, eight.getexif()[files.ORIENTATION] = {"exif": picture.getexif().tobytes()}, 1
        eight = ImageOps.exif_transpose(turned_like(eight, picture))
    else:
        eight = ImageOps.exif_transpose(picture)
    alpha = eight.convert("RGBA").getchannel("A")
    colour = eight if eight.mode in ("L", "CMYK") else eight.convert("L" if is_grey(content, eight) else "RGB")
    seen = in_srgb(colour, icc) or colour.convert("RGB")
    seen.putalpha(alpha)
    return seen


def is_grey(content: bytes, picture: Image.Image) -> bool:
    """Pillow opens a grey PNG of sixteen bits with alpha as if it had colours."""
    return picture.mode in ("1", "LA") or (content.startswith(b"\x89PNG") and content[25] in (0, 4))


def turned_like(picture: Image.Image, other: Image.Image) -> Image.Image:
    """The picture with the orientation of another."""
    picture.getexif()[files.ORIENTATION] = other.getexif().get(files.ORIENTATION, 1)
    return picture


def in_srgb(picture: Image.Image, icc: bytes | None) -> Image.Image | None:
    """By LittleCMS; nothing where there is no profile, or none that can be used."""
    if not icc:
        return None
    try:
        used = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        return ImageCms.profileToProfile(picture, used, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):
        return None


class PillowMatrix(unittest.TestCase):
    """Cases are added below the class."""

    @classmethod
    def setUpClass(cls):
        program = Program("serve")
        cls.addClassCleanup(program.stop)
        cls.visitor = Visitor(program.address)
        cls.addClassCleanup(cls.visitor.close)

    def check(self, kind: Kind, orientation: int, profile: str):
        content = kind.write(orientation, kind.profiles[profile])
        expected = as_pillow_sees(content)
        source = self.visitor.upload(content)
        self.assertEqual((source["width"], source["height"]), expected.size)
        if kind.turns:
            self.assertEqual(expected.size, SIZE if orientation < 5 else SIZE[::-1], "the case is what it says")

        master = self.fetch(source, "master")
        self.assertEqual(hashlib.sha256(master).hexdigest(), source["sha256"])
        self.check_nothing_else(master)
        picture = Image.open(io.BytesIO(master))
        self.assertEqual(picture.format, "JPEG" if content.startswith(b"\xff\xd8") else "PNG")
        self.assertIn(picture.mode, ("RGB", "RGBA"))
        see_through = expected.getchannel("A").getextrema()[0] < 255
        self.assertEqual(source["alpha"], see_through)
        seen = picture.convert("RGBA")
        self.assertEqual(seen.size, expected.size)
        mean, most = kind.tolerance
        if kind.profiles[profile] and profile != "broken":
            # Two colour machines, each with its own tables.
            mean, most = mean + 1.0, most + 6
        self.check_near(seen, expected, mean, most)
        self.check_removed(source["removed"], content, kind, profile)

        for role, side in (("preview", 1600), ("thumb", 400)):
            small = self.fetch(source, role)
            self.check_nothing_else(small)
            picture = Image.open(io.BytesIO(small))
            self.assertEqual((picture.format, picture.n_frames), ("WEBP", 1))
            self.assertLessEqual(max(picture.size), side)
            self.assertEqual(picture.size, expected.size, "nothing is enlarged")
            # Lossy, with halved colours: about which picture it is and which way up, not about every edge.
            self.check_near(picture.convert("RGBA"), expected, 9.0 + mean, 255)

    def fetch(self, source: dict, role: str) -> bytes:
        answer = self.visitor.get(source["urls"][role])
        self.assertEqual(answer.status, 200)
        return answer.body

    def check_near(self, seen: Image.Image, expected: Image.Image, mean: float, most: int):
        """Alpha, and the colours of what can be seen."""
        if most < 255:
            alpha = ImageChops.difference(seen.getchannel("A"), expected.getchannel("A"))
            self.assertLessEqual(alpha.getextrema()[1], 1)
        there = expected.getchannel("A").point(lambda value: 255 if value else 0)
        off = ImageChops.difference(seen.convert("RGB"), expected.convert("RGB"))
        off.paste((0, 0, 0), mask=ImageChops.invert(there))
        self.assertLessEqual(max(high for _, high in off.getextrema()), most)
        self.assertLessEqual(max(ImageStat.Stat(off).mean), mean)

    def check_nothing_else(self, content: bytes):
        """No block but pixels, by Pillow's reading and by the bytes."""
        picture = Image.open(io.BytesIO(content))
        picture.load()
        self.assertFalse(picture.getexif())
        self.assertLessEqual(picture.info.keys(), HARMLESS)
        for word in (*files.SECRETS, *MARKERS):
            self.assertNotIn(word, content)
        if picture.format == "JPEG":
            self.assertTrue(content.endswith(b"\xff\xd9"))
        elif picture.format == "PNG":
            self.assertTrue(content.endswith(b"IEND\xaeB`\x82"))
        else:
            self.assertEqual(int.from_bytes(content[4:8], "little") + 8, len(content))

    def check_removed(self, removed: list[str], content: bytes, kind: Kind, profile: str):
        expected = {"exif", "gps", "xmp"} if kind.turns else set()
        if kind.profiles[profile]:
            expected.add("icc")
        if not content.startswith(b"RIFF"):
            expected |= {"text", "trailing"}
        if content.startswith(b"\xff\xd8"):
            expected.add("iptc")
        moving = Image.open(io.BytesIO(content))
        if getattr(moving, "n_frames", 1) > 1:
            expected.add("frames")
        self.assertEqual(set(removed), expected)


def add_cases():
    all_kinds = kinds()
    for name, orientation, profile in cases(all_kinds):

        def case(self, kind=all_kinds[name], orientation=orientation, profile=profile):
            self.check(kind, orientation, profile)

        setattr(PillowMatrix, f"test_{name}_turned_{orientation}_profile_{profile}", case)


add_cases()
