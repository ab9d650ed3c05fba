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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from artextract.errors import ArtExtractError, InputError
from artextract.features.feature import Feature, Positions

SHARE_ROWS = 128
"""Pictures that an actor gets at once, a multiple of the batch of every network: so the engine sees the batches that it
would see on one machine, and gives the same bits."""
AHEAD = 2
"""Shares that an actor has at most: it works on one while the answer of another travels."""
MOST_FAILURES = 3
"""A machine where so many actors ended before they were ready is left out."""
LOOK_FOR_MACHINES = 5.0
SECONDS_TO_CONNECT = 10.0

MakeFeature = Callable[[], Feature]
Refusal = tuple[str, str, str]
"""Message, hint and code of an error."""


class Describer:
    """What runs on a machine of the cluster."""

    def __init__(self, make: MakeFeature, version: str, folder: str):
        self._make, self._version, self._folder = make, version, folder
        self._feature: Feature | None = None

    def ready(self) -> Refusal | None:
        """Make the feature; why that cannot be, or None."""
        host = socket.gethostname()
        if not Path(self._folder).is_dir():
            return (
                f"'{self._folder}' is not on the machine '{host}' of the cluster",
                "share the collection among all machines, at one path",
                "not-on-the-cluster",
            )
        try:
            self._feature = self._make()
        except ArtExtractError as error:
            return error.message, error.hint, error.code
        if self._feature.version != self._version:
            return (
                f"the machine '{host}' of the cluster has version {self._feature.version} of '{self._feature.name}',"
                f" this one {self._version}",
                "install the same ArtExtract, with the same weights, on all of them",
                "other-version-on-the-cluster",
            )
        return None

    def describe(self, files: Sequence[str], maps: bool) -> Answer:
        errors: list[tuple[int, str]] = []
        extract: Any = self._feature.extract_with_maps if maps else self._feature.extract  # type: ignore[union-attr]
        found = list(extract([Path(file) for file in files], lambda *error: errors.append(error)))
        if not found:
            return Answer(np.empty(0, dtype=np.int64), [], errors)
        positions, *arrays = zip(*found, strict=True)
        return Answer(np.concatenate(positions).astype(np.int64), [np.concatenate(part) for part in arrays], errors)


@dataclass(frozen=True)
class Answer:
    """Of one share: ``positions`` int64 (n,) in it and their ``arrays``; what could not be read, and why."""

    positions: np.ndarray
    arrays: list[np.ndarray]
    errors: list[tuple[int, str]]


@dataclass
class Share:
    """Positions of pictures that are described together. ``deaths``: how many processes ended over them."""

    positions: np.ndarray
    deaths: int = 0


@dataclass(eq=False)
class Machine:
    """``shares``: how many it was given. ``failed``: how often a process ended there before it was ready."""

    node: str
    actor: Any
    failed: int = 0
    ready: bool = False
    shares: int = 0


class RayCluster:
    """A cluster that is there already, by its address "HOST:PORT", or "auto" for the one that this machine belongs to;
    "local" starts one of this machine alone. To be used in a ``with``: outside of it there is no connection."""

    def __init__(self, address: str):
        self.address = address
        self._ray: Any = None
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
        self._ray = ray
        self._stack.callback(ray.shutdown)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def describe(
        self,
        make: MakeFeature,
        version: str,
        collection: str | Path,
        paths: Sequence[Path],
        on_error: Callable[[int, str], None],
        maps: bool = False,
    ) -> Iterator[tuple[Positions, *tuple[np.ndarray, ...]]]:
        """As ``Feature.extract``, or with ``maps`` ``extract_with_maps``, in any order. ``make`` gives the feature on
        each machine; it must have the ``version``.

        What was given to a machine that ends goes to another; a picture over which processes end goes to ``on_error``.
        Raises ``ArtExtractError`` where no machine is left, and ``InputError`` where one refuses."""
        work = _Work(self._ray, make, version, str(Path(collection).resolve()))
        todo = deque(Share(part) for part in _parts(np.arange(len(paths)), SHARE_ROWS))
        open_shares = len(todo)
        try:
            while open_shares:
                work.look_for_machines()
                for machine in work.free():
                    if todo:
                        share = todo.popleft()
                        work.give(machine, share, [str(paths[position]) for position in share.positions], maps)
                for share, answer in work.answers():
                    open_shares -= 1
                    if answer is None:
                        again = _again(share, on_error)
                        open_shares += len(again)
                        todo.extendleft(again)
                        continue
                    for position, reason in answer.errors:
                        on_error(int(share.positions[position]), reason)
                    if len(answer.positions):
                        yield share.positions[answer.positions], *answer.arrays
        finally:
            work.end()


class _Work:
    """The actors of one feature, one on each machine, and what they have been asked."""

    def __init__(self, ray: Any, make: MakeFeature, version: str, folder: str):
        self._ray, self._call = ray, (make, version, folder)
        self._machines: dict[str, Machine] = {}
        self._failed: dict[str, int] = {}
        self._looked = -LOOK_FOR_MACHINES
        self._asked: dict[Any, tuple[Machine, Share | None]] = {}

    def look_for_machines(self) -> None:
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

    def _actor(self, node: str, cores: float) -> Any:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        there = NodeAffinitySchedulingStrategy(node, soft=False)
        return self._ray.remote(num_cpus=cores, scheduling_strategy=there)(Describer).remote(*self._call)

    def free(self) -> list[Machine]:
        """The machines that can be given a share, one that can be given two of them twice."""
        there = [one for one in self._machines.values() if one.ready]
        return [one for given in range(AHEAD) for one in there if one.shares <= given]

    def give(self, machine: Machine, share: Share, files: Sequence[str], maps: bool) -> None:
        machine.shares += 1
        self._asked[machine.actor.describe.remote(files, maps)] = machine, share

    def answers(self) -> Iterator[tuple[Share, Answer | None]]:
        """What was answered within a second; None where the process ended over it. Raises ``InputError`` where a
        machine refuses."""
        done, _ = self._ray.wait(list(self._asked), timeout=1.0)
        for reference in done:
            machine, share = self._asked.pop(reference)
            try:
                answer = self._ray.get(reference)
            except (self._ray.exceptions.RayActorError, self._ray.exceptions.ObjectLostError) as error:
                self._lost(machine, str(error))
                if share is not None:
                    yield share, None
                continue
            if share is not None:
                machine.shares -= 1
                yield share, answer
            elif answer is not None:
                raise InputError(*answer)
            else:
                machine.ready = True

    def _lost(self, machine: Machine, why: str) -> None:
        """Forget an actor that has ended. Where its machine is still there, another soon takes its place."""
        if self._machines.get(machine.node) is not machine:
            return
        del self._machines[machine.node]
        node = next((one for one in self._ray.nodes() if one["NodeID"] == machine.node and one["Alive"]), None)
        if node is None:
            warnings.warn("a machine of the Ray cluster is gone; the others go on", stacklevel=2)
        elif not machine.ready:
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
    """What is to be tried again of a share over which a process ended: all of it once more, then its halves, so that a
    picture that ends processes costs itself alone."""
    deaths = share.deaths + 1
    if deaths == 1:
        return [Share(share.positions, deaths)]
    if len(share.positions) > 1:
        return [Share(half, 1) for half in np.array_split(share.positions, 2)]
    on_error(int(share.positions[0]), f"{deaths} processes ended over it")
    return []
