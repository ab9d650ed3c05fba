"""The mix that the collection is searched with unless another is asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, StringConstraints

from artextract.app.api.access import acting
from artextract.app.api.fields import Name, Weights
from artextract.app.api.guards import require_token
from artextract.app.api.workspace import Workspace
from artextract.search.asking.own_mix import choices, choose_mix, chosen_mix
from artextract.search.asking.weights import resolve_weights


class MixAnswer(BaseModel):
    """``weights`` that are in force, which sum to 1; ``chosen``: whether people chose them, ``by`` and ``study`` say
    who and whose raters prefer them; ``time`` is UTC."""

    weights: dict[str, float]
    chosen: bool
    study: str = ""
    by: str = ""
    time: str = ""


class MixChoice(BaseModel):
    """``weights`` by feature; null for the built-in mix again."""

    weights: Weights | None
    study: Name = ""
    by: Annotated[str, StringConstraints(max_length=80)] = ""


def routes(workspace: Workspace) -> APIRouter:
    router = APIRouter(tags=["search"])

    def answer() -> MixAnswer:
        engine, made = workspace.engine(), choices(workspace.root)
        last = made[-1] if made and made[-1].get("weights") else {}
        said = {name: last.get(name, "") for name in ("study", "by", "time")}
        if not workspace.access.has("mix"):  # names are not for strangers
            said["by"] = ""
        return MixAnswer(
            weights=engine.weights_of(None),
            chosen=chosen_mix(engine.paintings.root, engine.index.features) is not None,
            **said,
        )

    @router.get("/api/mix")
    def mix() -> MixAnswer:
        """The mix of a search that names none."""
        return answer()

    @router.post("/api/mix", dependencies=[Depends(require_token(workspace))])
    def choose(asked: MixChoice) -> MixAnswer:
        """Choose the mix of a search that names none, for everyone; it is kept in the collection's ``mix.json``."""
        if asked.weights is not None:
            resolve_weights(asked.weights, workspace.engine().index.features)
        choose_mix(workspace.root, asked.weights, asked.study, acting(asked.by))
        return answer()

    return router
