"""Writes tiny networks with random weights, one of each kind, so that every loader is tested without a download."""

from __future__ import annotations

from pathlib import Path

from artextract.backbones import REGISTRY

SIZES = {
    "resnet18": 160,
    "resnet50": 160,
    "mobilenet_v2": 224,
    "efficientnet_b0": 224,
    "convnextv2": 96,
    "dinov2": 56,
    "clip": 64,
    "siglip": 64,
}


def write_weights(row: str, folder: Path, seed: int) -> Path:
    """Random weights for a row: a checkpoint's folder or a file."""
    import torch

    torch.manual_seed(seed)
    path = folder / f"{row}-{seed}"
    if row == "vgg16":
        from artextract.backbones.networks import VGG16_CHANNELS

        state, number, before = {}, 0, 3
        for channels in VGG16_CHANNELS:
            if channels:
                state[f"features.{number}.weight"] = torch.randn(channels, before, 3, 3) * (2 / (9 * before)) ** 0.5
                state[f"features.{number}.bias"] = torch.zeros(channels)
                before = channels
            number += 2 if channels else 1
        state["classifier.6.bias"] = torch.zeros(10)
        torch.save(state, path.with_suffix(".pth"))
        return path.with_suffix(".pth")
    if row == "custom":
        from artextract.backbones.custom import CustomCNN, save_custom

        save_custom(CustomCNN(), path.with_suffix(".safetensors"))
        return path.with_suffix(".safetensors")
    if row == "onnx":
        write_onnx(path.with_suffix(".onnx"), seed)
        return path.with_suffix(".onnx")
    write_checkpoint(row, path)
    return path


def write_checkpoint(row: str, folder: Path) -> None:
    import torch
    import transformers as t

    kind, size = REGISTRY[row].kind, SIZES[row]
    vision = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": size,
    }
    text = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "vocab_size": 20,
    }
    if kind == "resnet":
        layers = {"depths": [1, 1, 1, 1], "layer_type": "bottleneck" if row == "resnet50" else "basic"}
        model = t.ResNetForImageClassification(
            t.ResNetConfig(embedding_size=16, hidden_sizes=[16, 32, 48, 64], **layers)
        )
    elif kind == "mobilenet_v2":
        model = t.MobileNetV2ForImageClassification(t.MobileNetV2Config(depth_multiplier=0.35, image_size=size))
    elif kind == "efficientnet":
        model = t.EfficientNetForImageClassification(
            t.EfficientNetConfig(
                width_coefficient=0.25, depth_coefficient=0.3, hidden_dim=320, image_size=size, dropout_rate=0.0
            )
        )
    elif kind == "convnextv2":
        model = t.ConvNextV2ForImageClassification(
            t.ConvNextV2Config(hidden_sizes=[16, 24, 32, 48], depths=[1, 1, 1, 1])
        )
    elif kind == "dinov2":
        model = t.Dinov2Model(t.Dinov2Config(**vision | {"image_size": size * 2}, patch_size=14))
    elif kind == "clip":
        model = t.CLIPModel(
            t.CLIPConfig(vision_config={**vision, "patch_size": 16}, text_config=text, projection_dim=16)
        )
    else:
        model = t.SiglipModel(t.SiglipConfig(vision_config={**vision, "patch_size": 16}, text_config=text))
    with torch.no_grad():  # with the libraries' first weights a signal fades, or stays in the cell where it was put
        for name, value in model.named_parameters():
            if value.ndim == 4:
                value.normal_(0, (4 if kind == "efficientnet" else 2) ** 0.5 / value[0].numel() ** 0.5)
            elif value.ndim == 1 and "bias" in name:
                value.normal_(0, 0.05)
            elif name.endswith(("norm.weight", "_bn.weight")):
                value.fill_(1)
    model.eval().save_pretrained(folder)
    side = {"shortest_edge": size} if kind in ("resnet", "convnextv2") else {"height": size, "width": size}
    facts = {"do_normalize": True, "image_mean": [0.4, 0.5, 0.6], "image_std": [0.5, 0.25, 0.5], "size": side}
    if kind == "dinov2":
        facts |= {
            "do_center_crop": True,
            "crop_size": {"height": size, "width": size},
            "size": {"shortest_edge": size + 8},
        }
    from artextract.files import write_json

    write_json(folder / "preprocessor_config.json", facts)


def write_onnx(path: Path, seed: int = 0, last: bool = False, batch: str | int = "n", size: int | str = 64) -> None:
    """A small CNN with a classifier behind its map; ``last`` puts the input's channels last."""
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(seed)
    weights, nodes, at, before = [], [], "x", 3
    if last:
        nodes.append(helper.make_node("Transpose", ["x"], ["first"], perm=[0, 3, 1, 2]))
        at = "first"
    for number, channels in enumerate((8, 16, 24, 32)):
        values = random.normal(0, (2 / (9 * before)) ** 0.5, (channels, before, 3, 3)).astype(np.float32)
        weights.append(numpy_helper.from_array(values, f"w{number}"))
        nodes.append(helper.make_node("Conv", [at, f"w{number}"], [f"c{number}"], strides=[2, 2], pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [f"c{number}"], [f"r{number}"]))
        at, before = f"r{number}", channels
    weights.append(numpy_helper.from_array(random.normal(0, 0.1, (32, 10)).astype(np.float32), "fc"))
    nodes += [
        helper.make_node("GlobalAveragePool", [at], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("MatMul", ["flat", "fc"], ["classes"]),
    ]
    shape = [batch, size, size, 3] if last else [batch, 3, size, size]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("classes", TensorProto.FLOAT, [batch, 10])],
        weights,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
