"""The IIIF image service that a picture came from (https://iiif.io/api/image/3.0/), by what its record tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_REGION = re.compile(r"full|square|(?:pct:)?[\d.]+,[\d.]+,[\d.]+,[\d.]+", re.ASCII)
_SIZE = re.compile(r"\^?(?:full|max|pct:[\d.]+|!?\d*,\d*)", re.ASCII)
_ROTATION = re.compile(r"!?\d+(?:\.\d+)?", re.ASCII)
_QUALITY = re.compile(r"(default|native|color|colour|grey|gray|bitonal)(?:\.[a-z0-9]+)?", re.ASCII)
_LONGEST = 2000
_LEVEL = re.compile(r"level[012]")
_VERSION = re.compile(r"/image/([123])[/.]|/image-api/(1)\.")


@dataclass(frozen=True)
class ImageService:
    """``address`` without what is asked of it, ``version`` of the Image API (1, 2 or 3), ``level`` that it conforms to,
    such as "level2"."""

    address: str
    version: int
    level: str

    def as_dict(self) -> dict[str, Any]:
        """As manifests of Presentation API 3 name it: versions 1 and 2 keep their old names of properties."""
        if self.version == 3:
            return {"id": self.address, "type": "ImageService3", "profile": self.level}
        profile = (
            f"http://iiif.io/api/image/2/{self.level}.json"
            if self.version == 2
            else f"http://library.stanford.edu/iiif/image-api/1.1/compliance.html#{self.level}"
        )
        return {"@id": self.address, "@type": f"ImageService{self.version}", "profile": profile}


def image_service(record: Mapping[str, Any]) -> ImageService | None:
    """The service of a record's picture, by the columns "image_service" and "image_profile" where it has them, else by
    "image_url", which is then an address of the Image API; None where there is no service, and where the picture is but
    a part of what the service shows, or turned.

    Of a service whose profile is not known level 0 is said, which every one has."""
    asked = _request(record.get("image_url"))
    if asked is not None and (asked["region"] != "full" or asked["rotation"] != "0"):
        return None
    given, profile = record.get("image_service"), record.get("image_profile")
    given = given.rstrip("/") if isinstance(given, str) and given.startswith(("http://", "https://")) else None
    address = given or (asked["service"] if asked else None)
    if address is None:
        return None
    profile = profile if isinstance(profile, str) else ""
    level, version = _LEVEL.search(profile), _VERSION.search(profile)
    if version:
        number = int(version[1] or version[2])
    elif level and profile == level[0]:
        number = 3
    else:
        number = 1 if asked and asked["quality"].startswith("native") else 2
    return ImageService(address, number, level[0] if level else "level0")


def _request(address: Any) -> dict[str, str] | None:
    """An address of the Image API taken apart; None for any other."""
    if not isinstance(address, str) or len(address) > _LONGEST or not address.startswith(("http://", "https://")):
        return None
    if urlsplit(address).query or urlsplit(address).fragment:
        return None
    parts = address.rsplit("/", 4)
    if len(parts) != 5 or not urlsplit(parts[0]).path.strip("/"):
        return None
    service, *rest = parts
    if not all(form.fullmatch(part) for form, part in zip((_REGION, _SIZE, _ROTATION, _QUALITY), rest, strict=True)):
        return None
    return dict(zip(("service", "region", "size", "rotation", "quality"), parts, strict=True))
