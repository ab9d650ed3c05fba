"""The browser of this machine, and whatever else shows a file."""

from __future__ import annotations

import os
import sys
import webbrowser


def show_in_browser(address: str) -> bool:
    """Open an address, such as that of a page or a picture; False where nothing here has a window to show it in.

    A browser that would take over the terminal is not asked."""
    if sys.platform.startswith("linux") and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))):
        return False
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False
