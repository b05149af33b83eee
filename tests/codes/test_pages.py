"""The pages on codes say what the library does."""

from __future__ import annotations

import sequestration as seq
from tests.paths import DOCS


def test_every_action_is_explained() -> None:
    text = " ".join((DOCS / "reference" / "codes.md").read_text("utf-8").split())

    for action in seq.Action:
        assert action in text
