"""The network after the backbone: scan, recurrence, attention, heads, masked loss."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from artextract.errors import InputError
from artextract.model.heads import masked_loss
from artextract.model.missing import MISSING
from artextract.model.network import CNNRNNHead, NetworkConfig
from artextract.model.sequence import AttentionPool, SequenceEncoder, scan_snake

CLASSES = {"style": 5, "genre": 3}


def test_the_snake_turns_at_every_row():
    maps = torch.arange(12.0).view(1, 1, 3, 4)
    assert scan_snake(maps)[0, :, 0].tolist() == [0, 1, 2, 3, 7, 6, 5, 4, 8, 9, 10, 11]


@pytest.mark.parametrize("rnn", ["gru", "lstm", "none"])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("attention", [True, False])
def test_every_kind_gives_logits_per_attribute_and_learns_through_all_its_parts(rnn, bidirectional, attention):
    network = CNNRNNHead(NetworkConfig((8, 3, 4), CLASSES, rnn, bidirectional, width=16, hidden=6, attention=attention))
    logits = network(torch.randn(7, 8, 3, 4))
    assert [tuple(scores.shape) for scores in logits] == [(7, 5), (7, 3)]
    sum(scores.square().sum() for scores in logits).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_the_order_of_tokens_matters_with_recurrence_only():
    torch.manual_seed(0)
    maps = torch.randn(2, 8, 3, 3)
    shuffled = maps.flatten(2)[:, :, torch.randperm(9)].view_as(maps)
    for rnn, differs in (("gru", True), ("none", False)):
        network = CNNRNNHead(NetworkConfig((8, 3, 3), CLASSES, rnn, width=16, hidden=6)).eval()
        gap = (network(maps)[0] - network(shuffled)[0]).abs().max()
        assert (gap > 1e-4) == differs


def test_a_bidirectional_state_sees_both_ends():
    torch.manual_seed(0)
    tokens = torch.randn(1, 9, 8, requires_grad=True)
    for bidirectional in (True, False):
        encoder = SequenceEncoder(8, 16, "gru", 6, 1, bidirectional, 0.0).eval()
        reach = torch.autograd.grad(encoder(tokens)[0, 4].sum(), tokens)[0][0].abs().sum(1) > 0
        assert reach[:5].all() and bool(reach[5:].any()) == bidirectional


def test_attention_weighs_each_attribute_by_itself():
    torch.manual_seed(0)
    states = torch.randn(2, 9, 16)
    pooled, weights = AttentionPool(16, queries=3)(states)
    assert weights.shape == (2, 3, 9) and torch.allclose(weights.sum(2), torch.ones(2, 3))
    slow = torch.stack([sum(weights[:, q, t, None] * states[:, t] for t in range(9)) for q in range(3)], 1)
    assert torch.allclose(pooled, slow, atol=1e-6) and not torch.allclose(weights[:, 0], weights[:, 1])


def test_standardisation_is_part_of_the_network():
    network = CNNRNNHead(NetworkConfig((8, 3, 3), CLASSES, width=16, hidden=6)).eval()
    maps = torch.randn(2, 8, 3, 3)
    before = network(maps)[0]
    network.set_normalisation(torch.full((8,), 5.0), torch.full((8,), 2.0))
    assert torch.allclose(network(maps * 2 + 5)[0], before, atol=1e-5)
    assert {"mean", "std"} <= set(network.state_dict())


def slow_loss(logits, targets):
    per_attribute = []
    for i, scores in enumerate(logits):
        rows = [-F.log_softmax(scores[n], 0)[targets[n, i]] for n in range(len(targets)) if targets[n, i] != MISSING]
        if rows:
            per_attribute.append(sum(rows) / len(rows))
    return sum(per_attribute) / len(per_attribute)


def test_missing_labels_are_passed_over():
    torch.manual_seed(0)
    logits = [torch.randn(6, 5), torch.randn(6, 3)]
    targets = torch.tensor([[0, MISSING], [4, 2], [MISSING, 0], [MISSING, MISSING], [2, MISSING], [1, 1]])
    assert masked_loss(logits, targets) == pytest.approx(float(slow_loss(logits, targets)), abs=1e-6)
    changed = [logits[0].clone(), logits[1].clone()]
    changed[0][2:4] += 7 * torch.randn(2, 5)
    changed[1][3] -= 9
    assert masked_loss(changed, targets) == masked_loss(logits, targets)
    one_missing = torch.stack([targets[:, 0], torch.full((6,), MISSING)], 1)
    assert masked_loss(logits, one_missing) == pytest.approx(float(slow_loss(logits[:1], targets[:, :1])), abs=1e-6)


def test_a_batch_without_labels_has_no_loss_but_a_gradient():
    scores = torch.randn(3, 5, requires_grad=True)
    loss = masked_loss([scores], torch.full((3, 1), MISSING))
    loss.backward()
    assert float(loss.detach()) == 0.0 and scores.grad.abs().sum() == 0


def test_logit_adjustment_is_the_balanced_softmax():
    scores, targets = torch.zeros(2, 2), torch.tensor([[0], [1]])
    prior = torch.log(torch.tensor([0.9, 0.1]))
    expected = -np.mean([np.log(0.9), np.log(0.1)])
    assert masked_loss([scores], targets, [prior]) == pytest.approx(expected, abs=1e-6)


def test_unknown_recurrence_is_named():
    with pytest.raises(InputError, match="'transformer'"):
        NetworkConfig((8, 3, 3), CLASSES, rnn="transformer")


def test_the_configuration_survives_being_saved():
    config = NetworkConfig((8, 3, 3), CLASSES, "lstm", hidden=7)
    assert NetworkConfig.from_dict(config.as_dict()) == config
