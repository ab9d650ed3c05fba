"""The scan visits every cell in its order, states come back to their cells, and attention lies where the cells lie."""

import numpy as np
import pytest
import torch

from artextract.model.network import NetworkConfig, build_network
from artextract.model.sequence import AttentionPool, MultiHeadPool, SequenceEncoder, attention_pool, scan_order
from artextract.train.options import ATTENTIONS, RNN_TYPES, SCANS


@pytest.mark.parametrize(
    "scan, order",
    [
        ("rows", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ("snake", [0, 1, 2, 3, 7, 6, 5, 4, 8, 9, 10, 11]),
        ("columns", [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]),
    ],
)
def test_the_orders_of_three_rows_of_four(scan, order):
    assert scan_order(scan, 3, 4) == order


@pytest.mark.parametrize("scan", SCANS)
@pytest.mark.parametrize("height, width", [(1, 1), (2, 5), (7, 7)])
def test_every_cell_is_visited_once(scan, height, width):
    assert sorted(scan_order(scan, height, width)) == list(range(height * width))


def encoder(scan, rnn="gru", bidirectional=False, grid=(3, 4), seed=0):
    torch.manual_seed(seed)
    return SequenceEncoder(8, grid, 16, rnn, 6, 1, bidirectional, 0.0, scan).eval()


def reach(one, cell):
    """Which tokens the state of a cell depends on."""
    tokens = torch.randn(1, 12, 8, requires_grad=True)
    return (torch.autograd.grad(one(tokens)[0, cell].sum(), tokens)[0][0].abs().sum(1) > 0).reshape(3, 4).numpy()


@pytest.mark.parametrize("scan", ["snake", "rows", "columns"])
def test_a_forward_state_has_seen_its_cell_and_those_before(scan):
    order = scan_order(scan, 3, 4)
    for cell in (0, 5, 6, 11):
        seen = np.zeros(12, bool)
        seen[order[: order.index(cell) + 1]] = True
        assert np.array_equal(reach(encoder(scan), cell), seen.reshape(3, 4))


def test_a_crossed_forward_state_has_seen_what_lies_above_and_to_the_left():
    seen = np.zeros((3, 4), bool)
    seen[:2, :3] = True
    assert np.array_equal(reach(encoder("crossed"), 6), seen)


@pytest.mark.parametrize("scan", SCANS)
def test_a_bidirectional_state_has_seen_all(scan):
    assert reach(encoder(scan, bidirectional=True), 6).all()


@pytest.mark.parametrize("rnn", ["gru", "lstm", "rnn"])
def test_crossed_is_a_sweep_of_each_row_and_then_of_each_column(rnn):
    one, tokens = encoder("crossed", rnn, bidirectional=True), torch.randn(2, 12, 8)
    projected = one.project(tokens).reshape(2, 3, 4, 16)
    rows = torch.stack([one.rnn(projected[:, y])[0] for y in range(3)], 1)
    columns = torch.stack([one.across(rows[:, :, x])[0] for x in range(4)], 2)
    assert torch.allclose(one(tokens), columns.reshape(2, 12, 12), atol=1e-6)


def forgetful(network):
    """The network with recurrent layers whose state follows from their own input alone."""
    for one in (network.encoder.rnn, network.encoder.across):
        for name, value in [] if one is None else one.named_parameters():
            if name.startswith("weight_hh"):
                value.data.zero_()
            elif name.startswith("bias") and not isinstance(one, torch.nn.RNN):
                value.data[
                    one.hidden_size : 2 * one.hidden_size
                ] = -20  # the gate that keeps the state: of a GRU the update gate, of an LSTM the forget gate
    return network.eval()


@pytest.mark.parametrize("scan", SCANS)
@pytest.mark.parametrize("rnn", RNN_TYPES)
@pytest.mark.parametrize("attention", ["additive", "multihead"])
def test_attention_lies_where_the_cells_lie(scan, rnn, attention):
    """Without memory a patch that is put into a cell changes the share of that cell only, all others by one common
    factor, wherever the scan visits it."""
    torch.manual_seed(1)
    network = forgetful(
        build_network(
            NetworkConfig((8, 3, 4), {"style": 5}, rnn=rnn, scan=scan, attention=attention, width=32, hidden=16)
        )
    )
    if attention == "multihead":
        network.pool.heads, network.pool.queries = 1, torch.nn.Parameter(torch.randn(1, 1, network.encoder.width_out))
    plain = torch.randn(1, 8, 3, 4)
    with torch.no_grad():
        before = network.attend(plain)[1]
        for cell in (1, 4, 7, 10):
            patched = plain.clone()
            patched[0, :, cell // 4, cell % 4] = 3 * torch.randn(8)
            change = (network.attend(patched)[1] / before).log()[0, 0]
            others = torch.cat([change[:cell], change[cell + 1 :]])
            assert others.std() < 1e-5 and (change[cell] - others.mean()).abs() > 1e-4


def test_without_recurrence_the_order_of_tokens_does_not_matter():
    torch.manual_seed(0)
    maps = torch.randn(2, 8, 3, 3)
    shuffled = maps.flatten(2)[:, :, torch.randperm(9)].view_as(maps)
    for rnn, differs in (("gru", True), ("none", False)):
        network = build_network(NetworkConfig((8, 3, 3), {"style": 5}, rnn, width=16, hidden=6)).eval()
        gap = (network(maps)[0] - network(shuffled)[0]).abs().max()
        assert (gap > 1e-4) == differs


@pytest.mark.parametrize("kind", ATTENTIONS)
def test_each_attribute_has_shares_of_its_own_that_sum_to_one(kind):
    torch.manual_seed(0)
    states = torch.randn(2, 9, 16)
    pooled, weights = attention_pool(kind, 16, 3)(states)
    assert pooled.shape == (2, 3, 16) and weights.shape == (2, 3, 9)
    assert torch.allclose(weights.sum(2), torch.ones(2, 3), atol=1e-6)
    assert torch.allclose(weights[:, 0], weights[:, 1]) == (kind == "none")


def test_additive_attention_is_a_weighted_mean():
    torch.manual_seed(0)
    states = torch.randn(2, 9, 16)
    pool = AttentionPool(16, queries=3).requires_grad_(False)
    pooled, weights = pool(states)
    for n in range(2):
        for q in range(3):
            scores = np.array([float(pool.query.weight[q] @ torch.tanh(pool.inner(states[n, t]))) for t in range(9)])
            shares = np.exp(scores) / np.exp(scores).sum()
            assert np.allclose(weights[n, q], shares, atol=1e-6)
            assert np.allclose(pooled[n, q], shares @ states[n].numpy(), atol=1e-5)


def test_multihead_attention_is_that_of_torch():
    torch.manual_seed(0)
    pool, states = MultiHeadPool(16, queries=3), torch.randn(2, 9, 16)
    pooled, weights = pool(states)
    theirs = torch.nn.MultiheadAttention(16, 4, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([torch.eye(16), pool.keys.weight, pool.values.weight]))
        theirs.in_proj_bias.copy_(torch.cat([torch.zeros(16), pool.keys.bias, pool.values.bias]))
        theirs.out_proj.weight.copy_(torch.eye(16))
        theirs.out_proj.bias.zero_()
        expected, shares = theirs(pool.queries.transpose(0, 1).reshape(1, 3, 16).expand(2, -1, -1), states, states)
    assert torch.allclose(pooled, expected, atol=1e-5) and torch.allclose(weights, shares, atol=1e-5)
