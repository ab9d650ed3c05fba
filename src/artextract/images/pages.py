"""Which of the pages of a TIFF is the picture."""

from __future__ import annotations

from PIL import Image

from artextract.images.limits import MAX_PIXELS

MOST = 100
"""Pages that are looked at."""
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _PHOTOMETRIC = 254, 255, 262
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType (TIFF 6.0, section 8)
_TRANSPARENCY_MASK = 4  # as PhotometricInterpretation


def choose_page(image: Image.Image) -> str | None:
    """Turn an opened TIFF to its largest page that is a full picture; the first of equals.

    Scanners put a preview or a mask beside the picture, sometimes before it. Pages that say they are a reduced version
    or a mask count only where there is nothing else, and so do pages of more pixels than are decoded. Gives a note
    where another page than the first was taken. Other formats have their picture first, and stay there."""
    if image.format != "TIFF" or not getattr(image, "is_animated", False):
        return None
    ranks: dict[int, tuple[bool, bool, bool, int]] = {}
    for page in range(MOST):
        try:
            image.seek(page)
        except EOFError:
            break
        except Exception:  # a page of a kind that cannot be decoded is no candidate
            continue
        tags = image.tag_v2  # type: ignore[attr-defined]
        kind = tags.get(_NEW_SUBFILE_TYPE, 0)
        kind = kind if isinstance(kind, int) else 0
        width, height = image.size
        ranks[page] = (
            not kind & _MASK and tags.get(_PHOTOMETRIC) != _TRANSPARENCY_MASK,
            width * height <= MAX_PIXELS,
            not kind & _REDUCED and tags.get(_SUBFILE_TYPE) != 2,
            width * height,
        )
    chosen = max(ranks, key=lambda page: (ranks[page], -page), default=0)
    image.seek(chosen)
    return None if chosen == 0 else "a later page of the file is shown, since the first is a preview or a mask"
