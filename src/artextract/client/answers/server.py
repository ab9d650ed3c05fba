"""What the server says of itself."""

from typing import TypedDict

from artextract.client.answers.review import JobAnswer


class Health(TypedDict):
    ok: bool
    index: str
    version: str


class Session(TypedDict):
    token: str
    user: str | None
    sign_in: bool


class UpdateAnswer(TypedDict):
    possible: bool
    index: str
    indexed: bool
    searchable: int
    paintings: int
    job: JobAnswer | None
    new: int
    changed: int
    gone: int
    skipped: int
    written: bool


class AddedAnswer(TypedDict):
    added: str | None


class SignedIn(TypedDict):
    user: str | None
