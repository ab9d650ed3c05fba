"""Signing in and out, and the figures for those who run the server."""

from __future__ import annotations

import math

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from artextract.app.api.access import COOKIE, cookie_of
from artextract.app.api.guards import at_most, error_answer, require_token
from artextract.app.api.rates import network_of
from artextract.app.api.workspace import ForbiddenError, Workspace
from artextract.app.sessions import HOURS
from artextract.app.users import LONGEST_NAME, LONGEST_PASSWORD, Attempts
from artextract.errors import InputError


class SignIn(BaseModel):
    name: str = Field(max_length=LONGEST_NAME)
    password: str = Field(max_length=LONGEST_PASSWORD)


class SignedIn(BaseModel):
    """``user``: the name that stands in decisions and judgements from now on; null after signing out."""

    user: str | None


class WrongPasswordError(InputError):
    status = 401
    code = "wrong-password"


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["server"])
    attempts, access, token = Attempts(), workspace.access, Depends(require_token(workspace))

    @router.post("/api/sign-in", dependencies=[token, at_most(1)], response_model=SignedIn)
    def sign_in(asked: SignIn, request: Request) -> Response:
        """Sign in, where the server has users. The answer sets a cookie that lasts 12 hours or until the server is
        stopped, unless servers share their sessions. After some wrong passwords each further one must wait: 429, with
        Retry-After."""
        if access.users is None:
            raise ForbiddenError(
                "this server has no users", "start it with: artextract serve COLLECTION --users FILE", code="no-users"
            )
        address = network_of(request.client.host if request.client else "")
        wait = attempts.wait(address, asked.name)
        if wait:
            headers = {"Retry-After": str(math.ceil(wait))}
            return error_answer(
                429, "too many wrong passwords", f"try again in {math.ceil(wait)} s", headers, "too-many-attempts"
            )
        name = access.users.name_of(asked.name, asked.password)
        if name is None:
            attempts.failed(address, asked.name)
            raise WrongPasswordError("name or password is wrong", "try again")
        attempts.succeeded(address, asked.name)
        answer = JSONResponse({"user": name})
        answer.set_cookie(
            COOKIE,
            access.sessions.begin(name),
            max_age=HOURS * 3600,
            path=_path(request),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return answer

    @router.post("/api/sign-out", dependencies=[token], response_model=SignedIn)
    def sign_out(request: Request) -> Response:
        """Sign out."""
        access.sessions.end(cookie_of(request.headers.get("cookie", "")))
        answer = JSONResponse({"user": None})
        answer.delete_cookie(COOKIE, path=_path(request), httponly=True, samesite="strict")
        return answer

    return router


def _path(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/"
