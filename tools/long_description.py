"""The README for a package index: links and pictures lead to the source, for an index has none of the files beside it.

hatchling calls this when it builds; `pyproject.toml` names it. Nothing has to be installed for it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_RELATIVE = r"(?![a-z]+:|#)([^)\s]+\))"
_PICTURE = re.compile(r"(!\[[^]]*\]\()" + _RELATIVE)
_LINK = re.compile(r"(\]\()" + _RELATIVE)


class LongDescription(MetadataHookInterface):
    """Fill in `readme`, which `pyproject.toml` declares dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the text of the README with absolute links."""
        text = Path(self.root, "README.md").read_text("utf-8")
        source = metadata["urls"]["Source"]
        metadata["readme"] = {"content-type": "text/markdown", "text": absolute_links(text, source)}


def absolute_links(text: str, source: str) -> str:
    """Put the address of the source before every relative link; a picture needs that of its bytes, not of its page."""
    text = _PICTURE.sub(rf"\g<1>{source}/raw/main/\g<2>", text)
    return _LINK.sub(rf"\g<1>{source}/blob/main/\g<2>", text)
