"""PDF files of matplotlib whose pictures are JPEGs, which take a fraction of the bytes that its own lossless ones
need."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_pdf import Name, PdfFile, PdfPages
from PIL import Image

QUALITY = 85


class JpegPages(PdfPages):
    """As ``PdfPages``. Where a later matplotlib writes pictures another way, they are lossless again."""

    def _ensure_file(self) -> PdfFile:
        if self._file is None:
            self._file = _JpegFile(self._filename, metadata=self._metadata)
        return self._file


class _JpegFile(PdfFile):
    def _writeImg(self, data: np.ndarray, id: int, smask: Any = None) -> None:
        """``data``: uint8 (H, W, 3), or (H, W, 1), which stays lossless."""
        if smask or data.shape[-1] != 3:
            super()._writeImg(data, id, smask)
            return
        jpeg = io.BytesIO()
        Image.fromarray(data).save(jpeg, "JPEG", quality=QUALITY, optimize=True)
        height, width, _ = data.shape
        facts = {
            "Type": Name("XObject"),
            "Subtype": Name("Image"),
            "Width": width,
            "Height": height,
            "ColorSpace": Name("DeviceRGB"),
            "BitsPerComponent": 8,
            "Filter": Name("DCTDecode"),
        }
        with rc_context({"pdf.compression": 0}):  # what is a JPEG is not deflated again
            self.beginStream(id, None, facts)
            self.currentstream.write(jpeg.getvalue())
            self.endStream()
