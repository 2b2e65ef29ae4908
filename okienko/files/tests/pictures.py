"""Files as strangers send them, made here."""

import io
import zipfile

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()
SIDEWAYS = 6  # of the tag "orientation": turned to the right to be upright


def exif(*, orientation: int = 1, place: bool = False) -> Image.Exif:
    notes = Image.Exif()
    notes[0x0112], notes[0x010F] = orientation, "Kamera Zofii"
    if place:
        notes.get_ifd(0x8825).update({1: "N", 2: (52.0, 13.0, 30.0), 3: "E", 4: (21.0, 0.0, 40.0)})
    return notes


def picture(kind: str = "JPEG", width: int = 40, height: int = 20, **more) -> bytes:
    """Its upper left quarter is red, the rest is blue."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height // 2))
    packed = io.BytesIO()
    image.save(packed, kind, **more)
    return packed.getvalue()


def archive(*names: str, encrypted: bool = False) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name in names:
            made.writestr(name, b"x")
    data = packed.getvalue()
    if not encrypted:
        return data
    # The flag that tells of a password, in both places where a zip keeps it.
    return data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")  # fmt: skip


PROGRAM = b"MZ" + bytes(80)
PDF = b"%PDF-1.4\n%%EOF"
SOUND = b"ID3" + bytes(60)
