"""Which of the pages of a TIFF is the picture."""

from __future__ import annotations

from PIL import Image

from artextract.images.limits import MAX_PIXELS

MOST = 100
"""Pages that are looked at."""
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _PHOTOMETRIC, _SUB_PAGES = 254, 255, 262, 330
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType (TIFF 6.0, section 8)
_TRANSPARENCY_MASK = 4  # as PhotometricInterpretation


def choose_page(image: Image.Image) -> str | None:
    """Turn an opened TIFF to its largest page that is a full picture; the first of equals.

    Scanners put a preview or a mask beside the picture, sometimes before it, and cameras the picture inside a page that
    is a preview (SubIFDs; TIFF-F and Adobe's supplement). Pages that say they are a reduced version or a mask count
    only where there is nothing else, and so do pages of more pixels than are decoded. Gives a note where another page
    than the first was taken. Other formats have their picture first, and stay there."""
    if image.format != "TIFF" or not (getattr(image, "is_animated", False) or _inside(image)):
        return None
    ranks: dict[int, tuple[bool, bool, bool, int]] = {}
    inside: list[int] = []
    for page in range(MOST):
        try:
            image.seek(page)
        except EOFError:
            break
        except Exception:  # a page of a kind that cannot be decoded is no candidate
            continue
        ranks[page] = _rank(image)
        inside += _inside(image)
    for offset in list(dict.fromkeys(inside))[: MOST - len(ranks)]:
        try:
            page = _turn_inside(image, offset)
        except Exception:  # raw data of a camera, or no page at all
            continue
        ranks[page] = _rank(image)
    chosen = max(ranks, key=lambda page: (ranks[page], -page), default=0)
    image._seek(chosen)  # type: ignore[attr-defined]
    return None if chosen == 0 else "a later page of the file is shown, since the first is a preview or a mask"


def _rank(image: Image.Image) -> tuple[bool, bool, bool, int]:
    tags = image.tag_v2  # type: ignore[attr-defined]
    kind = tags.get(_NEW_SUBFILE_TYPE, 0)
    kind = kind if isinstance(kind, int) else 0
    width, height = image.size
    return (
        not kind & _MASK and tags.get(_PHOTOMETRIC) != _TRANSPARENCY_MASK,
        width * height <= MAX_PIXELS,
        not kind & _REDUCED and tags.get(_SUBFILE_TYPE) != 2,
        width * height,
    )


def _inside(image: Image.Image) -> list[int]:
    """Where the pages inside this page begin."""
    said = image.tag_v2.get(_SUB_PAGES, ())  # type: ignore[attr-defined]
    offsets = said if isinstance(said, tuple) else (said,)
    return [offset for offset in offsets[:MOST] if isinstance(offset, int) and offset > 0]


def _turn_inside(image: Image.Image, offset: int) -> int:
    """Turn to a page that is inside another, as Pillow's ``get_child_images`` does, and give its number."""
    places = image._frame_pos  # type: ignore[attr-defined]
    if offset in places:
        raise ValueError("it is a page of its own")
    places.append(offset)
    if limits := getattr(image, "_tag_data_limits", None):  # of Pillow 13
        limits.append(limits[0])
    image._seek(len(places) - 1)  # type: ignore[attr-defined]
    return len(places) - 1
