"""What every step of a training runs in and reports to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from artextract.progress import Progress, no_progress
from artextract.train.log import History, TrainingLog
from artextract.train.processes import Processes


@dataclass(frozen=True)
class Context:
    """``log`` is called with the history after each epoch; ``say`` with a line of text for the person who waits."""

    processes: Processes
    log: Callable[[History], None] = lambda history: None
    progress: Progress = no_progress
    say: Callable[[str], None] = lambda text: None

    def of_baseline(self, name: str) -> Context:
        """The same, with the log of a baseline."""
        return replace(self, log=self.log.of(name)) if isinstance(self.log, TrainingLog) else self

    def silent(self) -> Context:
        """The same, without a log and without a word; the progress of the steps is still shown."""
        return Context(self.processes, progress=self.progress)
