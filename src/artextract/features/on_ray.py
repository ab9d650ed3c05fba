"""Describes pictures on the machines of a Ray cluster: one actor on each, with an engine of its own, which uses all of
its cores. Rows come back here, where they are stored as ever.

All machines must see the collection, the model and the weights at the same paths, and have the same version of
ArtExtract, Python and Ray. Ray is an extra: ``pip install 'artextract[ray]'``."""

from __future__ import annotations

import os
import socket
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from artextract.errors import ArtExtractError, InputError
from artextract.features.feature import Positions
from artextract.objects import ImageFile, file_of

SHARE_ROWS = 128
"""Pictures that an actor gets at once, a multiple of the batch of every network: so the engine sees the batches that it
would see on one machine, and gives the same bits."""
AHEAD = 2
"""Shares that an actor has at most: it works on one while the answer of another travels."""
MOST_FAILURES = 3
"""A machine where so many actors ended before they were ready is left out."""
LOOK_FOR_MACHINES = 5.0
SECONDS_TO_CONNECT = 10.0
SECONDS_TO_START = 60.0
"""Before it is said that all cores are taken."""


class Describes(Protocol):
    """What of a feature is asked on a machine; arrays of objects may stand for rows of different shapes."""

    name: str
    version: str

    def extract(
        self, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, NDArray[Any]]]: ...


@dataclass(frozen=True)
class Task:
    """A feature to describe pictures by: ``make`` gives it, on each machine; it must have the ``version``.

    ``folder`` is that of the collection, which a machine must see."""

    make: Callable[[], Describes]
    version: str
    folder: str
    maps: bool = False


class Describer:
    """What runs on a machine of the cluster."""

    def __init__(self) -> None:
        self._number = -1
        self._feature: Describes | None = None

    def ready(self) -> None:
        """Nothing; that it answers says that ArtExtract can be imported here."""

    def describe(self, number: int, task: Task, files: Sequence[str]) -> Answer:
        """``number`` is that of the task, whose feature is made once."""
        try:
            if number != self._number:
                self._feature, self._number = _made(task), number
        except ArtExtractError as error:
            return Answer(refusal=(error.message, error.hint, error.code))
        errors: list[tuple[int, str]] = []
        feature: Any = self._feature
        extract = feature.extract_with_maps if task.maps else feature.extract
        found = list(extract([file_of(file) for file in files], lambda *error: errors.append(error)))
        if not found:
            return Answer(errors=errors)
        positions, *arrays = zip(*found, strict=True)
        return Answer(np.concatenate(positions).astype(np.int64), [np.concatenate(part) for part in arrays], errors)


def _made(task: Task) -> Describes:
    host = socket.gethostname()
    if not Path(task.folder).is_dir():
        raise InputError(
            f"'{task.folder}' is not on the machine '{host}' of the cluster",
            "share the collection among all machines, at one path",
            code="not-on-the-cluster",
        )
    feature = task.make()
    if feature.version != task.version:
        raise InputError(
            f"the machine '{host}' of the cluster has version {feature.version} of '{feature.name}', this one"
            f" {task.version}",
            "install the same ArtExtract, with the same weights, on all of them",
            code="other-version-on-the-cluster",
        )
    return feature


@dataclass(frozen=True)
class Answer:
    """Of one share: ``positions`` int64 (n,) in it and their ``arrays``.

    What could not be read, and why; or the message, hint and code of the error for which the machine refuses."""

    positions: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    arrays: list[np.ndarray] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    refusal: tuple[str, str, str] | None = None


@dataclass(eq=False)
class Share:
    """Positions of pictures that are described together. ``deaths``: how many processes ended while they were."""

    positions: np.ndarray
    deaths: int = 0


@dataclass(eq=False)
class Machine:
    """``shares`` are those that it was given and has not answered; it describes the first of them now."""

    node: str
    actor: Any
    ready: bool = False
    shares: list[Share] = field(default_factory=list)

    def may_take(self, share: Share) -> bool:
        """A share over which a process has ended is described with no other in line, so that it is known who did it."""
        if share.deaths or any(other.deaths for other in self.shares):
            return not self.shares
        return len(self.shares) < AHEAD


class RayCluster:
    """A cluster that is there already, by its address "HOST:PORT", or "auto" for the one that this machine belongs to;
    "local" starts one of this machine alone. To be used in a ``with``: outside of it there is no connection."""

    def __init__(self, address: str):
        self.address = address
        self._machines: _Machines
        self._tasks = 0
        self._stack = ExitStack()

    def __enter__(self) -> RayCluster:
        """Raises ``InputError`` where Ray is not installed and where nothing answers at the address."""
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
        try:
            import ray
        except ImportError as error:
            raise InputError(
                "Ray is not installed", "pip install 'artextract[ray]'", code="ray-not-installed"
            ) from error
        self._machines = _Machines(ray)
        if ray.is_initialized():  # by the program that calls: the connection is its own
            self._stack.callback(self._machines.end)
            return self
        local: dict[str, Any] = {"include_dashboard": False} if self.address == "local" else {}
        self._stack.enter_context(redirect_stdout(sys.stderr))  # Ray prints what it has to say about machines
        try:
            _require_listener(self.address)  # Ray itself would try for minutes
            ray.init(address=self.address, log_to_driver=False, logging_level="ERROR", **local)
        except ray.exceptions.AuthenticationError as error:
            self._stack.close()
            raise InputError(
                f"the Ray cluster at '{self.address}' wants a token",
                "set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN on every machine of it, and here",
                code="ray-token",
            ) from error
        except (OSError, ValueError, RuntimeError) as error:
            self._stack.close()
            raise InputError(
                f"no Ray cluster answers at '{self.address}'",
                "start one with: ray start --head, on the other machines: ray start --address HOST:6379, and run this"
                " on one of them",
                code="no-ray-cluster",
            ) from error
        self._stack.callback(ray.shutdown)
        self._stack.callback(self._machines.end)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def describe(
        self, task: Task, paths: Sequence[ImageFile], on_error: Callable[[int, str], None]
    ) -> Iterator[tuple[Positions, *tuple[np.ndarray, ...]]]:
        """As ``Feature.extract``, or with maps ``extract_with_maps``, in any order.

        What was given to a machine that ends goes to another; a picture over which processes end goes to ``on_error``.
        Raises ``ArtExtractError`` where no machine is left, and ``InputError`` where one refuses."""
        self._tasks += 1
        machines = self._machines
        todo = deque(Share(part) for part in _parts(np.arange(len(paths)), SHARE_ROWS))
        unanswered = len(todo)
        while unanswered:
            machines.check()
            while todo and (machine := machines.free_for(todo[0])):
                share = todo.popleft()
                machines.give(machine, share, self._tasks, task, [str(paths[place]) for place in share.positions])
            for share, answer in machines.answers():
                unanswered -= 1
                if answer is None:
                    again = _again(share, on_error)
                    unanswered += len(again)
                    todo.extendleft(again)
                    continue
                if answer.refusal is not None:
                    message, hint, code = answer.refusal
                    raise InputError(message, hint, code=code)
                for position, reason in answer.errors:
                    on_error(int(share.positions[position]), reason)
                if len(answer.positions):
                    yield share.positions[answer.positions], *answer.arrays


class _Machines:
    """The actors, one on each machine, and what they have been asked."""

    def __init__(self, ray: Any):
        self._ray = ray
        self._machines: dict[str, Machine] = {}
        self._failed: dict[str, int] = {}
        self._looked = -LOOK_FOR_MACHINES
        self._waiting_since: float | None = time.monotonic()
        self._asked: dict[Any, tuple[Machine, Share | None]] = {}

    def check(self) -> None:
        """Start an actor on every machine that has none, those that joined meanwhile too."""
        if time.monotonic() - self._looked < LOOK_FOR_MACHINES and self._machines:
            return
        self._looked = time.monotonic()
        for node in self._ray.nodes():
            name, cores = node["NodeID"], node["Resources"].get("CPU")
            if node["Alive"] and cores and name not in self._machines and self._failed.get(name, 0) < MOST_FAILURES:
                machine = self._machines[name] = Machine(name, self._actor(name, cores))
                self._asked[machine.actor.ready.remote()] = machine, None
        if not self._machines:
            raise ArtExtractError(
                "no machine of the Ray cluster is left to describe pictures",
                "what was described is stored; start the machines, and the same command goes on from there",
                code="no-machine-left",
            )
        if self._waiting_since is not None and self._looked - self._waiting_since > SECONDS_TO_START:
            self._waiting_since = None
            warnings.warn("no machine of the Ray cluster has its cores free yet; waiting for one", stacklevel=2)

    def _actor(self, node: str, cores: float) -> Any:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        there = NodeAffinitySchedulingStrategy(node, soft=False)
        return self._ray.remote(num_cpus=cores, scheduling_strategy=there)(Describer).remote()

    def free_for(self, share: Share) -> Machine | None:
        """The machine that has least to do of those that may take a share."""
        able = [one for one in self._machines.values() if one.ready and one.may_take(share)]
        return min(able, key=lambda one: len(one.shares), default=None)

    def give(self, machine: Machine, share: Share, number: int, task: Task, files: Sequence[str]) -> None:
        machine.shares.append(share)
        self._asked[machine.actor.describe.remote(number, task, files)] = machine, share

    def answers(self) -> Iterator[tuple[Share, Answer | None]]:
        """What was answered within a second; None where the process has ended."""
        done, _ = self._ray.wait(list(self._asked), timeout=1.0)
        for reference in done:
            machine, share = self._asked.pop(reference)
            try:
                answer = self._ray.get(reference)
            except (self._ray.exceptions.RayActorError, self._ray.exceptions.ObjectLostError) as error:
                self._lost(machine, str(error))
                if share is not None:
                    share.deaths += share is machine.shares[0]
                    yield share, None
                continue
            if share is None:
                machine.ready, self._waiting_since = True, None
            else:
                machine.shares.remove(share)
                yield share, answer

    def _lost(self, machine: Machine, why: str) -> None:
        """Forget an actor that has ended. Where its machine is still there, another soon takes its place."""
        if self._machines.get(machine.node) is not machine:
            return
        del self._machines[machine.node]
        node = next((one for one in self._ray.nodes() if one["NodeID"] == machine.node and one["Alive"]), None)
        if node is None:
            warnings.warn("a machine of the Ray cluster is gone; the others go on", stacklevel=2)
        elif machine.ready:
            name = node["NodeManagerHostname"]
            warnings.warn(f"a process on '{name}' has ended; what it described goes to another", stacklevel=2)
        else:
            self._failed[machine.node] = self._failed.get(machine.node, 0) + 1
            if self._failed[machine.node] == MOST_FAILURES:
                reason = " ".join(why.split())[:300]
                warnings.warn(f"nothing can be described on '{node['NodeManagerHostname']}': {reason}", stacklevel=2)

    def end(self) -> None:
        for machine in self._machines.values():
            self._ray.kill(machine.actor)


def _require_listener(address: str) -> None:
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS_TO_CONNECT).close()


def _parts(positions: np.ndarray, rows: int) -> list[np.ndarray]:
    return [positions[start : start + rows] for start in range(0, len(positions), rows)]


def _again(share: Share, on_error: Callable[[int, str], None]) -> list[Share]:
    """What is to be tried again of a share whose process has ended: all of it, and once two have ended while they
    described it, its halves. So a picture that ends processes costs itself alone."""
    if share.deaths < 2:
        return [share]
    if len(share.positions) > 1:
        return [Share(half, 1) for half in np.array_split(share.positions, 2)]
    on_error(int(share.positions[0]), f"{share.deaths} processes ended over it")
    return []
