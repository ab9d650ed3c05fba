"""Groups of repeated motifs by what was decided."""

from dataclasses import dataclass

from artextract.app.api.motif_states import first_and, motifs_by_state


@dataclass
class Decision:
    verdict: str


def names(groups) -> list[str]:
    return ["".join(member["id"] for member in group) for group in groups]


def test_what_differs_from_the_first_leaves_its_group():
    groups = [[{"id": name} for name in ids] for ids in ("bac", "de", "fg", "hh")]
    decided = {
        ("a", "b"): Decision("same motif"),
        ("b", "c"): Decision("different"),
        ("d", "e"): Decision("different"),
    }
    found = {state: names(some) for state, some in motifs_by_state(groups, decided).items()}
    assert found == {"open": ["fg"], "decided": ["ba", "hh"], "different": ["bc", "de"], "all": ["ba", "fg", "hh"]}


def test_a_pair_is_in_the_order_of_the_alphabet():
    group = [{"id": "b"}, {"id": "a"}, {"id": "b"}]
    assert [first_and(group, member) for member in group] == [None, ("a", "b"), None]
