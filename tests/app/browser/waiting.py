"""Waiting for what a page comes to."""

from typing import Any

PAUSE, LONGEST = 25, 30_000
"""Milliseconds."""


def until(page: Any, expression: str, arg: Any = None) -> None:
    """Wait until an expression, or a function of ``arg``, is true in the page. Playwright's ``wait_for_function`` asks
    again from inside the page, by eval, which our policy forbids: it works only where the first answer is yes."""
    for _ in range(LONGEST // PAUSE):
        if page.evaluate(expression, arg):
            return
        page.wait_for_timeout(PAUSE)
    raise AssertionError(f"never true: {expression}")
