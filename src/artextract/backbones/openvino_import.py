"""OpenVINO, imported so that it calls nowhere. Every file that needs it takes ``openvino`` from here.

Imported as usual it reports the fact to its makers' analytics server and leaves an identifier in ``~/intel``, unless
the user opted out. Where its telemetry package cannot be imported it has a silent stand-in of its own: that is what we
make it take."""

from __future__ import annotations

import sys

_NAME = "openvino_telemetry"
_before = sys.modules.get(_NAME)
if "openvino" not in sys.modules:
    sys.modules[_NAME] = None  # type: ignore[assignment]
try:
    import openvino
    import openvino.frontend
    import openvino.preprocess
finally:
    if _before is not None:
        sys.modules[_NAME] = _before
    elif sys.modules.get(_NAME, _before) is None:
        sys.modules.pop(_NAME, None)

__all__ = ["openvino"]
