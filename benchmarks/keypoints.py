"""What a search for details by keypoints would find: ORB or SIFT of OpenCV (``pip install opencv-python-headless``, no
dependency of the package), matched with the ratio test, and counted by RANSAC.

E. Rublee et al., "ORB: an efficient alternative to SIFT or SURF" (2011); D. Lowe, "Distinctive Image Features from
Scale-Invariant Keypoints" (2004), section 7.1 for the ratio."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageOps

KINDS = ("orb", "sift")
MOST = 1000
"""Keypoints of a picture."""
RATIO = 0.8
PIXELS = 5.0
"""From where the transform puts a keypoint, at most."""

Described = tuple[np.ndarray, Any]


class Keypoints:
    """Describes pictures, and counts how many keypoints of a detail agree upon one turn, scale and shift."""

    def __init__(self, kind: str):
        import cv2

        self._cv2 = cv2
        cv2.setNumThreads(1)
        self._make = cv2.ORB_create(MOST) if kind == "orb" else cv2.SIFT_create(MOST)
        self._match = cv2.BFMatcher(cv2.NORM_HAMMING if kind == "orb" else cv2.NORM_L2)

    def describe(self, image: Image.Image) -> Described:
        points, vectors = self._make.detectAndCompute(np.asarray(image.convert("L")), None)
        return np.array([point.pt for point in points], np.float32).reshape(-1, 2), vectors

    def both(self, detail: Image.Image) -> list[Described]:
        """A detail and its mirror image."""
        return [self.describe(detail), self.describe(ImageOps.mirror(detail))]

    def agreeing(self, detail: Described, painting: Described) -> int:
        """Keypoints of the detail whose partners lie where one similarity transform puts them."""
        if len(detail[0]) < 2 or len(painting[0]) < 2:
            return 0
        pairs = self._match.knnMatch(detail[1], painting[1], k=2)
        kept = [one for one, other in pairs if one.distance < RATIO * other.distance]
        if len(kept) < 3:
            return 0
        here, there = detail[0][[one.queryIdx for one in kept]], painting[0][[one.trainIdx for one in kept]]
        self._cv2.setRNGSeed(0)
        found = self._cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=PIXELS)[1]
        return 0 if found is None else int(found.sum())
