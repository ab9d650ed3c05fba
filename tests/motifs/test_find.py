"""A detail that was pasted into another painting is found there, where it was put; others are not."""

import numpy as np
import pytest
from PIL import ImageOps

from artextract.motifs.candidates import votes
from artextract.motifs.find import MotifIndex, probability
from artextract.motifs.geometry import fitted_frame
from artextract.motifs.matching import compare
from artextract.motifs.repeats import Place, Repeat, grouped, repeats
from artextract.table import read_paintings
from tests.motifs.conftest import DETAIL, PASTED, paintings, scene

LEAST = 4.5
"""Between what is there and what is not, for the plain network and two dozen scenes."""
WHERE = np.array(PASTED) / 256


@pytest.fixture(scope="module")
def index(prepared, network):
    return MotifIndex.open(prepared, network)


@pytest.fixture(scope="module")
def hashes(prepared):
    return read_paintings(prepared).column("sha256").tolist()


def random_units(random, *shape):
    cells = random.normal(size=shape).astype(np.float32)
    return cells / np.linalg.norm(cells, axis=-1, keepdims=True)


def test_a_pasted_detail_is_found_at_its_place(index, hashes):
    detail = paintings()[0].crop(DETAIL)
    first, second = index.find(detail, 2, left_out={hashes[0]})
    assert first.key == hashes[1] and not first.mirrored
    assert first.score >= LEAST > second.score
    assert np.abs(np.array(first.box) - WHERE).max() < 0.04
    assert abs(first.turn) < 4


def test_so_is_its_mirror_image(index, hashes):
    found = index.find(ImageOps.mirror(paintings()[0].crop(DETAIL)), 1, left_out={hashes[0]})[0]
    assert found.key == hashes[1] and found.mirrored and np.abs(np.array(found.box) - WHERE).max() < 0.04


def test_what_is_nowhere_is_not_found(index):
    assert all(index.find(scene(seed).crop(DETAIL), 1)[0].score < LEAST for seed in (501, 502, 503))


def test_only_what_is_allowed_is_found(index, hashes):
    detail = paintings()[0].crop(DETAIL)
    found = index.find(detail, 30, left_out={hashes[0]}, allowed=set(hashes[:4]))
    assert {one.key for one in found} == set(hashes[1:4])
    assert index.find(detail, 3, allowed=set()) == []


def test_the_same_question_has_the_same_answer(index):
    detail = scene(77).crop(DETAIL)
    assert index.find(detail, 5) == index.find(detail, 5)


def test_compare_is_a_plain_loop():
    random = np.random.default_rng(0)
    detail, painting = random_units(random, 2, 3, 8), random_units(random, 5, 6, 8)
    best = {}
    for row in range(4):
        for column in range(4):
            total = 0.0
            for y in range(2):
                for x in range(3):
                    near = [
                        float(detail[y, x] @ painting[v, u])
                        for v in range(max(0, row + y - 1), min(5, row + y + 2))
                        for u in range(max(0, column + x - 1), min(6, column + x + 2))
                    ]
                    total += max(near)
            place = painting[row : row + 2, column : column + 3]
            pairs = [float(a @ b) for a in detail.reshape(6, 8) for b in place.reshape(6, 8)]
            best[row, column] = total / 6 - sum(pairs) / 36
    score, row, column = (values[0] for values in compare(detail, painting[None]))
    place = max(best, key=best.__getitem__)
    assert (row, column) == place and np.isclose(score, best[place], atol=1e-5)


def test_what_is_alike_all_over_is_no_detail():
    """Bare paper in bare paper has nothing whose order could agree."""
    random = np.random.default_rng(1)
    paper = np.zeros((6, 6, 8), np.float32)
    paper[..., 0] = 1.0
    drawn = random_units(random, 2, 6, 6, 8)
    drawn[0, 2:4, 2:4] = random_units(random, 2, 2, 8)
    bare = compare(paper[:2, :2], np.stack([paper, *drawn]))[0]
    assert np.allclose(bare[0], 0.0, atol=1e-6)
    assert compare(drawn[0, 2:4, 2:4], np.stack([paper, *drawn]))[0].argmax() == 1


def test_a_detail_larger_than_a_painting_is_nowhere_in_it():
    random = np.random.default_rng(0)
    assert compare(random_units(random, 6, 2, 8), random_units(random, 2, 5, 5, 8))[0].tolist() == [-np.inf] * 2


def test_a_turned_and_enlarged_detail_has_its_frame():
    random = np.random.default_rng(3)
    detail, painting = random_units(random, 6, 6, 16), random_units(random, 16, 16, 16)
    turn, scale = np.radians(10), 1.2
    for y in range(6):
        for x in range(6):
            z = scale * np.exp(1j * turn) * complex(x - 2.5, y - 2.5) + complex(8, 8)
            painting[int(z.imag), int(z.real)] = detail[y, x]
    frame = fitted_frame(detail, painting, 5, 5)
    assert abs(frame.turn - 10) < 4 and abs(frame.scale - 1.2) < 0.1 and frame.agreeing > 0.8
    assert abs((frame.box[0] + frame.box[2]) / 2 - 0.5) < 0.04


def test_votes_count_each_cell_once_for_a_place():
    """Two cells of the detail agree on painting 7; in painting 8 one cell has two answers at one place."""
    cosines = np.array([[0.9, 0.8, 0.8, 0.0], [0.9, 0.0, 0.0, 0.0]], np.float32)
    serials = np.array([[7, 8, 8, 9], [7, 9, 9, 9]])
    places = np.array([[34, 34, 35, 0], [35, 0, 1, 2]])
    counted = votes(cosines, serials, places, np.array([[0, 0], [0, 1]]), {7: 16, 8: 16, 9: 16})
    assert np.isclose(counted[7], 1.8) and np.isclose(counted[8], 0.8)


def test_probability_rises_with_the_score():
    values = [probability(score) for score in (-1e9, 0, LEAST, 10, 1e9)]
    assert values == sorted(values) and 0 <= values[0] < 0.01 and values[-1] <= 1


def test_the_repeated_motif_of_a_collection(index, hashes):
    pair = repeats(index, 4.0)[0]
    assert {pair.a.key, pair.b.key} == {hashes[0], hashes[1]}
    boxes = {place.key: np.array(place.box) for place in (pair.a, pair.b)}
    assert np.abs(boxes[hashes[1]] - WHERE).max() < 0.1
    assert np.abs(boxes[hashes[0]] - np.array(DETAIL) / 256).max() < 0.1


def test_groups_join_places_that_overlap():
    box, apart = (0.0, 0.0, 0.4, 0.4), (0.6, 0.6, 0.9, 0.9)
    pairs = [
        Repeat(Place("a", box), Place("b", box), 9.0),
        Repeat(Place("b", (0.05, 0.0, 0.4, 0.4)), Place("c", box), 8.0),
        Repeat(Place("b", apart), Place("d", box), 7.5),
    ]
    first, second = grouped(pairs)
    assert [place.key for place, _ in first] == ["a", "b", "c"] and [score for _, score in first] == [9.0, 9.0, 8.0]
    assert {place.key for place, _ in second} == {"b", "d"}


def test_votes_propose_what_is_then_compared(index, hashes, monkeypatch):
    monkeypatch.setattr("artextract.motifs.find.PROPOSED", 3)
    found = index.find(paintings()[0].crop(DETAIL), 1, left_out={hashes[0]})[0]
    assert found.key == hashes[1] and found.score >= LEAST
