"""The space that pictures share with words: CLIP (Radford et al., https://arxiv.org/abs/2103.00020) and SigLIP (Zhai et
al., https://arxiv.org/abs/2303.15343) as ``JointCheckpoint``, and their text half. torch is imported inside functions
only.

A CLIP picture vector is the vision half's pooled output times a matrix; SigLIP's pooled output already lies in the
space. So pictures need no network besides the backbone's own, and no torch once that is exported; words run in torch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from artextract.backbones import REGISTRY, unreadable, weights
from artextract.backbones.checkpoint import model_kind
from artextract.errors import ArtExtractError, InputError, WeightsUnavailableError
from artextract.files import read_json
from artextract.printable import counted

KINDS = ("clip", "siglip")
"""Names in ``backbones.REGISTRY``. SigLIP 2 in its fixed sizes is of the kind "siglip"; that of any size ("NaFlex") is
not taken."""
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
BATCH = 64


@dataclass(frozen=True)
class JointCheckpoint:
    """A whole CLIP or SigLIP in a folder.

    ``dim`` is that of the shared space, ``tokens`` the most that a text may have; ``repository`` names the hub's
    repository that the folder is a copy of, or is None."""

    kind: str
    folder: Path
    dim: int
    tokens: int
    repository: str | None = None

    @property
    def backbone_name(self) -> str:
        """What ``get_backbone`` takes for the vision half."""
        return f"{self.kind}:{self.folder}"


def find_joint(source: str) -> JointCheckpoint:
    """The checkpoint that ``source`` names: "clip", "siglip", a folder, "clip:FOLDER", or OWNER/NAME on the model hub
    (fetched where it is not here). Only its configuration is read.

    Raises ``InputError`` for what is no whole CLIP or SigLIP, ``WeightsUnavailableError`` for weights that are not here
    and cannot be fetched."""
    folder, repository = _place(source)
    try:
        return _read(folder or weights.locate(source, "transformers", repository or ""), repository)
    except WeightsUnavailableError as error:
        fetch = f"artextract fetch {source}; or " if source in KINDS else ""
        hint = (
            f"{fetch}fetch {repository} where there is a network, all its files, and give the folder; all other"
            " features work without it"
        )
        raise WeightsUnavailableError(error.message, hint, code=error.code) from error


def is_here(source: str) -> bool:
    """Whether ``find_joint`` needs no network for a source, which it never touches itself.

    Raises ``InputError`` for what can be no source."""
    return _place(source)[0] is not None


def read_projection(checkpoint: JointCheckpoint) -> np.ndarray | None:
    """CLIP's matrix from the pooled output to the shared space, float32 (dim, hidden); None for SigLIP, which has none.

    Raises ``InputError`` where the file lacks it, as that of a vision half alone does.
    """
    if checkpoint.kind != "clip":
        return None
    try:
        matrix = _tensor(checkpoint.folder, "visual_projection.weight")
    except ArtExtractError:
        raise
    except Exception as error:  # safetensors and torch each have their own errors for broken files
        raise unreadable(checkpoint.folder, error) from error
    if matrix is None or len(matrix) != checkpoint.dim:
        raise InputError(
            f"the checkpoint '{checkpoint.folder}' holds no projection to {checkpoint.dim} numbers",
            "it needs a whole CLIP, both halves",
            code="checkpoint-without-projection",
        )
    return matrix


class TextTower:
    """The text half of a checkpoint, in float32 on the processor. Opening it loads nothing; the first words do."""

    def __init__(self, checkpoint: JointCheckpoint):
        self.checkpoint = checkpoint

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """Each text's vector as it comes, ``float32 (n, dim)``; what is longer than the model takes is cut.

        Texts are put in lower case, as the published models of both kinds were trained. Raises
        ``WeightsUnavailableError`` where torch or the tokenizer is missing, ``InputError`` for files that cannot be
        used."""
        tokenizer, model = self._loaded
        import torch

        clip = self.checkpoint.kind == "clip"
        rows = []
        for start in range(0, len(texts), BATCH):
            some = [text.lower() for text in texts[start : start + BATCH]]
            # SigLIP was trained on texts filled up to their full length, with nothing masked.
            tokens = tokenizer(
                some,
                padding="longest" if clip else "max_length",
                padding_side="right",
                truncation=True,
                max_length=self.checkpoint.tokens,
                return_tensors="pt",
            )
            given = {"input_ids": tokens["input_ids"]} | ({"attention_mask": tokens["attention_mask"]} if clip else {})
            with torch.inference_mode():
                output = model(**given)
            rows.append((output.text_embeds if clip else output.pooler_output).float().numpy())
        return np.concatenate(rows) if rows else np.empty((0, self.checkpoint.dim), np.float32)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        folder = self.checkpoint.folder
        _require_tokenizer(self.checkpoint)
        try:
            import torch
            import transformers
        except ImportError as error:
            message = (
                f"the text half of '{self.checkpoint.kind}' runs in torch and transformers, which cannot be imported"
            )
            raise WeightsUnavailableError(
                message, "install torch and transformers; search by picture works without them", code="torch-missing"
            ) from error

        from artextract.backbones.transformers_models import without_warnings

        network: Any
        width: dict[str, Any]
        if (
            self.checkpoint.kind == "clip"
        ):  # the text half's own configuration may leave out the width of the shared space
            network, width = transformers.CLIPTextModelWithProjection, {"projection_dim": self.checkpoint.dim}
        else:
            network, width = transformers.SiglipTextModel, {}
        try:
            with without_warnings():
                tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
                model, loading = network.from_pretrained(
                    str(folder), dtype=torch.float32, output_loading_info=True, local_files_only=True, **width
                )
        except Exception as error:
            raise unreadable(folder, error) from error
        if absent := sorted(loading["missing_keys"]) + [str(key) for key in loading.get("mismatched_keys", ())]:
            raise InputError(
                f"the checkpoint '{folder}' lacks {counted(len(absent), 'weight')} of its text half, such as"
                f" {absent[0]}",
                "download it again, whole",
                code="checkpoint-incomplete",
            )
        return tokenizer, model.eval().requires_grad_(False)


def _place(source: str) -> tuple[Path | None, str | None]:
    """The folder of a source where it is on this machine, and its repository on the hub where it has one."""
    if source in KINDS:
        repository = REGISTRY[source].source
    else:
        given = source.partition(":")[2] if source.startswith(tuple(f"{kind}:" for kind in KINDS)) else source
        folder = Path(given).expanduser().absolute()
        if folder.is_dir():
            return folder, None
        if not re.fullmatch(r"[\w-][\w.-]*/[\w.-]+", given):
            raise InputError(
                f"'{source}' is no folder with a CLIP or SigLIP checkpoint",
                "give clip, siglip, a folder, or OWNER/NAME on the model hub",
                code="no-checkpoint",
            )
        repository = given
    return weights.find(source, "transformers", repository), repository


def _read(folder: Path, repository: str | None) -> JointCheckpoint:
    path = folder / "config.json"
    if not path.is_file():
        raise InputError(
            f"'{folder}' is not a folder with a checkpoint",
            "it needs config.json, model.safetensors and tokenizer.json",
            code="no-checkpoint",
        )
    try:
        config = read_json(path)
        kind = model_kind(config)
        vision, text = config.get("vision_config"), config.get("text_config")
    except (ValueError, AttributeError) as error:
        raise unreadable(folder, error) from error
    if kind not in KINDS or vision is None or text is None:  # a half alone has neither
        said = f"a '{config.get('model_type', '')}'" if kind not in KINDS else "one half of it"
        raise InputError(
            f"the checkpoint '{folder}' is {said}, not a whole CLIP or SigLIP",
            "give one with a vision and a text half",
            code="checkpoint-incomplete",
        )
    # What a configuration leaves out has the default of transformers.
    dim = config.get("projection_dim", 512) if kind == "clip" else vision.get("hidden_size", 768)
    return JointCheckpoint(
        kind, folder, int(dim), int(text.get("max_position_embeddings", 77 if kind == "clip" else 64)), repository
    )


def _tensor(folder: Path, name: str) -> np.ndarray | None:
    for file in weights.checkpoint_weights(folder):
        if file.suffix == ".safetensors":
            from safetensors import safe_open

            with safe_open(file, framework="np") as opened:
                if name in opened.keys():  # noqa: SIM118 - what safetensors opens is no mapping
                    values: np.ndarray = opened.get_tensor(name).astype(np.float32)
                    return values
        else:
            from artextract.backbones.networks import read_state

            state = read_state(file)
            if name in state:
                return state[name].float().numpy()
    return None


def _require_tokenizer(checkpoint: JointCheckpoint) -> None:
    """Fetch the tokenizer of a hub's checkpoint, of which ``weights.locate`` fetches what pictures need.

    Raise where there is none."""
    if (checkpoint.folder / "tokenizer.json").is_file():
        return
    message = f"the tokenizer of '{checkpoint.repository or checkpoint.folder}' is not on this machine"
    missing = WeightsUnavailableError(
        message, f"put its {', '.join(TOKENIZER_FILES)} into '{checkpoint.folder}'", code="tokenizer-missing"
    )
    if checkpoint.repository is None or weights.hub_is_off():
        raise missing
    weights.reach(
        checkpoint.kind, f"{weights.hub_server()}/{checkpoint.repository}/resolve/main/config.json", "the model hub"
    )
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError

    for name in TOKENIZER_FILES:
        try:  # the revision is the snapshot's own name, for the files to come to lie beside the weights
            hf_hub_download(
                checkpoint.repository, name, revision=checkpoint.folder.name, etag_timeout=weights.REACH_SECONDS
            )
        except EntryNotFoundError:
            continue
        except Exception as error:  # the client has a tree of its own errors, and lets those of its transport through
            raise missing from error
    if not (checkpoint.folder / "tokenizer.json").is_file():
        raise missing
