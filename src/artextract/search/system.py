"""Similarity over plain folders of images, from Python: one feature, a list of paths, the nearest by cosine.

No collection, no table.

For mixes of features, filters, reasons and indexes on disk see ``search.engine``.

The examples draw three pictures, two red and a blue one:

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from PIL import Image
>>> folder = TemporaryDirectory()
>>> for name, colour in (("red.png", (200, 30, 30)), ("wine.png", (180, 30, 40)), ("blue.png", (30, 40, 190))):
...     Image.new("RGB", (64, 48), colour).save(Path(folder.name) / name)

A feature extractor turns images into vectors:

>>> from artextract import FeatureExtractor, SimilaritySystem
>>> extractor = FeatureExtractor("palette")
>>> extractor.extract_features_from_image(Path(folder.name) / "red.png").shape == (extractor.feature_dim,)
True
>>> paths, vectors, skipped = extractor.extract_features_from_directory(folder.name)
>>> [path.name for path in paths], len(vectors), skipped
(['blue.png', 'red.png', 'wine.png'], 3, [])

A similarity system finds what is near. The query itself and its copies are left out:

>>> system = SimilaritySystem(extractor)
>>> system.index_images(folder.name).added
3
>>> for path, similarity in system.find_similar(Path(folder.name) / "red.png", k=2):
...     print(path.name, similarity > 0.5)
wine.png True
blue.png False
>>> folder.cleanup()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from artextract.backbones import REGISTRY, get_backbone
from artextract.errors import ImageError, InputError, MismatchError, NothingUsableError
from artextract.features import FEATURES, Feature, get_feature
from artextract.files import HEADERS, user_path, write_aside
from artextract.images import EXTENSIONS, content_hash, image_files, open_image
from artextract.index.units import unit_and_norm
from artextract.progress import Progress, no_progress

FILE = "similarity.npz"
ImageLike = str | Path | bytes | Image.Image | np.ndarray


class Extracted(NamedTuple):
    """``vectors`` float32 (N, dim) of ``paths``, in their order.

    ``skipped`` are the files that could not be used, with the reason."""

    paths: list[Path]
    vectors: np.ndarray
    skipped: list[tuple[Path, str]]


class Indexed(NamedTuple):
    """How many images were ``added``, those with new contents included, how many ``removed`` because their files are
    gone, and how many there are in ``total``; ``skipped`` are the files that could not be used, with the reason."""

    added: int
    removed: int
    total: int
    skipped: list[tuple[Path, str]]


class SimilarImage(NamedTuple):
    """``similarity`` is the cosine of the two vectors, -1 to 1."""

    path: Path
    similarity: float


class FeatureExtractor:
    """Images to vectors by one feature.

    ``model_type`` is a backbone ("resnet50", "efficientnet_lite0", ... as ``artextract backbones`` lists them, or
    NAME:PATH with weights from a file or folder), which gives the pooled output of the network, or any feature
    ("palette", "style", ... as ``artextract features`` lists them). ``feature_dim`` is the length of the vectors, which
    are compared by their cosine; a vector of NaN says that an image has none (no face, no figure).

    Raises ``InputError`` for an unknown name, and ``WeightsUnavailableError`` where the weights are not on this machine
    and cannot be fetched."""

    def __init__(self, model_type: str = "resnet50"):
        self.model_type = model_type
        self.feature = _feature(model_type)

    @property
    def feature_dim(self) -> int:
        return self.feature.dim

    @property
    def version(self) -> str:
        """What tells these vectors from those of another feature, network or version."""
        return f"{self.feature.store_name}@{self.feature.version}"

    def extract_features_from_image(self, image: ImageLike) -> np.ndarray:
        """The vector ``float32 (feature_dim,)`` of a file, the bytes of one, a Pillow picture, or an array ``uint8 (H,
        W, 3)`` in RGB. Raises ``ImageError`` where it cannot be used."""
        if isinstance(image, np.ndarray):
            if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
                raise ImageError(
                    f"the array has shape {image.shape} and type {image.dtype}",
                    "give RGB as uint8 (H, W, 3)",
                    code="wrong-shape",
                )
            image = Image.fromarray(image)
        try:
            return self.feature.vector(open_image(image, at_least=self.feature.decoded_at))
        except ImageError as error:
            name = f"'{image}'" if isinstance(image, (str, Path)) else "the image"
            raise ImageError(
                f"{name} cannot be used: {error.message}",
                "give an image file such as JPEG, PNG or TIFF",
                code="unusable-picture",
            ) from error

    def extract_features_from_images(self, paths: Sequence[str | Path], progress: Progress = no_progress) -> Extracted:
        """Vectors of many files at once. A bad file is skipped."""
        files = [user_path(path) for path in paths]
        reasons: dict[int, str] = {}
        vectors = np.empty((len(files), self.feature_dim), dtype=np.float32)
        batches = self.feature.extract(files, reasons.__setitem__)
        found = (pair for positions, rows in batches for pair in zip(positions, rows, strict=False))
        for position, row in progress(found, len(files), f"computing {self.feature.name}"):
            vectors[position] = row
        usable = [position for position in range(len(files)) if position not in reasons]
        return Extracted(
            [files[position] for position in usable],
            vectors[usable],
            [(files[position], reasons[position]) for position in sorted(reasons)],
        )

    def extract_features_from_directory(self, path: str | Path, progress: Progress = no_progress) -> Extracted:
        """Vectors of all images below a folder, sorted by path; hidden files are passed over and bad ones skipped.

        Raises ``InputError`` where there is no such folder, and ``NothingUsableError`` where it holds no image that can
        be used."""
        found = self.extract_features_from_images(_images_below(path), progress)
        if not found.paths:
            raise NothingUsableError(
                f"no image below '{path}' could be used ({found.skipped[0][1]})",
                "give a folder of image files such as JPEG, PNG or TIFF",
                code="no-usable-image",
            )
        return found


class SimilaritySystem:
    """The images most like a query among those of one or more folders, by the cosine of their vectors.

    ``index_type`` "faiss" searches a FAISS flat index of inner products, "numpy" multiplies; both look at every image
    and give the same answers. ``feature_dim``, where given, must be the extractor's. Raises ``InputError`` for an
    unknown type and ``MismatchError`` for another ``feature_dim``."""

    def __init__(self, feature_extractor: FeatureExtractor, index_type: str = "faiss", feature_dim: int | None = None):
        if index_type not in SEARCHES:
            raise InputError(
                f"there is no index type '{index_type}'",
                f"choose one of {', '.join(SEARCHES)}",
                code="unknown-index-type",
            )
        if feature_dim is not None and feature_dim != feature_extractor.feature_dim:
            raise MismatchError(
                f"the vectors of '{feature_extractor.model_type}' have {feature_extractor.feature_dim} numbers, not"
                f" {feature_dim}",
                "leave feature_dim out, or choose another extractor",
                code="wrong-dimension",
            )
        self.feature_extractor = feature_extractor
        self.index_type = index_type
        self._set([], [], np.empty((0, self.feature_dim), dtype=np.float32))

    @property
    def feature_dim(self) -> int:
        return self.feature_extractor.feature_dim

    @property
    def paths(self) -> list[Path]:
        """The images that can be found, in the order in which they were added."""
        return list(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def index_images(self, directory: str | Path, progress: Progress = no_progress) -> Indexed:
        """Add the images below a folder.

        Done again, it computes only what is new or changed, and removes what is gone from the folder.

        A file that cannot be used, or has none of the feature (no face, no figure), is skipped. Raises ``InputError``
        where there is no such folder, and ``NothingUsableError`` where nothing is left to be found."""
        files = _images_below(directory)
        known = dict(zip(self._paths, self._hashes, strict=False))
        hashes = {file: _hash(file) for file in files}
        new = [file for file in files if known.get(file) != hashes[file]]
        made = self.feature_extractor.extract_features_from_images(new, progress)
        usable = np.isfinite(made.vectors).all(axis=1)
        skipped = made.skipped + [
            (path, f"it has no {self.feature_extractor.feature.name}")
            for path, there in zip(made.paths, usable, strict=False)
            if not there
        ]
        added = [path for path, there in zip(made.paths, usable, strict=False) if there]
        root = Path(directory).resolve()
        gone = {path for path in known if path not in hashes and path.is_relative_to(root)}
        replaced = {*new, *gone}
        stay = [row for row, path in enumerate(self._paths) if path not in replaced]
        paths = [self._paths[row] for row in stay] + added
        if not paths:
            raise NothingUsableError(
                f"no image below '{directory}' could be used ({skipped[0][1]})",
                "give a folder of image files such as JPEG, PNG or TIFF",
                code="no-usable-image",
            )
        keys = [self._hashes[row] for row in stay] + [hashes[path] for path in added]
        self._set(paths, keys, np.concatenate([self._vectors[stay], unit_and_norm(made.vectors[usable])[0]]))
        return Indexed(len(added), len(gone), len(paths), sorted(skipped))

    def find_similar(self, query_image_path: ImageLike, k: int = 5) -> list[SimilarImage]:
        """The ``k`` images most like a file (or bytes, a picture, an array), best first, fewer where there are fewer.

        The query's own file and its exact copies are left out.

        Raises ``InputError`` where nothing is indexed or the query has none of the feature, and ``ImageError`` where it
        cannot be used."""
        if k < 1:
            raise InputError(f"{k} images were asked for", "ask for at least 1", code="invalid-count")
        if not self._paths:
            raise InputError("nothing is indexed", "call index_images(directory) first", code="nothing-indexed")
        if isinstance(query_image_path, (str, Path)) and Path(query_image_path).is_file():
            query_image_path = Path(query_image_path).read_bytes()
        vector = self.feature_extractor.extract_features_from_image(query_image_path)
        if not np.isfinite(vector).all():
            raise InputError(
                f"the query has no {self.feature_extractor.feature.name}",
                "give another image, or use another feature",
                code="query-lacks-feature",
            )
        own = content_hash(query_image_path) if isinstance(query_image_path, bytes) else ""
        wanted = min(len(self), k + self._hashes.count(own))
        positions, similarities = self._search(unit_and_norm(vector)[0], wanted)
        found = [
            (position, similarity)
            for position, similarity in zip(positions.tolist(), similarities.tolist(), strict=False)
            if self._hashes[position] != own
        ]
        return [SimilarImage(self._paths[position], similarity) for position, similarity in found[:k]]

    def save(self, folder: str | Path) -> Path:
        """Write the index to ``folder/similarity.npz``, in place of one that is there."""
        path = user_path(folder) / FILE
        with write_aside(path) as aside:
            np.savez(
                aside,
                version=self.feature_extractor.version,
                paths=np.array([str(p) for p in self._paths]),
                hashes=np.array(self._hashes),
                vectors=self._vectors,
            )
        return path

    @staticmethod
    def load(folder: str | Path, feature_extractor: FeatureExtractor, index_type: str = "faiss") -> SimilaritySystem:
        """What ``save`` wrote.

        Raises ``InputError`` where there is nothing, and ``MismatchError`` where it is damaged or was made with another
        extractor."""
        path = user_path(folder) / FILE
        if not path.is_file():
            raise InputError(f"there is no '{path}'", "write one with save(folder)", code="file-missing")
        system = SimilaritySystem(feature_extractor, index_type)
        try:
            with HEADERS, np.load(path) as saved:
                version, paths, hashes, vectors = (
                    str(saved["version"]),
                    saved["paths"].tolist(),
                    saved["hashes"].tolist(),
                    saved["vectors"],
                )
        except Exception as error:  # NumPy and zipfile raise much
            raise MismatchError(
                f"'{path}' is damaged ({error})", "index the images again", code="damaged-file"
            ) from error
        if version != feature_extractor.version:
            raise MismatchError(
                f"'{path}' was made with '{version}', this is '{feature_extractor.version}'",
                "load it with the extractor that made it, or index the images again",
                code="made-with-another",
            )
        system._set([user_path(path) for path in paths], hashes, vectors)
        return system

    def _set(self, paths: list[Path], hashes: list[str], vectors: np.ndarray) -> None:
        self._paths, self._hashes, self._vectors = paths, hashes, vectors
        self._search = SEARCHES[self.index_type](vectors)


Search = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
"""From a unit vector ``(dim,)`` and a number to the rows with the largest inner products, and these; equal ones in row
order."""


def _faiss_search(vectors: np.ndarray) -> Search:
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))

    def search(vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        similarities, positions = index.search(vector[None], k)
        order = np.lexsort((positions[0], -similarities[0]))
        return positions[0][order], similarities[0][order]

    return search


def _numpy_search(vectors: np.ndarray) -> Search:
    def search(vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        similarities = vectors @ vector
        best = np.argsort(-similarities, kind="stable")[:k]
        return best, similarities[best]

    return search


SEARCHES: dict[str, Callable[[np.ndarray], Search]] = {"faiss": _faiss_search, "numpy": _numpy_search}


def _feature(model_type: str) -> Feature:
    if model_type in FEATURES:
        return get_feature(model_type)
    if model_type.partition(":")[0] in REGISTRY:
        return get_feature("deep", get_backbone(model_type))
    raise InputError(
        f"there is no model type '{model_type}'",
        f"backbones are {', '.join(REGISTRY)}; features {', '.join(FEATURES)}",
        code="unknown-model-type",
    )


def _hash(path: Path) -> str:
    try:
        return content_hash(path)
    except OSError:
        return ""  # what cannot be read is skipped later, with its reason


def _images_below(directory: str | Path) -> list[Path]:
    root = Path(directory).resolve()
    if not root.is_dir():
        raise InputError(f"there is no folder '{directory}'", "give a folder of images", code="folder-missing")
    files = [
        path for path in image_files(root) if not any(part.startswith(".") for part in path.relative_to(root).parts)
    ]
    if not files:
        raise NothingUsableError(
            f"there are no images below '{directory}'",
            f"known endings: {', '.join(sorted(EXTENSIONS))}",
            code="no-images",
        )
    return files
