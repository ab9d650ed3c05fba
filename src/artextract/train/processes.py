"""One process or several that train together: each takes its part of every batch, and their gradients are added up by
``accelerate``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from artextract.errors import ArtExtractError, InputError
from artextract.files import read_json, write_json

CALL, ANSWER = "call.json", "answer.json"
SECONDS_TO_STOP = 30


def computes_bfloat16(device: torch.device) -> bool:
    """Whether the device has instructions for bfloat16.

    A processor without them imitates it: on one with AVX2 alone a convolution took seven times as long as in
    float32."""
    if device.type == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
    return device.type != "cuda" or torch.cuda.is_bf16_supported(including_emulation=False)


class Processes:
    """The processes of this training, found in the environment that ``accelerate launch`` sets.

    One where there is none, or where it is to work ``alone``."""

    def __init__(self, alone: bool = False) -> None:
        self.count = 1 if alone else int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = 0
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._accelerator: Any = None
        if self.count > 1:
            from accelerate import Accelerator
            from accelerate.utils import InitProcessGroupKwargs

            self._accelerator = Accelerator(
                cpu=not torch.cuda.is_available(), kwargs_handlers=[InitProcessGroupKwargs(timeout=timedelta(hours=12))]
            )
            self.rank = self._accelerator.process_index
            self.device = self._accelerator.device

    @property
    def first(self) -> bool:
        return self.rank == 0

    def wait(self) -> None:
        """Until all have come here."""
        if self._accelerator is not None:
            self._accelerator.wait_for_everyone()

    def total(self, values: Tensor) -> Tensor:
        """The sum over the processes."""
        return values if self._accelerator is None else self._accelerator.reduce(values, reduction="sum")

    def add_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Replace every gradient by the sum over the processes, all in one message."""
        if self._accelerator is None:
            return
        wanting = [p for p in parameters if p.requires_grad]
        gradients: list[Tensor] = []
        for parameter in wanting:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            gradients.append(parameter.grad)
        summed = self.total(torch.cat([gradient.flatten() for gradient in gradients]))
        for gradient, part in zip(gradients, torch.split(summed, [p.numel() for p in wanting]), strict=False):
            gradient.copy_(part.view_as(gradient))

    def gathered(self, parts: list[Any]) -> list[Any]:
        """The lists of all processes, joined in their order."""
        if self._accelerator is None:
            return parts
        from accelerate.utils import gather_object

        joined: list[Any] = gather_object(parts)
        return joined


def launch(module: str, count: int, call: dict[str, Any]) -> Any:
    """Run ``module`` in ``count`` processes by ``accelerate launch``, each of which reads ``call`` (see ``read_call``),
    and give what the first one answered.

    On a machine with GPUs each process has one of its own. Raises ``InputError`` where there are too few, and
    ``ArtExtractError`` where a process ended without an answer."""
    if torch.cuda.is_available() and torch.cuda.device_count() < count:
        raise InputError(
            f"there are {torch.cuda.device_count()} GPUs for {count} processes",
            "give each process a GPU of its own",
            code="too-few-gpus",
        )
    with tempfile.TemporaryDirectory(prefix="artextract-") as folder:
        write_json(Path(folder) / CALL, call)
        command = [
            sys.executable,
            "-m",
            "accelerate.commands.launch",
            *_settings(Path(folder), count),
            "--module",
            module,
            folder,
        ]
        # --multi_gpu is its only way to start several processes on one machine without MPI; what they compute on,
        # Processes says
        started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            code = started.wait()
        except BaseException:
            started.terminate()
            started.wait(SECONDS_TO_STOP)
            raise
        if not (Path(folder) / ANSWER).exists():
            raise ArtExtractError(
                f"a process of the training ended with code {code}",
                "what it said stands above; the same command goes on from the last saved state",
                code="process-failed",
            )
        return read_json(Path(folder) / ANSWER)


def is_first() -> bool:
    """Whether this process is the one that speaks for all."""
    return os.environ.get("RANK", "0") == "0"


def read_call(folder: str) -> dict[str, Any]:
    """In a process that was launched: what it shall do."""
    call: dict[str, Any] = read_json(Path(folder) / CALL)
    return call


def give_answer(folder: str, answer: Any) -> None:
    """In a process that was launched: its answer, of which the first process's counts."""
    if is_first():
        write_json(Path(folder) / ANSWER, answer)


def _settings(folder: Path, count: int) -> list[str]:
    """Every setting that it would otherwise ask for, warn of, or take from a user's own configuration."""
    write_json(
        folder / "accelerate.json",
        {"compute_environment": "LOCAL_MACHINE", "distributed_type": "MULTI_GPU", "num_processes": count},
    )
    given = {
        "config_file": folder / "accelerate.json",
        "num_processes": count,
        "num_machines": 1,
        "mixed_precision": "no",
        "dynamo_backend": "no",
        "main_process_port": 0,
    }
    threads = max(1, torch.get_num_threads() // count)
    return [
        "--multi_gpu",
        *(f"--{name}={value}" for name, value in given.items()),
        f"--num_cpu_threads_per_process={threads}",
    ]
