"""Coverage of sets against a hand-worked case."""

import numpy as np

from artextract.metrics.answer_sets import class_coverage, covered

MEMBERS = np.array([[1, 1, 0], [0, 1, 0], [1, 0, 0], [0, 1, 1]], dtype=bool)


def test_a_hand_worked_case():
    truth = np.array([0, 0, 0, 1])
    assert covered(truth, MEMBERS).tolist() == [True, False, True, True]
    assert np.allclose(class_coverage(truth, MEMBERS), [2 / 3, 1, np.nan], equal_nan=True)
