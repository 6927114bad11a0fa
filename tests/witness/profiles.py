"""Colour profiles, written by the book (ICC.1:2010): small, exact, and ours."""

import struct
from collections.abc import Callable

#: White of the connection space, and Bradford from D65 to it.
D50 = (0.9642, 1.0, 0.8249)
D65_TO_D50 = (
    (1.0478112, 0.0228866, -0.0501270),
    (0.0295424, 0.9904844, -0.0170491),
    (-0.0092345, 0.0150436, 0.7521316),
)

Row = tuple[float, float, float]
#: Red, green and blue as x and y; white is D65.
Primaries = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

D65 = (0.3127, 0.3290)
SRGB_PRIMARIES: Primaries = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
P3_PRIMARIES: Primaries = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_PRIMARIES: Primaries = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))


def srgb() -> bytes:
    return matrix_profile("a spelling of sRGB", SRGB_PRIMARIES, srgb_curve())


def display_p3() -> bytes:
    return matrix_profile("wide, as on a telephone", P3_PRIMARIES, srgb_curve())


def adobe_rgb() -> bytes:
    return matrix_profile("wide, as from a camera", ADOBE_PRIMARIES, gamma_curve(563 / 256))


def swapped() -> bytes:
    """Red and blue change places: whoever ignores the profile is seen at once."""
    red, green, blue = SRGB_PRIMARIES
    return matrix_profile("red is blue", (blue, green, red), srgb_curve())


def grey() -> bytes:
    tags = {b"wtpt": xyz(D50), b"kTRC": gamma_curve(1.8)}
    return profile("grey, gamma 1.8", b"mntr", b"GRAY", b"XYZ ", tags)


def inks() -> bytes:
    """Four inks by a table: dull ones on yellowish paper, so that ignoring it shows."""
    steps = 9
    table = bytearray()
    for index in range(steps**4):
        c, m, y, k = (index // steps**power % steps / (steps - 1) for power in (3, 2, 1, 0))
        light = (1 - 0.85 * c, 1 - 0.8 * m, 0.94 * (1 - 0.9 * y))
        table += lab_bytes(tuple(part * (1 - 0.92 * k) for part in light))
    identity = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x10000)
    straight = bytes(range(256))
    a2b = b"mft1" + bytes(4) + bytes((4, 3, steps, 0)) + struct.pack(">9i", *identity)
    a2b += straight * 4 + bytes(table) + straight * 3
    return profile("dull inks", b"prtr", b"CMYK", b"Lab ", {b"wtpt": xyz(D50), b"A2B0": a2b})


def profile(words: str, kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    text = words.encode()
    described = b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) + text + bytes(1 + 4 + 4 + 2 + 1 + 67)
    tags = {b"desc": described, b"cprt": b"text" + bytes(4) + b"none\0"} | tags
    directory, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        directory += name + struct.pack(">II", at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    whole = struct.pack(">I", len(tags)) + directory + body
    head = struct.pack(">I4sI4s4s4s", 128 + len(whole), bytes(4), 0x02400000, kind, space, connection)
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(24)
    head += bytes(4) + xyz(D50)[8:] + bytes(4)
    return head + bytes(128 - len(head)) + whole


def matrix_profile(words: str, primaries: Primaries, curve: bytes) -> bytes:
    columns = [tuple(row[i] for row in to_d50(primaries)) for i in range(3)]
    tags = {b"wtpt": xyz(D50)}
    for name, column in zip((b"r", b"g", b"b"), columns, strict=True):
        tags |= {name + b"XYZ": xyz(column), name + b"TRC": curve}
    return profile(words, b"mntr", b"RGB ", b"XYZ ", tags)


def to_d50(primaries: Primaries) -> tuple[Row, Row, Row]:
    """The matrix from linear light to the connection space."""
    columns = [(x / y, 1.0, (1 - x - y) / y) for x, y in primaries]
    white = (D65[0] / D65[1], 1.0, (1 - D65[0] - D65[1]) / D65[1])
    parts = solve(columns, white)
    scaled = tuple(tuple(columns[i][row] * parts[i] for i in range(3)) for row in range(3))
    return tuple(
        tuple(sum(D65_TO_D50[row][k] * scaled[k][i] for k in range(3)) for i in range(3)) for row in range(3)
    )


def solve(columns: list[Row], target: Row) -> list[float]:
    """Cramer's rule."""

    def determinant(a: Row, b: Row, c: Row) -> float:
        return (
            a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1])
        )

    whole = determinant(*columns)
    return [determinant(*(target if j == i else columns[j] for j in range(3))) / whole for i in range(3)]


def xyz(values: Row) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def gamma_curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


def srgb_curve() -> bytes:
    return sampled_curve(linear)


def sampled_curve(light: Callable[[float], float], steps: int = 1024) -> bytes:
    values = (round(light(step / (steps - 1)) * 65535) for step in range(steps))
    return b"curv" + bytes(4) + struct.pack(f">I{steps}H", steps, *values)


def linear(value: float) -> float:
    """From sRGB's value to light."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def lab_bytes(light: Row) -> bytes:
    """A colour, given as linear sRGB light, as the eight-bit Lab of a table."""
    matrix = to_d50(SRGB_PRIMARIES)
    ratios = [sum(row[i] * light[i] for i in range(3)) / white for row, white in zip(matrix, D50, strict=True)]
    fx, fy, fz = (r ** (1 / 3) if r > 216 / 24389 else (24389 / 27 * r + 16) / 116 for r in ratios)
    lab = ((116 * fy - 16) * 2.55, 500 * (fx - fy) + 128, 200 * (fy - fz) + 128)
    return bytes(min(255, max(0, round(value))) for value in lab)
