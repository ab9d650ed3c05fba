"""What tests of the API need to read answers and to send pictures."""

import io

from PIL import Image


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def error_of(response, status: int) -> dict:
    """The error of an answer, which must have this status."""
    assert response.status_code == status, response.text
    told = response.json()
    assert list(told) == ["error"] and list(told["error"]) == ["message", "hint"] and told["error"]["message"]
    return told["error"]
