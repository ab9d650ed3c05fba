"""Of which classes a number was learned, by cases worked by hand."""

import numpy as np

from artextract.model.carried import carried_shares, deciding, expected_share
from artextract.model.config_form import ModelConfig, wrong_config, wrong_together

CONFIG = {"labels_sha256": "", "weights_sha256": ""}
NUMBER = {"temperature": 1.0, "coverage": 0.8, "widened": 0.0, "median": 1900.0}


def test_shares_are_of_the_paintings_that_have_a_label():
    carries = np.array([True, False, False, True, True, True])
    classes = np.array([0, 0, 0, 1, -1, 1])
    assert carried_shares(carries, classes, 3) == [0.3333, 1.0, 0.0]


def test_the_attribute_that_most_paintings_carry_decides():
    shares = {"artist": [0.0, 1.0], "style": [0.2, 0.6]}
    assert deciding(shares, {"artist": [3, 4], "style": [5, 3], "genre": [99]}) == "style"
    assert deciding({}, {"style": [1]}) is None
    found = expected_share(np.array([[1.0, 0.0], [0.5, 0.5]]), shares["style"])
    assert np.allclose(found, [0.2, 0.4])


def test_a_table_of_another_form_is_reported():
    def of(carried):
        return {**CONFIG, "numbers": {"year": {**NUMBER, "carried": carried}}}

    assert wrong_config(of({"style": [0, 0.5]})) == "" == wrong_config({**CONFIG, "numbers": {"year": NUMBER}})
    for carried in ({"style": [0, 1.5]}, {"style": "x"}, [0.5], {"style": [None]}, None):
        assert "carried" in wrong_config(of(carried))
    labels = {"classes": {"style": ["a", "b"]}, "numbers": {"year": {"counts": [1, 2]}}}
    assert wrong_together(ModelConfig(of({"style": [0, 1]})), labels) == ""
    for carried in ({"style": [0.5]}, {"school": [0.5, 0.5]}):
        assert "carried" in wrong_together(ModelConfig(of(carried)), labels)
