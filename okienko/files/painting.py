"""A smaller picture of a picture, in a process of its own: `python -m okienko.files.painting PATH SIDE`.

Answers a line of JSON and then the WebP: only pixels, upright, in the colours of screens; nothing else that was in the
file. The line: {"width", "height", "has_place"} or {"trouble": "broken" | "pixels"}. Knows no Django.
"""

import io
import json
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageOps

from okienko.lib import confined

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")
# Pixels a file may claim, and pixels that are unpacked: a JPEG is unpacked small.
MOST_CLAIMED, MOST_UNPACKED = 200_000_000, 64_000_000
SECONDS, MEGABYTES = 15, 2000
QUALITY = 84
PLACE, LATITUDE = 0x8825, 2  # where a photo tells the place it was taken


class TooManyPixels(Exception):
    pass


def painted(path: str, side: int) -> tuple[dict[str, Any], bytes]:
    """What is said of the picture, and its WebP of at most side × side pixels. Whatever Pillow raises; TooManyPixels."""
    Image.MAX_IMAGE_PIXELS = MOST_CLAIMED
    know_heif()
    with Image.open(path, formats=FORMATS) as image:
        with_place = has_place(image)
        image.draft("RGB", (2 * side, 2 * side))
        if image.width * image.height > MOST_UNPACKED:
            raise TooManyPixels
        image.load()
        small = in_screen_colours(ImageOps.exif_transpose(image))
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    # Pixels alone go over to a new picture: nothing the old one carried comes along.
    clean = Image.new(small.mode, small.size)
    clean.paste(small)
    packed = io.BytesIO()
    clean.save(packed, "WEBP", quality=QUALITY, method=2)
    return {"width": clean.width, "height": clean.height, "has_place": with_place}, packed.getvalue()


def know_heif():
    import pillow_heif  # noqa: PLC0415 - it takes a while, and costs pages nothing here

    pillow_heif.register_heif_opener(thumbnails=False)


def has_place(image: Image.Image) -> bool:
    try:
        return bool(image.getexif().get_ifd(PLACE).get(LATITUDE))
    except Exception:  # noqa: BLE001 - whatever the notes of a stranger's camera are made of
        return False


def in_screen_colours(image: Image.Image) -> Image.Image:
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    profile = image.info.get("icc_profile")
    plain = image.convert("RGBA" if has_alpha else "RGB")
    if not profile or image.mode not in {"RGB", "RGBA"}:
        return plain
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(plain, own, ImageCms.createProfile("sRGB"), outputMode=plain.mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return plain
    return turned or plain


def main():
    confined.limit(seconds=SECONDS, megabytes=MEGABYTES)
    warnings.simplefilter("ignore")
    path, side = sys.argv[1:3]
    try:
        said, picture = painted(path, int(side))
    except (TooManyPixels, Image.DecompressionBombError, MemoryError):
        said, picture = {"trouble": "pixels"}, b""
    except Exception:  # noqa: BLE001 - whatever a decoder says of a stranger's bytes
        said, picture = {"trouble": "broken"}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + picture)


if __name__ == "__main__":
    main()
