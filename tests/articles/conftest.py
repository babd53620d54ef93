"""Blocks put on the form of an article as a browser would."""

from collections.abc import Callable
from typing import Any

import pytest

Data = dict[str, list[str]]


@pytest.fixture
def add_block() -> Callable[..., None]:
    """Adds a block to the data of a form, as the editor's script does. kind: such as "articletext"."""

    def add(data: Data, kind: str, ordering: int = 1000, **values: Any) -> int:
        prefix = f"articles_{kind}_set"
        index = int(data[f"{prefix}-TOTAL_FORMS"][0])
        data[f"{prefix}-TOTAL_FORMS"] = [str(index + 1)]
        for name, value in {"region": "body", "ordering": ordering, **values}.items():
            data[f"{prefix}-{index}-{name}"] = [str(value)]
        return index

    return add
