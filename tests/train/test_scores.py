"""By what an epoch is judged."""

import numpy as np
import pytest

from artextract.train.scores import in_words, number_score, score


def test_a_number_is_judged_against_the_median_of_the_training():
    counts, places = [1, 2, 1], np.array([500, 1500, 2500])
    right = np.eye(3)
    assert number_score(right, places, counts) == 1.0
    assert number_score(np.tile([0.25, 0.5, 0.25], (3, 1)), places, counts) == 0.0
    assert number_score(right[[2, 1, 0]], places, counts) == 0.0  # worse than the median is no worse than it
    # one of the two that the median misses by a bin is answered right
    assert number_score(np.array([[1, 0, 0], [0, 1, 0], [0.25, 0.5, 0.25]]), places, counts) == pytest.approx(0.5)


def test_the_mean_over_all_attributes_decides():
    assert score({"val_macro_f1": 0.4}) == 0.4 and score({"train_loss": 1.0}) is None
    both = {"val_macro_f1_style": 0.4, "val_score_of_year": 0.3, "val_macro_f1": 0.4, "val_score": 0.35}
    assert score(both) == 0.35 and in_words(both) == "style 0.400; year 30% nearer than the median"
