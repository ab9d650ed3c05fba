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
    answer = response.json()
    assert (
        list(answer) == ["error"]
        and list(answer["error"]) == ["message", "hint", "code"]
        and answer["error"]["message"]
    )
    return answer["error"]
