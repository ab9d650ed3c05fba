"""The list of all parts (SBOM) in CycloneDX's JSON: what the environment has, and the weights in the package."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts.audit.licences import STATED
from scripts.audit.locks import name_of

STARTER = Path("src/artextract/starter")
STARTER_LICENCE = "Non-commercial research and teaching; see artextract/starter/LICENSE"


def write(python: Path, out: Path) -> str:
    """Write the list for the environment of ``python``; why not, or nothing. It runs in the root of a checkout."""
    out.parent.mkdir(parents=True, exist_ok=True)
    options = ["--pyproject", "pyproject.toml", "--mc-type", "application", "--output-reproducible", "--of", "JSON"]
    command = [sys.executable, "-m", "cyclonedx_py", "environment", *options, "-o", str(out), str(python)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["cyclonedx-py failed"])[-1]
    document = json.loads(out.read_text(encoding="utf-8"))
    text = json.dumps(completed(document, (STARTER / "model.safetensors").read_bytes()), indent=2)
    out.write_text(text + "\n", encoding="utf-8")
    return _invalid(text)


def completed(document: dict[str, Any], weights: bytes) -> dict[str, Any]:
    """With the licences that metadata does not tell, and the starter model."""
    for component in document["components"]:
        stated = STATED.get(name_of(component["name"]))
        if stated and not component.get("licenses"):
            component["licenses"] = [{"license": {"id": stated}}]
    document["components"].append(
        {
            "type": "machine-learning-model",
            "bom-ref": "artextract-starter",
            "name": "artextract-starter",
            "description": "The trained weights inside the package artextract",
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(weights).hexdigest()}],
            "licenses": [{"license": {"name": STARTER_LICENCE}}],
        }
    )
    return document


def _invalid(text: str) -> str:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    error = JsonStrictValidator(version).validate_str(text)
    return f"the list does not keep to the schema: {error}" if error else ""
