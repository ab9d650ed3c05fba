"""The way colours have to be moved, beside linear programming, and what a missing colour costs."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import wasserstein_distance

from artextract.features.cielab import bin_colours
from artextract.features.transport import EPSILON, LOOKED_AT, ground, transport


def by_linear_programming(parts, distances, shares) -> float:
    bins, colours = distances.shape
    rows = np.kron(np.eye(bins), np.ones(colours))
    columns = np.tile(np.eye(colours), bins)[:-1]  # the last follows from the others
    wanted = np.concatenate([parts, shares[:-1]])
    solved = linprog(distances.ravel(), A_eq=np.vstack([rows, columns]), b_eq=wanted, bounds=(0, None))
    assert solved.success
    return solved.fun


def some(n: int, bins: int, seed: int):
    random = np.random.default_rng(seed)
    parts = random.dirichlet(np.full(bins, 0.1), n)
    return random, parts / parts.sum(1, keepdims=True)


@pytest.mark.parametrize("colours", [1, 2, 3, 6])
def test_it_is_what_linear_programming_finds(colours):
    random, parts = some(6, 30, colours)
    distances = ground(random.uniform(-60, 60, (30, 3)), random.uniform(-60, 60, (colours, 3)))
    shares = random.dirichlet(np.ones(colours))
    expected = [by_linear_programming(row, distances, shares) for row in parts]
    slack = 1e-3 + (EPSILON * np.log(colours) if colours > 2 else 0)  # the solver's own is some 1e-5
    found = transport(parts, distances, shares)
    assert np.all(found <= np.array(expected) + 1e-3) and np.all(found >= np.array(expected) - slack)


def test_on_a_line_it_is_the_wasserstein_distance():
    random, parts = some(4, 20, 9)
    centres, wanted = random.uniform(0, 100, 20), np.array([20.0, 70.0])
    found = transport(parts, np.abs(centres[:, None] - wanted), np.array([0.6, 0.4]))
    assert found == pytest.approx([wasserstein_distance(centres, wanted, row, [0.6, 0.4]) for row in parts])


@pytest.mark.parametrize("shares", [[0.6, 0.4], [0.5, 0.3, 0.2]])
def test_a_missing_colour_costs_its_share_of_the_way(shares):
    centres = bin_colours()
    places = [0, len(centres) // 2, len(centres) - 1][: len(shares)]
    distances = ground(centres, centres[places])
    whole, one = np.zeros((2, len(centres)))
    whole[places], one[places[0]] = shares, 1
    found = transport(np.stack([whole, one]), distances, np.array(shares))
    missing = sum(share * distances[places[0], k] for k, share in enumerate(shares))
    assert found == pytest.approx([0, missing], abs=EPSILON * np.log(len(shares)) + 1e-9)


def test_those_that_are_not_measured_stand_behind_those_that_are():
    random, parts = some(LOOKED_AT + 50, 12, 4)
    distances = ground(random.uniform(-60, 60, (12, 3)), random.uniform(-60, 60, (3, 3)))
    shares = np.array([0.5, 0.3, 0.2])
    allowed = np.zeros(len(parts), dtype=bool)
    allowed[-40:] = True
    found, whole = transport(parts, distances, shares, allowed), transport(parts[-40:], distances, shares)
    assert found[-40:] == pytest.approx(whole)
