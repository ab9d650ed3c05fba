"""Any ONNX file as a graph that gives (map, vector), read by OpenVINO: no torch, and nothing known of it but its
shapes."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path
from typing import Any

from artextract.errors import InputError
from artextract.files import read_json

DEFAULT_SIZE = 224
_NOT_SPATIAL = {"Reshape", "Squeeze", "Unsqueeze", "ShapeOf", "Softmax", "Gather", "TopK"}
"""Operations behind which the axes of a picture are no longer where they were."""


def read_facts(path: Path) -> dict[str, Any]:
    """Size, dim, map_shape and millions of parameters, and mean and std where FILE.json beside FILE.onnx gives them.

    The JSON may hold "size", "mean" and "std" (for values in 0..1). Raises ``InputError`` for a file that gives no map.
    """
    sidecar = path.with_suffix(".json")
    given = read_json(sidecar) if sidecar.is_file() else {}
    facts: dict[str, Any] = {
        key: tuple(float(value) for value in given[key]) for key in ("mean", "std") if key in given
    }
    model, size = _open(path, given.get("size"))
    model.reshape([1, 3, size, size])
    shape = tuple(_with_map(model, path).outputs[0].shape)[1:]
    constants = [op for op in model.get_ops() if op.get_type_name() == "Constant" and op.get_element_type().is_real()]
    count = sum(math.prod(op.output(0).shape) for op in constants)
    return {**facts, "size": size, "dim": shape[0], "map_shape": shape, "params_millions": round(count / 1e6, 2)}


def read_model(backbone: Any) -> Any:
    """The file of a ``Backbone`` as an ``openvino.Model``: float32 (N, 3, S, S) -> map (N, C, H, W), and its mean (N,
    C)."""
    path = Path(backbone.path)
    model, size = _open(path, backbone.transform.size)
    model.reshape([1, 3, size, size])
    model = _with_map(model, path)
    with contextlib.suppress(RuntimeError):
        model.reshape([2, 3, size, size])
    if model.outputs[0].shape[0] != 2:
        raise InputError(
            f"'{path}' takes only one picture at a time", "export it with a dynamic batch", code="onnx-batch-size"
        )
    return model


def _open(path: Path, size: int | None) -> tuple[Any, int]:
    """The graph with an input (N, 3, H, W) in float32, and the size of its input: the file's, else ``size``, else
    224."""
    from artextract.backbones.openvino_import import openvino

    frontend = openvino.frontend.FrontEndManager().load_by_framework(
        "onnx"
    )  # Core.read_model would try other formats, and print
    model = frontend.convert(frontend.load(str(path)))
    shape = model.inputs[0].partial_shape if len(model.inputs) == 1 else None
    if shape is None or shape.rank.is_dynamic or len(shape) != 4:
        raise InputError(
            f"'{path}' is no network over pictures",
            "it needs one input (N, 3, H, W) or (N, H, W, 3)",
            code="onnx-input",
        )
    sides = [None if side.is_dynamic else side.get_length() for side in shape]
    last = sides[3] == 3 and sides[1] != 3
    height, width = sides[1:3] if last else sides[2:]
    if not last and sides[1] not in (3, None):
        raise InputError(
            f"'{path}' takes {sides[1]} channels", "a backbone takes 3: red, green and blue", code="onnx-channels"
        )
    if height and width and height != width:
        raise InputError(
            f"'{path}' takes pictures of {width} x {height} pixels",
            "a backbone takes square ones",
            code="onnx-picture-size",
        )
    steps = openvino.preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(openvino.Type.f32).set_layout(openvino.Layout("NCHW"))
    steps.input().model().set_layout(openvino.Layout("NHWC" if last else "NCHW"))
    return steps.build(), height or width or size or DEFAULT_SIZE


def _with_map(model: Any, path: Path) -> Any:
    """The graph cut at its feature map: the last activation that still has the picture's axes, or the last tokens
    behind it."""
    from artextract.backbones.openvino_import import openvino

    ops = openvino.opset13

    found = _last_map(model)
    if found is None:
        raise InputError(
            f"'{path}' gives no feature map",
            "a backbone needs an activation (N, C, H, W), or tokens (N, T, C)",
            code="no-feature-map",
        )
    output, channel_axis, cells = found
    if channel_axis is None:
        tokens = output.partial_shape[1].get_length()
        skip = tokens - cells[0] * cells[1]
        if skip:
            output = ops.slice(output, [skip], [tokens], [1], [1]).output(0)
        output = ops.transpose(output, [0, 2, 1]).output(0)
        output = ops.reshape(output, [0, 0, *cells], True).output(0)
    elif channel_axis == 3:
        output = ops.transpose(output, [0, 3, 1, 2]).output(0)
    if output.element_type != openvino.Type.f32:
        output = ops.convert(output, "f32").output(0)
    vector = ops.reduce_mean(output, [2, 3], False).output(0)
    return openvino.Model([output, vector], model.get_parameters(), "onnx")


def _last_map(model: Any) -> tuple[Any, int | None, tuple[int, int]] | None:
    """(output, axis of its channels or None for tokens, cells), by following the picture's axes through a batch of
    one."""
    axes = {
        model.inputs[0].node.get_friendly_name(): 1
    }  # operation whose output has the picture's axes -> its channel axis
    shapes: dict[tuple[int, ...], int] = {}
    last: tuple[Any, int | None, tuple[int, int]] | None = None
    for op in model.get_ordered_ops():
        kind, name = op.get_type_name(), op.get_friendly_name()
        if (
            kind in ("Result", "Constant", "Parameter")
            or op.get_output_size() < 1
            or op.output(0).partial_shape.is_dynamic
        ):
            continue
        shape = tuple(op.output(0).shape)
        if len(shape) == 4:
            axis = _channel_axis(op, kind, axes)
            if axis is None and kind == "Reshape":
                axis = shapes.get(shape)  # out of a picture's shape and back, as a channel shuffle does
            if axis is None:
                continue
            axes[name] = axis
            height, width = shape[2:] if axis == 1 else shape[1:3]
            if height > 1 and width > 1 and shape[axis] > 1:
                shapes[shape] = axis
                last = (op.output(0), axis, (height, width))
        elif (
            len(shape) == 3
            and last
            and shape[0] == 1
            and op.get_element_type().is_real()
            and _is_token_grid(shape, last)
        ):
            last = (op.output(0), None, last[2])
    return last


def _is_token_grid(shape: tuple[int, ...], last: tuple[Any, int | None, tuple[int, int]]) -> bool:
    """Whether (1, T, C) holds the cells of the last map, with at most one token before them, and as many channels."""
    output, axis, (height, width) = last
    channels = output.shape[2 if axis is None else axis]
    return shape[1] - height * width in (0, 1) and shape[2] == channels


def _channel_axis(op: Any, kind: str, axes: dict[str, int]) -> int | None:
    if kind in _NOT_SPATIAL:
        return None
    sources = [op.input_value(i).get_node().get_friendly_name() for i in range(op.get_input_size())]
    found = [axes[source] for source in sources if source in axes]
    if not found:
        return None
    if kind == "Transpose":
        order = [int(axis) for axis in op.input_value(1).get_node().data]
        kept = [axis for axis in order[1:] if axis != found[0]]
        axis = order.index(found[0])
        return axis if order[0] == 0 and axis in (1, 3) and kept == sorted(kept) else None
    if kind == "MatMul":  # a layer over the channels, only where they stand last
        return 3 if found == [3] and sources[0] in axes else None
    return found[0]
