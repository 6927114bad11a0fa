"""Files that no usual program writes: sixteen bits, interlaced, one bit, metadata of every kind in every format."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

#: A position, camera data and a thumbnail would be here; each is looked for afterwards by these words.
SECRETS = (b"Secret Camera", b"secret-xmp-packet", b"secret-comment", b"secret-iptc", b"secret-trailer")
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825

#: Where the passes of an interlaced PNG begin, and how far their pixels stand apart.
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def exif(orientation: int) -> bytes:
    """Which way is up, by whom, and where."""
    block = Image.Exif()
    block[ORIENTATION] = orientation
    block[MAKE] = SECRETS[0].decode()
    block.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 29.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    return block.tobytes()


def xmp() -> bytes:
    return (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="secret-xmp-packet" '
        b'xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,51.5N"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )


def jpeg(picture: Image.Image, orientation: int, icc: bytes | None, **options) -> bytes:
    file = io.BytesIO()
    options = {"quality": 95, "subsampling": 0} | options
    picture.save(
        file, "JPEG", exif=exif(orientation), icc_profile=icc, xmp=xmp(), comment=b"secret-comment", **options
    )
    whole = file.getvalue()
    press = b"Photoshop 3.0\08BIM\x04\x04\0\0" + struct.pack(">I", 16) + b"\x1c\x02\x78\0\x0bsecret-iptc"
    segment = b"\xff\xed" + struct.pack(">H", len(press) + 2) + press
    return whole[:2] + segment + whole[2:] + b"secret-trailer"


def without_adobe(jpeg: bytes) -> bytes:
    """The same without the segment in which Adobe says what the three channels mean."""
    kept, at = jpeg[:2], 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] != 0xEE:
            kept += jpeg[at:end]
        at = end
    return kept + jpeg[at:]


def webp(picture: Image.Image, orientation: int, icc: bytes | None, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, "WEBP", exif=exif(orientation), icc_profile=icc or b"", xmp=xmp(), **options)
    return file.getvalue()


def gif(pictures: list[Image.Image], **options) -> bytes:
    file = io.BytesIO()
    first, *others = pictures
    more = {"save_all": True, "append_images": others, "duration": 100, "loop": 0} if others else {}
    first.save(file, "GIF", comment=b"secret-comment", **more, **options)
    return file.getvalue() + b"secret-trailer"


def png(
    size: tuple[int, int],
    colour: int,
    depth: int,
    samples: list[tuple[int, ...]],
    orientation: int,
    icc: bytes | None,
    *,
    palette: bytes = b"",
    transparency: bytes = b"",
    interlaced: bool = False,
) -> bytes:
    """A PNG of any kind, from the samples of its pixels, with metadata in every chunk there is for it."""
    width, height = size
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))]
    if icc:
        chunks.append((b"iCCP", b"profile\0\0" + zlib.compress(icc)))
    if palette:
        chunks.append((b"PLTE", palette))
    if transparency:
        chunks.append((b"tRNS", transparency))
    chunks += [
        (b"eXIf", exif(orientation).removeprefix(b"Exif\0\0")),
        (b"tEXt", b"Comment\0secret-comment"),
        (b"zTXt", b"Comment\0\0" + zlib.compress(b"secret-comment" * 9)),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp()),
        (b"tIME", struct.pack(">HBBBBB", 2026, 1, 2, 3, 4, 5)),
    ]
    rows = b"".join(png_rows(size, depth, samples, interlaced))
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks) + b"secret-trailer"


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_rows(size: tuple[int, int], depth: int, samples: list[tuple[int, ...]], interlaced: bool) -> Iterator[bytes]:
    width, height = size
    for left, top, across, down in ADAM7 if interlaced else ((0, 0, 1, 1),):
        for y in range(top, height, down):
            row = [value for x in range(left, width, across) for value in samples[y * width + x]]
            if row:
                yield b"\0" + packed(row, depth)


def packed(row: list[int], depth: int) -> bytes:
    if depth == 16:
        return struct.pack(f">{len(row)}H", *row)
    if depth == 8:
        return bytes(row)
    bits = "".join(f"{value:0{depth}b}" for value in row)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
