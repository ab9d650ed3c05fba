"""An example of every call, with curl and in Python, for /docs and for tools that read ``x-codeSamples`` of OpenAPI."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from artextract.app.api.guards import TOKEN_HEADER
from artextract.app.api.versions import BEGINS, VERSION
from artextract.labels import classes_of
from artextract.search.asking.engine import SearchEngine

SERVER = "http://127.0.0.1:8000"
ADDRESS = re.compile(r"/api/(?!v1/)(?=[a-z])")
ID, OTHER, LABELLED, WORDS = "$ID", "$OTHER", "$LABELLED", "$WORDS"
"""Stand for the ids of two paintings of the collection, a filter by a label and words that some of its texts have."""
UPLOAD = 'upload = client.upload("painting.jpg")["upload"]'
JOB = 'job = client.begin_job(predict=[{"id": "$ID"}])["job"]'
PICTURE = "painting.jpg"


@dataclass(frozen=True)
class Sample:
    """``method`` of the client, called with the values of ``path``, then with ``query`` and ``body``. ``before``: a
    line that must stand before it; ``names`` are arguments that are names of that line, not texts. ``file``: whether a
    picture is sent."""

    method: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    before: str = ""
    names: tuple[str, ...] = ()
    file: bool = False


PAINTING = {"painting_id": ID}
TOKEN = {"token": "upload"}
STUDY = {"name": "first look"}
LIST = {"id": "LIST"}
SAMPLES = {
    "GET /health": Sample("health"),
    "GET /session": Sample("session"),
    "POST /sign-in": Sample("sign_in", body={"name": "Ada", "password": "four words of mine"}),
    "POST /sign-out": Sample("sign_out"),
    "GET /updating": Sample("updating"),
    "POST /updating": Sample("update"),
    "POST /added": Sample("add", query={"name": PICTURE}, file=True),
    "GET /collection": Sample("collection"),
    "GET /paintings": Sample("paintings", query={"limit": 10, "where": [LABELLED], "sort": "title"}),
    "GET /paintings/{painting_id}": Sample("painting", PAINTING),
    "GET /layout": Sample("layout"),
    "GET /ids": Sample("ids", query={"where": [LABELLED]}),
    "GET /facets": Sample("facets"),
    "GET /facets/{column}": Sample("facet", {"column": "style"}, {"find": "im"}),
    "GET /places/{painting_id}": Sample("place", PAINTING),
    "GET /images/{painting_id}": Sample("image", PAINTING, {"size": 1600}),
    "GET /predictions/{painting_id}": Sample("predictions", PAINTING),
    "GET /attention/{painting_id}": Sample("attention", PAINTING, {"attribute": "style"}),
    "POST /uploads": Sample("upload", file=True),
    "GET /uploads": Sample("upload_limits"),
    "GET /uploads/{token}": Sample("upload_facts", TOKEN, before=UPLOAD, names=("token",)),
    "GET /uploads/{token}/image": Sample("upload_image", TOKEN, before=UPLOAD, names=("token",)),
    "GET /uploads/{token}/attention": Sample(
        "upload_attention", TOKEN, {"attribute": "style"}, before=UPLOAD, names=("token",)
    ),
    "POST /search": Sample("search", body={"id": ID, "weights": {"deep": 0.7, "palette": 0.3}, "k": 5}),
    "GET /mix": Sample("mix"),
    "POST /mix": Sample("choose_mix", body={"weights": None, "by": "Ada"}),
    "POST /motifs": Sample("motifs", body={"id": ID, "region": [0.5, 0.1, 0.8, 0.4]}),
    "POST /predict": Sample("predict", body={"upload": "upload"}, before=UPLOAD, names=("upload",)),
    "POST /compare": Sample("compare", body={"hit": OTHER, "id": ID}),
    "GET /compare/overlays/{name}": Sample("overlay", {"name": "palette"}, {"hit": OTHER, "id": ID}),
    "GET /path": Sample("path", query={"first": ID, "last": OTHER}),
    "GET /embeddings/{painting_id}": Sample("embedding", PAINTING),
    "POST /embeddings": Sample("embeddings", body={"ids": [ID, OTHER]}),
    "POST /jobs": Sample("begin_job", body={"search": [{"id": ID, "k": 5}, {"words": WORDS}]}),
    "GET /jobs/{job}": Sample("job", {"job": "job"}, before=JOB, names=("job",)),
    "GET /jobs/{job}/result": Sample("job_result", {"job": "job"}, before=JOB, names=("job",)),
    "DELETE /jobs/{job}": Sample("end_job", {"job": "job"}, before=JOB, names=("job",)),
    "GET /map": Sample("map"),
    "POST /map/again": Sample("map_again", body={"method": "pca"}),
    "GET /map/options": Sample("map_options"),
    "GET /map/column": Sample("map_column", query={"name": "style"}),
    "GET /map/passing": Sample("map_passing", query={"where": [LABELLED]}),
    "GET /map/paintings": Sample("map_paintings", query={"id": [ID, OTHER]}),
    "POST /map/chosen": Sample("map_chosen", body={"ids": [ID, OTHER]}),
    "GET /review": Sample("review", query={"attribute": "style"}),
    "GET /review/labels": Sample("review_labels", query={"attribute": "style"}),
    "POST /review/decisions": Sample(
        "decide", body={"painting": ID, "attribute": "style", "action": "accept", "reviewer": "Ada"}
    ),
    "GET /review/decisions": Sample("review_decisions"),
    "POST /review/undo": Sample("undo_decision", body={"decision": "DECISION", "reviewer": "Ada"}),
    "GET /review/history": Sample("review_history", query={"limit": 10}),
    "GET /review/summary": Sample("review_summary"),
    "GET /review/corrected": Sample("review_corrected"),
    "GET /study": Sample("studies"),
    "POST /study": Sample("new_study", body={"name": "first look", "mixes": ["deep=1", "palette=1"]}),
    "GET /study/{name}": Sample("study", STUDY),
    "GET /study/{name}/making": Sample("study_making", STUDY),
    "GET /study/{name}/task": Sample("study_task", STUDY, {"rater": "Ada"}),
    "POST /study/{name}/judgements": Sample(
        "judge", STUDY, body={"rater": "Ada", "task": 0, "answer": "left", "left": ID}
    ),
    "POST /study/{name}/undo": Sample("undo_judgement", STUDY, body={"rater": "Ada"}),
    "GET /study/{name}/report": Sample("study_report", STUDY),
    "GET /study/{name}/judgements.csv": Sample("study_judgements", STUDY),
    "GET /catalogue/{painting_id}": Sample("catalogue", PAINTING),
    "GET /lists": Sample("lists"),
    "GET /lists/{id}": Sample("list", LIST),
    "GET /lists/{id}/history": Sample("list_history", LIST),
    "POST /lists": Sample("save_list", body={"name": "For the loan", "paintings": [{"id": ID}, {"id": OTHER}]}),
    "POST /lists/{id}/delete": Sample("delete_list", LIST, body={"by": "Ada"}),
    "POST /lists/{id}/restore": Sample("restore_list", LIST, body={"version": 1, "by": "Ada"}),
    "GET /works/duplicates": Sample("duplicates", query={"state": "all"}),
    "GET /works/motifs": Sample("repeated_motifs"),
    "GET /works/decisions": Sample("work_decisions"),
    "POST /works/decisions": Sample(
        "decide_work", body={"first": ID, "second": OTHER, "verdict": "version", "reviewer": "Ada"}
    ),
    "POST /works/undo": Sample("undo_work", body={"decision": "DECISION", "reviewer": "Ada"}),
    "GET /export": Sample("export_formats"),
    "POST /export": Sample("export", body={"format": "csv", "where": [LABELLED]}),
    "POST /selection": Sample("selection", body={"ids": [ID, OTHER]}),
    "GET /iiif/manifest": Sample("iiif_manifest", query={"ids": [ID, OTHER]}),
    "GET /iiif/table": Sample("iiif_table", query={"ids": [ID, OTHER]}),
    "GET /iiif/canvas/{painting_id}": Sample("iiif_canvas", PAINTING),
    "GET /linked-art": Sample("linked_art", query={"ids": [ID, OTHER]}),
    "GET /linked-art-terms": Sample("linked_art_term", query={"kind": "attribute", "name": "style"}),
    "GET /linked-art/{painting_id}": Sample("linked_art_object", PAINTING),
}
"""By method and path below /api/v1. A call that is not there has an example with curl alone, of what it requires."""
FURTHER = {
    "POST /search": {
        "like an uploaded picture": Sample("search", body={"upload": "upload"}, before=UPLOAD, names=("upload",)),
        "like a part of a painting": Sample("search", body={"id": ID, "region": [0.1, 0.1, 0.5, 0.6]}),
        "more of one, less of another": Sample("search", body={"plus": [ID], "minus": [OTHER]}),
        "by words, among some": Sample("search", body={"words": WORDS, "where": [LABELLED]}),
        "by colours": Sample("search", body={"colours": [["#1d3f72", 0.7], ["#e0c060", 0.3]]}),
    },
    "POST /predict": {"a painting": Sample("predict", body={"id": ID, "top": 3})},
    "POST /embeddings": {"for NumPy": Sample("", body={"ids": [ID, OTHER], "format": "npy"})},
    "POST /jobs": {"many pictures": Sample("begin_job", body={"predict": [{"id": ID}, {"id": OTHER}]})},
}
"""What else a call is good for, by a word about it."""
RENAMED = {"GET /map/paintings": {"id": "ids"}}
"""Arguments of the client that have another name than the field."""


def real_values(engine: SearchEngine) -> dict[str, str]:
    """Values of the collection for the examples, so that they work as they stand; such as there might be in an empty
    one."""
    first, other = [*engine.index.ids[:2], "ID", "ID"][:2]
    columns = [(name, classes_of(engine.paintings.column(name)).values()) for name in engine.paintings.labels]
    labels = [(name, label) for name, classes in columns for label, _ in classes]
    column, label = labels[0] if labels else ("style", "Cubism")
    return {ID: first, OTHER: other, LABELLED: f"{column}={label}", WORDS: label}


def code_samples(method: str, path: str, operation: Mapping[str, Any], real: Mapping[str, str]) -> list[dict[str, str]]:
    """``x-codeSamples`` of the operation ``method`` ("GET") of ``path``; ``real`` stands in place of ``ID`` and so
    on."""
    name = f"{method} /{path.removeprefix(VERSION).lstrip('/')}"
    parameters = operation.get("parameters", [])
    writes = any(each["name"] == TOKEN_HEADER for each in parameters)
    samples = {"": SAMPLES.get(name) or _required(parameters), **FURTHER.get(name, {})}
    found = []
    for about, sample in samples.items():
        filled = _filled(sample, real)
        ending = f": {about}" if about else ""
        found.append({"lang": "Shell", "label": f"curl{ending}", "source": _curl(method, path, filled, writes)})
        if sample.method:
            source = _python(filled, RENAMED.get(name, {}))
            found.append({"lang": "Python", "label": f"Python{ending}", "source": source})
    return found


def described(document: dict[str, Any], real: Mapping[str, str]) -> dict[str, Any]:
    """The description of the calls at the addresses of this version, with an example of each."""
    paths = {}
    for path, methods in document["paths"].items():
        path = VERSION + path.removeprefix(BEGINS) if path.startswith(BEGINS) else path
        paths[path] = {
            method: {**operation, "x-codeSamples": code_samples(method.upper(), path, operation, real)}
            for method, operation in methods.items()
        }
    return {**_versioned(document), "paths": _versioned(paths)}


def _versioned(value: Any) -> Any:
    """With the addresses of this version in descriptions."""
    if isinstance(value, dict):
        return {
            name: ADDRESS.sub(VERSION, inner) if name == "description" and isinstance(inner, str) else _versioned(inner)
            for name, inner in value.items()
        }
    return [_versioned(inner) for inner in value] if isinstance(value, list) else value


def _filled(sample: Sample, real: Mapping[str, str]) -> Sample:

    def filled(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: filled(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [filled(inner) for inner in value]
        return real.get(value, value) if isinstance(value, str) else value

    before = sample.before.replace(f'"{ID}"', _literal(real[ID]))
    body = None if sample.body is None else filled(sample.body)
    return replace(sample, path=filled(sample.path), query=filled(sample.query), body=body, before=before)


def _curl(method: str, path: str, sample: Sample, writes: bool) -> str:
    for name, value in sample.path.items():
        shown = f"${name.upper()}" if name in sample.names else quote(value)
        path = path.replace(f"{{{name}}}", shown)
    query = urlencode(sample.query, doseq=True)
    parts = [f'curl "{SERVER}{path}{f"?{query}" if query else ""}"']
    if method not in ("GET", "POST") or (method == "POST" and sample.body is None and not sample.file):
        parts.append(f"-X {method}")
    if writes:
        parts.append(f'-H "{TOKEN_HEADER}: $TOKEN"')
    if sample.file:
        parts.append(f"--data-binary @{PICTURE}")
    elif sample.body is not None:
        body = {name: name.upper() if name in sample.names else value for name, value in sample.body.items()}
        parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(body))}"]
    return " \\\n  ".join(parts)


def _python(sample: Sample, renamed: Mapping[str, str]) -> str:
    given = [f'"{PICTURE}"'] if sample.file else []
    given += [value if name in sample.names else _literal(value) for name, value in sample.path.items()]
    given += [
        f"{renamed.get(name, name)}={value if name in sample.names else _literal(value)}"
        for name, value in {**sample.query, **(sample.body or {})}.items()
    ]
    lines = ["from artextract.client import Client", "", f'with Client("{SERVER}") as client:']
    lines += [f"    {sample.before}"] if sample.before else []
    lines += [f"    answer = client.{sample.method}({', '.join(given)})"]
    return "\n".join(lines)


def _literal(value: Any) -> str:
    return "None" if value is None else json.dumps(value, ensure_ascii=False)


def _required(parameters: list[dict[str, Any]]) -> Sample:
    """For a call that has no example: what it requires, by name."""
    needed = [each for each in parameters if each.get("required") and each["name"] != TOKEN_HEADER]
    path = {each["name"]: ID if each["name"] == "painting_id" else each["name"].upper() for each in needed}
    query = {each["name"]: path.pop(each["name"]) for each in needed if each["in"] == "query"}
    return Sample("", path, query)
