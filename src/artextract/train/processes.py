"""One process or several that train together: each takes its part of every batch, and their gradients are added up by ``accelerate``."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, Iterable

import torch
from torch import Tensor, nn


class Processes:
    """The processes of this training, found in the environment that ``accelerate launch`` sets; alone where there is none."""

    def __init__(self) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = 0
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._accelerator: Any = None
        if self.count > 1:
            from accelerate import Accelerator
            from accelerate.utils import InitProcessGroupKwargs

            self._accelerator = Accelerator(cpu=not torch.cuda.is_available(), kwargs_handlers=[InitProcessGroupKwargs(timeout=timedelta(hours=12))])
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
        for parameter in wanting:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        summed = self.total(torch.cat([p.grad.flatten() for p in wanting]))
        for parameter, part in zip(wanting, summed.split([p.numel() for p in wanting])):
            parameter.grad.copy_(part.view_as(parameter))

    def gathered(self, parts: list[Any]) -> list[Any]:
        """The lists of all processes, joined in their order."""
        if self._accelerator is None:
            return parts
        from accelerate.utils import gather_object

        return gather_object(parts)
