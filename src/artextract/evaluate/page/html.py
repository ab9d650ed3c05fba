"""The pieces of a self-contained HTML page: text in, markup out; pictures become part of it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

KINDS = {".png": "image/png", ".jpg": "image/jpeg"}


def heading(text: str, anchor: str = "", level: int = 2) -> str:
    name = f' id="{escape(anchor)}"' if anchor else ""
    return f"<h{level}{name}>{escape(text)}</h{level}>"


def paragraph(text: str, kind: str = "") -> str:
    return f"<p{f' class={kind}' if kind else ''}>{escape(text)}</p>"


def bullets(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], first: bool = False) -> str:
    """Numbers to the right, the first column to the left; ``first`` sets the first row apart.

    An interval goes to a line of its own."""

    def line(cells: Sequence[str], tag: str, kind: str = "") -> str:
        return f"<tr{kind}>" + "".join(f"<{tag}>{_cell(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td", " class=own" if first and i == 0 else "") for i, row in enumerate(rows))
    return f"<div class=wide><table>{line(head, 'th')}{body}</table></div>"


def picture(path: Path, caption: str) -> str:
    data = base64.b64encode(path.read_bytes()).decode()
    return (
        f'<figure><img src="data:{KINDS[path.suffix]};base64,{data}"'
        f' alt="{escape(caption)}"><figcaption>{escape(caption)}</figcaption></figure>'
    )


def folded(summary: str, inner: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{inner}</details>"


def contents(entries: Sequence[tuple[str, str]]) -> str:
    """Links to the anchors of ``(text, anchor)``."""
    return "<nav>" + "".join(f'<a href="#{escape(anchor)}">{escape(text)}</a>' for text, anchor in entries) + "</nav>"


def page(title: str, body: str) -> str:
    return _FRAME.replace("{title}", escape(title)).replace("{body}", body)


def _cell(text: str) -> str:
    value, bracket, rest = text.partition(" [")
    return escape(value) + (f"<small>{escape('[' + rest)}</small>" if bracket else "")


_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body { font: 16px/1.55 Georgia, "Times New Roman", serif; color: #22252b; background: #fbfaf7; max-width: 62rem;
  margin: 3rem auto; padding: 0 1.25rem; overflow-wrap: break-word; }
h1, h2, h3 { font-weight: 600; line-height: 1.2; } h1 { margin-bottom: .4rem; } h2 { margin-top: 3.2rem;
  border-top: 1px solid #ddd8cc; padding-top: 1.3rem; }
h2::first-letter { text-transform: uppercase; } h3 { margin-top: 2.2rem; font-size: 1.05rem; color: #3c4149; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; padding: .7rem 0; border: solid #ddd8cc; border-width: 1px 0;
  font: 14px/1.6 system-ui, sans-serif; }
a { color: #8a3a25; text-decoration: none; } a:hover, a:focus { text-decoration: underline; }
.lead { color: #565b64; margin-top: 0; } .note, figcaption { color: #62676f; font-size: .87rem; }
.warning { background: #fdf1e3; border-left: 4px solid #c9822b; padding: .6rem .9rem; }
.wide { overflow-x: auto; margin: .8rem 0; } table { border-collapse: collapse; font: 14px/1.35 system-ui, sans-serif;
  font-variant-numeric: tabular-nums; margin: .3rem 0; }
th, td { text-align: right; padding: .38rem .7rem; border-bottom: 1px solid #e6e2d8; white-space: nowrap;
  vertical-align: top; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th { color: #565b64; font-weight: 600; white-space: normal; vertical-align: bottom; max-width: 8.5rem; } td small {
  display: block; color: #74787f; font-size: 11.5px; } .own td { font-weight: 600; } .own small { font-weight: 400; }
figure { margin: 1.6rem 0; } img { max-width: 100%; height: auto; } figcaption { margin-top: .3rem; } details {
  margin: .8rem 0; } summary { cursor: pointer; color: #8a3a25; }
li { margin: .25rem 0; }
@media (max-width: 40rem) { th, td { padding: .35rem .4rem; } body { margin-top: 1.2rem; font-size: 15px; } figure {
  overflow-x: auto; } figure img { max-width: none; width: max(100%, 34rem); } figcaption { position: sticky; left: 0; }
  }
@media print { details { display: block; } nav { display: none; } }
</style></head><body>
{body}
</body></html>
"""
