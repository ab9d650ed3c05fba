"""The loss against a slow oracle, each rule for rare classes against its paper's formula."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm

from artextract.model.missing import MISSING
from artextract.train.losses import (
    EFFECTIVE_BETA,
    SPREAD,
    MaskedLoss,
    class_rule,
    row_losses,
    sampling_weights,
    soft_bins,
)
from artextract.train.options import IMBALANCES, TrainOptions

COUNTS = {"style": [40, 8, 2, 1, 9], "genre": [30, 20, 10]}
TARGETS = torch.tensor([[0, MISSING], [4, 2], [MISSING, 0], [MISSING, MISSING], [2, MISSING], [1, 1]])


def options(**changes):
    return TrainOptions(**({"label_smoothing": 0.0} | changes))


def logits(seed=0):
    torch.manual_seed(seed)
    return [torch.randn(len(TARGETS), len(numbers)) for numbers in COUNTS.values()]


def slow_row(scores, target, counts, chosen):
    """The loss of one row, in plain Python."""
    scores = list(scores)
    weight = 1.0
    if chosen.imbalance == "logit-adjustment":
        scores = [s + chosen.balance * math.log(n / sum(counts)) for s, n in zip(scores, counts, strict=False)]
    if chosen.imbalance == "effective-number":
        raw = [(1 / ((1 - EFFECTIVE_BETA**n) / (1 - EFFECTIVE_BETA))) ** chosen.balance for n in counts]
        weight = raw[target] / (sum(w * n for w, n in zip(raw, counts, strict=False)) / sum(counts))
    total = sum(math.exp(s) for s in scores)
    shares = [math.exp(s) / total for s in scores]
    smooth = chosen.label_smoothing
    loss = -sum(
        ((1 - smooth) * (i == target) + smooth / len(shares)) * math.log(share) for i, share in enumerate(shares)
    )
    if chosen.imbalance == "focal":
        loss *= (1 - shares[target]) ** chosen.gamma
    return weight * loss


def slow_loss(scores, targets, chosen, weights=(1.0, 1.0)):
    means = []
    for i, counts in enumerate(COUNTS.values()):
        rows = [
            slow_row(scores[i][n].tolist(), int(targets[n, i]), counts, chosen)
            for n in range(len(targets))
            if targets[n, i] != MISSING
        ]
        if rows:
            means.append((weights[i], sum(rows) / len(rows)))
    return sum(w * value for w, value in means) / sum(w for w, _ in means)


@pytest.mark.parametrize("imbalance", IMBALANCES)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_every_rule_is_the_slow_one(imbalance, smoothing):
    chosen = options(imbalance=imbalance, balance=0.7, gamma=1.5, label_smoothing=smoothing)
    assert float(MaskedLoss(COUNTS, chosen)(logits(), TARGETS)) == pytest.approx(
        slow_loss(logits(), TARGETS, chosen), rel=1e-5
    )


def test_missing_labels_are_passed_over():
    loss, scores = MaskedLoss(COUNTS, options()), logits()
    changed = [one.clone() for one in scores]
    changed[0][2:4] += 7 * torch.randn(2, 5)
    changed[1][3] -= 9
    assert loss(changed, TARGETS) == loss(scores, TARGETS)


def test_an_attribute_that_does_not_occur_counts_nothing():
    chosen, without = options(), torch.stack([TARGETS[:, 0], torch.full((len(TARGETS),), MISSING)], 1)
    assert float(MaskedLoss(COUNTS, chosen)(logits(), without)) == pytest.approx(
        slow_loss(logits(), without, chosen), rel=1e-5
    )


def test_a_batch_without_labels_has_no_loss_but_a_gradient():
    scores = [one.requires_grad_() for one in logits()]
    loss = MaskedLoss(COUNTS, options())(scores, torch.full_like(TARGETS, MISSING))
    loss.backward()
    assert float(loss.detach()) == 0.0 and all(one.grad.abs().sum() == 0 for one in scores)


def test_full_logit_adjustment_is_the_balanced_softmax():
    rule = class_rule([90, 10], options(balance=1.0))
    assert row_losses(torch.zeros(2, 2), torch.tensor([0, 1]), rule).tolist() == pytest.approx(
        [-math.log(0.9), -math.log(0.1)]
    )


def test_effective_numbers_by_hand():
    """With counts 1 and 1000 and beta 0.999: E = 1 and (1 - 0.999^1000) / 0.001 = 632.3."""
    weights = class_rule([1, 1000], options(imbalance="effective-number", balance=1.0)).weights
    assert float(weights[0] / weights[1]) == pytest.approx(632.3, abs=0.1)
    assert float(weights[0] * 1 + weights[1] * 1000) / 1001 == pytest.approx(1.0, rel=1e-5)


def test_the_focal_loss_by_hand():
    """Two classes at 0.8 and 0.2, gamma 2: 0.2^2 (-ln 0.8) for the sure row and 0.8^2 (-ln 0.2) for the other."""
    scores = torch.tensor([[math.log(0.8), math.log(0.2)]]).repeat(2, 1)
    losses = row_losses(scores, torch.tensor([0, 1]), class_rule([5, 5], options(imbalance="focal", gamma=2.0)))
    assert losses.tolist() == pytest.approx([0.04 * -math.log(0.8), 0.64 * -math.log(0.2)], rel=1e-5)


def test_fixed_task_weights():
    chosen = options(task_weights={"style": 3.0})
    assert float(MaskedLoss(COUNTS, chosen)(logits(), TARGETS)) == pytest.approx(
        slow_loss(logits(), TARGETS, chosen, (3.0, 1.0)), rel=1e-5
    )


def test_learned_task_weights_settle_where_the_paper_says():
    """exp(-s) L + s / 2 is least at s = ln 2L, which gradient descent has to find."""
    loss, scores = MaskedLoss(COUNTS, options(task_weights="learned", imbalance="none")), logits()
    assert float(loss(scores, TARGETS).detach()) == pytest.approx(
        slow_loss(scores, TARGETS, options(imbalance="none")), rel=1e-5
    )
    optimiser = torch.optim.Adam(loss.parameters(), lr=0.05)
    for _ in range(400):
        optimiser.zero_grad()
        loss(scores, TARGETS).backward()
        optimiser.step()
    alone = [
        slow_loss(scores, torch.where(torch.arange(2) == i, TARGETS, MISSING), options(imbalance="none"))
        for i in range(2)
    ]
    assert loss.log_variance.tolist() == pytest.approx([math.log(2 * value) for value in alone], abs=0.01)


@pytest.mark.parametrize("task_weights", ["equal", "learned"])
def test_two_processes_add_up_to_one(task_weights):
    chosen, scores = options(task_weights=task_weights), logits()
    whole = MaskedLoss(COUNTS, chosen)
    counts = (TARGETS != MISSING).sum(0).float()
    parts = [
        MaskedLoss(COUNTS, chosen, lambda own: counts, 2)([one[part] for one in scores], TARGETS[part])
        for part in (slice(0, 2), slice(2, None))
    ]
    assert float(sum(parts).detach()) == pytest.approx(float(whole(scores, TARGETS).detach()), rel=1e-6)


def test_sampling_weights_are_inverse_frequencies():
    targets = np.array([[0, MISSING], [1, MISSING], [0, 1], [MISSING, 1], [MISSING, MISSING]])
    weights = sampling_weights(targets, {"style": [8, 2], "genre": [4, 1]}, 1.0)
    by_hand = np.array([1, 4, (1 + 4) / 2, 4, 0])
    assert np.allclose(weights, by_hand / by_hand.sum())
    assert np.allclose(sampling_weights(targets[:4], {"style": [8, 2], "genre": [4, 1]}, 0.0), 0.25)


def test_the_target_of_a_number_is_a_normal_distribution_around_its_place():
    places = torch.tensor([0, 1500, 3999])
    found = soft_bins(places, 4).numpy()
    for place, row in zip(places.tolist(), found, strict=True):
        below = norm.cdf(np.arange(5), loc=place / 1000, scale=SPREAD)
        below[[0, -1]] = 0, 1  # what lies beyond the ends belongs to the last bins
        assert row == pytest.approx(np.diff(below), abs=1e-6)


def test_a_number_counts_as_any_attribute_and_only_where_it_is_known():
    counts, kinds = {"style": [40, 8, 2, 1, 9], "year": [30, 20, 10]}, {"year": "number"}
    targets = torch.tensor([[0, MISSING], [4, 2600], [MISSING, 0], [MISSING, MISSING], [2, MISSING], [1, 1200]])
    scores, chosen = logits(), options(imbalance="none")
    found = MaskedLoss(counts, chosen, kinds=kinds)(scores, targets)
    known = targets[:, 1] != MISSING
    soft = soft_bins(targets[known, 1], 3)
    year = -(soft * scores[1][known].log_softmax(1)).sum(1).mean()
    style = MaskedLoss({"style": counts["style"]}, chosen)(scores[:1], targets[:, :1])
    assert float(found) == pytest.approx(float((style + year) / 2), rel=1e-5)
    weights = sampling_weights(targets.numpy(), counts, 1.0, kinds)
    assert np.allclose(weights / weights[0], [1, 40 / 9, 1, 0, 20, 5])


def test_several_labels_have_binary_cross_entropy_where_they_are_known():
    counts, kinds = {"style": [40, 8, 2, 1, 9], "tags": [30, 20, 10]}, {"tags": "labels"}
    tags = torch.tensor([[1, 0, 1], [MISSING] * 3, [0, 0, 0], [MISSING] * 3, [0, 1, 0], [1, 1, 1]])
    targets = torch.cat([TARGETS[:, :1], tags], 1)
    scores, chosen = logits(), options(imbalance="none")
    known = tags[:, 0] != MISSING
    slow = torch.nn.BCEWithLogitsLoss(reduction="sum")(scores[1][known], tags[known].float()) / known.sum()
    style = MaskedLoss({"style": counts["style"]}, chosen)(scores[:1], targets[:, :1])
    found = MaskedLoss(counts, chosen, kinds=kinds)(scores, targets)
    assert float(found) == pytest.approx(float((style + slow) / 2), rel=1e-5)
