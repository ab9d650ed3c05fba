"""Whether an index fits a collection."""

from types import SimpleNamespace

import numpy as np
import pytest

from artextract.errors import MismatchError
from artextract.index import FeatureVectors, create_index
from artextract.search.build import require_same


def paintings(ids, hashes):
    """What of a table is looked at."""
    return SimpleNamespace(ids=ids, column={"sha256": np.array(hashes)}.__getitem__)


def test_the_index_must_fit_the_collection_and_the_features(tmp_path):
    vectors = {"colour": FeatureVectors("colour@1", np.eye(3, dtype=np.float32))}
    ids, hashes = ["a", "b", "c", "bad"], ["1", "2", "3", "?"]
    index = create_index(tmp_path, ids[:3], hashes[:3], vectors, {"bad": "damaged"})
    require_same(index, paintings(ids, hashes), {"colour": "colour@1"})
    require_same(index, paintings(ids[::-1], hashes[::-1]), {})
    with pytest.raises(MismatchError, match="1 rows are new, 0 are gone"):
        require_same(index, paintings([*ids, "new"], [*hashes, "h"]), {})
    with pytest.raises(MismatchError, match="0 rows are new, 1 are gone"):
        require_same(index, paintings(ids[1:], hashes[1:]), {})
    with pytest.raises(MismatchError, match="1 images have changed"):
        require_same(index, paintings(ids, ["other", *hashes[1:]]), {})
    with pytest.raises(MismatchError, match="holds version colour@1 of the feature 'colour', this is colour@2"):
        require_same(index, paintings(ids, hashes), {"colour": "colour@2"})
