"""A person's photo: whatever was uploaded becomes a small square of plain pixels, and nothing else of it is kept."""

import io
import threading

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from okienko.files import sniff

SIDE = 256  # pixels
MOST_BYTES = 8 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# Pixels a file may claim, and pixels that may be unpacked: a JPEG is unpacked small.
MOST_CLAIMED, MOST_UNPACKED = 50_000_000, 25_000_000
_one_at_a_time = threading.Lock()  # unpacking takes memory


class NotAPhoto(Exception):
    """The bytes cannot become a photo; the text says why and what to do, in the reader's language."""


def square(data: bytes) -> bytes:
    """A WebP of SIDE × SIDE pixels out of a JPEG, PNG, WebP or GIF (its first picture), upright, cut in the middle.

    Place, camera and whatever else was in the file is gone. NotAPhoto.
    """
    if len(data) > MOST_BYTES:
        raise NotAPhoto(_("This file is larger than 8 MB. Choose a smaller one."))
    if sniff.content_type(data[:64]) in {"image/heic", "image/heif", "image/avif"}:
        raise NotAPhoto(
            _(
                "Photos of this kind (HEIC, AVIF) cannot be read here yet. Save it as JPEG and try again; "
                "an iPhone takes JPEG photos when “Most Compatible” is chosen in the settings of its camera."
            )
        )
    with _one_at_a_time:
        try:
            return _packed(_unpacked(data))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, TooManyPixels) as error:
            raise NotAPhoto(_("This picture has too many pixels. Make it smaller and try again.")) from error
        except Exception as error:  # whatever a decoder says of a stranger's bytes
            raise NotAPhoto(_("This file is no photo. Choose a JPEG, PNG, WebP or GIF.")) from error


class TooManyPixels(Exception):
    """Unpacking would take more memory than a small picture is worth."""


def _unpacked(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MOST_CLAIMED:
        raise TooManyPixels
    image.draft("RGB", (2 * SIDE, 2 * SIDE))
    if image.width * image.height > MOST_UNPACKED:
        raise TooManyPixels
    image.load()
    return ImageOps.exif_transpose(image)


def _packed(image: Image.Image) -> bytes:
    fitted = ImageOps.fit(image.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    # Pixels alone go over to a new picture: nothing the old one carried comes along.
    paper = Image.new("RGB", (SIDE, SIDE), "white")
    paper.paste(fitted, mask=fitted.getchannel("A"))
    packed = io.BytesIO()
    paper.save(packed, "WEBP", quality=85, method=4)
    return packed.getvalue()
