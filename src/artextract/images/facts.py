"""What an import keeps of a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from artextract.images.decoder import decode, refusal
from artextract.images.hashes import content_hash, perceptual_hash
from artextract.objects import Address


@dataclass(frozen=True)
class ImageFacts:
    """What an import keeps of a file: sizes are those of the upright picture, hashes are lower-case hex.

    ``phash`` is None for a picture so flat that its hash would be that of the noise in it. ``format`` is Pillow's name
    of the format. ``notes``: what was mended or left out to show the picture; ``complete`` is False where the file ends
    before the picture does.
    """

    sha256: str
    phash: str | None
    width: int
    height: int
    format: str = ""
    notes: tuple[str, ...] = ()
    complete: bool = True


def inspect(path: str | Path | Address | bytes) -> ImageFacts:
    """Decode a file, or the bytes of one, once to learn that it is whole, how large it is and what its hashes are.

    Raises ``ImageError``, and ``StoreError`` where it lies at a store that cannot be asked."""
    try:
        file = path.read_bytes() if isinstance(path, Address) else path
        digest = content_hash(file)
    except OSError as error:
        raise refusal(path, error) from error
    seen = decode(file, at_least=64)
    return ImageFacts(
        digest, perceptual_hash(seen.image), seen.width, seen.height, seen.format, seen.notes, seen.complete
    )
