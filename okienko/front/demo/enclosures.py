"""Files that customers enclose: photos drawn here, so that nothing has to be carried along. Papers are in papers.py."""

import io
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

from okienko.front.demo import papers

SIZE = (960, 720)
CLAY, GLAZE, WOOD, CARD = (176, 122, 92), (214, 206, 192), (150, 112, 78), (188, 150, 104)
DARK, PAPER, STEEL, COFFEE = (52, 40, 34), (244, 240, 232), (150, 156, 162), (74, 46, 30)


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    data: bytes


@cache
def enclosed(name: str) -> File:
    """The file of this name. KeyError for one nobody has drawn or written."""
    if name in papers.PAPERS:
        return File(*papers.PAPERS[name]())
    file_name, painter = PHOTOS[name]
    picture = photo(painter, seed=name)
    kind = "PNG" if file_name.endswith(".png") else "JPEG"
    held = io.BytesIO()
    if kind == "PNG":
        picture = picture.quantize(64)  # grain in all its colours would weigh half a megabyte
    picture.save(held, kind)
    return File(file_name, f"image/{kind.lower()}", held.getvalue())


Painter = Callable[[ImageDraw.ImageDraw, random.Random], None]


def photo(painter: Painter, *, seed: str) -> Image.Image:
    """What the painter draws on a table, out of focus at the edges and grainy, as a telephone sees it."""
    chance = random.Random(seed)  # noqa: S311 - the same picture each time
    picture = table(chance)
    painter(ImageDraw.Draw(picture), chance)
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    # Smaller grain than pixel noise: a PNG of that would weigh a megabyte.
    grain = Image.effect_noise((SIZE[0] // 4, SIZE[1] // 4), 26).resize(SIZE).convert("RGB")
    picture = Image.blend(picture, grain, 0.06)
    light = Image.radial_gradient("L").resize((1600, 1200)).crop((160, 90, 160 + SIZE[0], 90 + SIZE[1]))
    return Image.composite(Image.new("RGB", SIZE, (28, 22, 18)), picture, light.point(lambda v: v // 4))


def table(chance: random.Random) -> Image.Image:
    picture = Image.new("RGB", SIZE, WOOD)
    draw = ImageDraw.Draw(picture)
    for y in range(0, SIZE[1], 3):
        shade = int(18 * chance.random()) + y // 40
        draw.line((0, y, SIZE[0], y + chance.randint(-4, 4)), fill=tuple(v + shade for v in WOOD), width=3)
    return picture.filter(ImageFilter.GaussianBlur(2))


def vessel(draw, box, colour=CLAY, *, inside=GLAZE):
    """A cup, bowl or jug seen from above its rim: shadow, body, rim, inside."""
    left, top, right, bottom = box
    rim = (right - left) // 7
    draw.ellipse((left + 10, bottom - 30, right + 60, bottom + 34), fill=(92, 68, 48))
    for step in range(12):
        shade = tuple(max(0, v - 34 + step * 5) for v in colour)
        draw.rounded_rectangle((left + step * 6, top, right - step * 3, bottom), radius=60, fill=shade)
    draw.ellipse((left, top - rim, right, top + rim), fill=tuple(min(255, v + 26) for v in colour))
    draw.ellipse((left + 14, top - rim + 12, right - 14, top + rim - 10), fill=inside)


def crack(draw, chance, start, end, *, width=5):
    """A dark, broken line between two points."""
    points, steps = [start], 9
    for step in range(1, steps):
        x = start[0] + (end[0] - start[0]) * step / steps + chance.randint(-16, 16)
        y = start[1] + (end[1] - start[1]) * step / steps + chance.randint(-9, 9)
        points.append((x, y))
    draw.line([*points, end], fill=DARK, width=width, joint="curve")


def shards(draw, chance, colour=GLAZE, count=9):
    for _ in range(count):
        x, y, size = chance.randint(180, 740), chance.randint(190, 540), chance.randint(40, 110)
        turns = sorted(chance.uniform(0, math.tau) for _ in range(5))
        corners = [(x + size * math.cos(turn), y + 0.7 * size * math.sin(turn)) for turn in turns]
        shade = chance.randint(0, 40)
        draw.polygon([(a + 9, b + 12) for a, b in corners], fill=(196, 186, 172))
        draw.polygon(corners, fill=tuple(v - shade for v in colour))


def handle(draw, *, is_off: bool):
    box = (690, 470, 850, 640) if is_off else (640, 300, 780, 470)
    if is_off:
        draw.ellipse((700, 590, 880, 660), fill=(96, 72, 52))
    draw.arc(box, 200, 520 if is_off else 460, fill=(140, 94, 70), width=34)


def cracked_cup(draw, chance):
    handle(draw, is_off=False)
    vessel(draw, (330, 240, 680, 560))
    crack(draw, chance, (640, 270), (600, 520))


def cup_without_handle(draw, _chance):
    vessel(draw, (250, 220, 600, 540), (120, 134, 148))
    handle(draw, is_off=True)
    draw.ellipse((570, 300, 606, 340), fill=PAPER)
    draw.ellipse((566, 440, 602, 476), fill=PAPER)


def cracked_floor(draw, chance):
    vessel(draw, (260, 260, 700, 600), (196, 190, 178), inside=(228, 222, 208))
    crack(draw, chance, (330, 262), (600, 240), width=3)
    draw.ellipse((520, 232, 548, 250), fill=CLAY)


def broken_plate(draw, chance):
    draw.ellipse((200, 160, 780, 610), fill=(96, 72, 52))
    draw.ellipse((190, 140, 770, 590), fill=(206, 190, 164))
    draw.ellipse((270, 205, 690, 525), fill=(220, 206, 182))
    crack(draw, chance, (240, 240), (560, 585), width=7)
    crack(draw, chance, (430, 400), (760, 300), width=6)


def broken_things(draw, chance):
    draw.rectangle((90, 90, 870, 660), fill=PAPER)
    shards(draw, chance)


def dented_box(draw, chance):
    draw.polygon([(180, 250), (700, 200), (820, 330), (820, 600), (260, 660), (180, 560)], fill=CARD)
    draw.polygon([(180, 250), (700, 200), (820, 330), (300, 380)], fill=(204, 168, 122))
    draw.polygon([(430, 560), (560, 470), (640, 540), (520, 640)], fill=(128, 98, 66))
    draw.line((300, 380, 260, 660), fill=(140, 108, 72), width=6)
    draw.line((500, 228, 560, 354), fill=(226, 216, 190), width=44)
    draw.rectangle((600, 400, 770, 500), fill=PAPER)
    for line in range(6):
        draw.line((616, 416 + line * 13, 616 + chance.randint(60, 136), 416 + line * 13), fill=DARK, width=4)


def spilled_beans(draw, chance):
    draw.polygon([(150, 160), (420, 120), (470, 420), (210, 470)], fill=(60, 66, 60))
    for _ in range(520):
        x, y = int(chance.gauss(560, 150)), int(chance.gauss(430, 110))
        draw.ellipse((x, y, x + 22, y + 14), fill=tuple(v + chance.randint(-14, 18) for v in COFFEE))


def empty_locker(draw, _chance):
    draw.rectangle((0, 0, 960, 720), fill=(228, 196, 60))
    for row in range(3):
        for column in range(3):
            x, y = 40 + column * 300, 30 + row * 230
            is_open = (row, column) == (1, 1)
            draw.rectangle((x, y, x + 280, y + 210), fill=(40, 40, 42) if is_open else (240, 212, 84))
            draw.rectangle((x, y, x + 280, y + 210), outline=(150, 128, 30), width=5)
    draw.polygon([(340, 260), (620, 260), (590, 300), (370, 300)], fill=(70, 70, 74))


def wet_mark(draw, _chance):
    draw.ellipse((280, 220, 720, 560), fill=(112, 82, 56))
    draw.ellipse((305, 242, 695, 538), fill=(138, 104, 74))


def jug(draw, chance):
    draw.arc((600, 250, 800, 520), 260, 460, fill=(150, 100, 74), width=30)
    vessel(draw, (330, 180, 660, 600), (190, 132, 110))
    crack(draw, chance, (350, 572), (520, 590), width=3)


def burnt_handle(draw, _chance):
    draw.polygon([(330, 200), (560, 200), (600, 380), (560, 600), (330, 600), (290, 380)], fill=STEEL)
    draw.polygon([(590, 260), (760, 280), (740, 420), (610, 400)], fill=(34, 32, 32))
    draw.ellipse((650, 380, 760, 470), fill=(58, 44, 36))


def pebble(draw, chance):
    spilled_beans(draw, chance)
    draw.ellipse((430, 330, 500, 384), fill=(168, 164, 158))


def logo(draw, _chance):
    draw.rectangle((0, 0, 960, 720), fill=PAPER)
    draw.rounded_rectangle((360, 230, 560, 470), radius=40, outline=(11, 110, 79), width=26)
    draw.arc((540, 280, 660, 420), 270, 450, fill=(11, 110, 79), width=26)
    draw.line((300, 540, 660, 540), fill=(11, 110, 79), width=14)


PHOTOS: dict[str, tuple[str, Painter]] = {
    "ucho": ("ucho-1.jpg", cracked_cup),
    "szron": ("ucho-2.jpg", broken_things),
    "karton": ("karton.jpg", dented_box),
    "skorupy": ("IMG_20417.jpg", broken_things),
    "skrytka": ("skrytka.jpg", empty_locker),
    "ziarna": ("IMG_3382.jpg", spilled_beans),
    "odprysk": ("odprysk.png", cracked_floor),
    "pekniecie": ("kubek.jpg", cracked_cup),
    "dzbanek": ("dzbanek-spod.jpg", jug),
    "slad": ("slad-na-stole.jpg", wet_mark),
    "ucho_telefon": ("IMG_5521.jpg", cup_without_handle),
    "talerz": ("talerz.jpg", broken_plate),
    "kamyk": ("kamyk.jpg", pebble),
    "raczka": ("raczka.jpg", burnt_handle),
    "logo": ("logo.png", logo),
}
