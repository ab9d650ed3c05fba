"""ArtExtract says what a painting is and what it is like.

>>> import artextract
>>> engine = artextract.SearchEngine.open("my-collection")          # doctest: +SKIP
>>> engine.search("photo.jpg", k=5).hits[0].id                      # doctest: +SKIP

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from artextract.version import __version__

_WHERE = {
    "ArtExtractError": "artextract.errors",
    "BackboneOptions": "artextract.train.backbone_options",
    "CNNRNNModel": "artextract.model.cnn_rnn",
    "CentroidDistanceDetector": "artextract.evaluate.outliers.outlier_detectors",
    "EntropyDetector": "artextract.evaluate.outliers.outlier_detectors",
    "FeatureExtractor": "artextract.search.system",
    "FeatureStore": "artextract.features.store",
    "Fetching": "artextract.sources.options",
    "FolderOptions": "artextract.sources.folder",
    "IIIFOptions": "artextract.sources.iiif",
    "ImageError": "artextract.errors",
    "IndexOptions": "artextract.search.index_options",
    "InputError": "artextract.errors",
    "LabelErrorDetector": "artextract.evaluate.outliers.outlier_detectors",
    "LabelOptions": "artextract.train.running",
    "MahalanobisDetector": "artextract.evaluate.outliers.outlier_detectors",
    "NGAFilters": "artextract.sources.nga",
    "Paintings": "artextract.table",
    "Predictor": "artextract.model.predictor",
    "ReviewStore": "artextract.review",
    "Running": "artextract.train.running",
    "SearchEngine": "artextract.search.asking.engine",
    "SimilaritySystem": "artextract.search.system",
    "SoftmaxUncertaintyDetector": "artextract.evaluate.outliers.outlier_detectors",
    "Splitting": "artextract.train.splitting",
    "Studies": "artextract.study.store",
    "TrainOptions": "artextract.train.options",
    "Transform": "artextract.images",
    "benchmark": "artextract.evaluate.retrieval.benchmark",
    "build_index": "artextract.search.build",
    "create_app": "artextract.app.api",
    "cross_validate": "artextract.evaluate.classification.cross_validation",
    "evaluate_model": "artextract.evaluate.classification.classify",
    "examine": "artextract.doctor",
    "explain_match": "artextract.search.reasons.match",
    "export_onnx": "artextract.model.onnx_export",
    "extract": "artextract.runtime",
    "find_duplicates": "artextract.search.works.duplicates",
    "find_outliers": "artextract.evaluate.outliers.find",
    "find_suspects": "artextract.review.suspects",
    "fix": "artextract.doctor",
    "get_backbone": "artextract.backbones",
    "import_folder": "artextract.sources.folder",
    "import_huggingface": "artextract.sources.huggingface",
    "import_iiif": "artextract.sources.iiif",
    "import_join": "artextract.sources.join",
    "import_nga": "artextract.sources.nga",
    "import_sample": "artextract.sources.sample",
    "import_webdataset": "artextract.sources.webdataset",
    "import_wikiart": "artextract.sources.wikiart",
    "list_backbones": "artextract.backbones",
    "make_map": "artextract.search.map.layout",
    "open_engine": "artextract.runtime",
    "open_image": "artextract.images",
    "open_model": "artextract.model.saved",
    "read_paintings": "artextract.table",
    "study_report": "artextract.study.report",
    "train_model": "artextract.train.run",
    "visualize_outliers": "artextract.evaluate.outliers.outlier_gallery",
    "write_contact_sheet": "artextract.search.contact_sheet",
    "write_report": "artextract.evaluate.classification.report",
}

__all__ = [
    "ArtExtractError",
    "BackboneOptions",
    "CNNRNNModel",
    "CentroidDistanceDetector",
    "EntropyDetector",
    "FeatureExtractor",
    "FeatureStore",
    "Fetching",
    "FolderOptions",
    "IIIFOptions",
    "ImageError",
    "IndexOptions",
    "InputError",
    "LabelErrorDetector",
    "LabelOptions",
    "MahalanobisDetector",
    "NGAFilters",
    "Paintings",
    "Predictor",
    "ReviewStore",
    "Running",
    "SearchEngine",
    "SimilaritySystem",
    "SoftmaxUncertaintyDetector",
    "Splitting",
    "Studies",
    "TrainOptions",
    "Transform",
    "__version__",
    "benchmark",
    "build_index",
    "create_app",
    "cross_validate",
    "evaluate_model",
    "examine",
    "explain_match",
    "export_onnx",
    "extract",
    "find_duplicates",
    "find_outliers",
    "find_suspects",
    "fix",
    "get_backbone",
    "import_folder",
    "import_huggingface",
    "import_iiif",
    "import_join",
    "import_nga",
    "import_sample",
    "import_webdataset",
    "import_wikiart",
    "list_backbones",
    "make_map",
    "open_engine",
    "open_image",
    "open_model",
    "read_paintings",
    "study_report",
    "train_model",
    "visualize_outliers",
    "write_contact_sheet",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'artextract' has no attribute '{name}'")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return __all__
