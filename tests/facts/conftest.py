"""What the tests of the ledger share."""

import json
import shutil

import pytest

from facts import reference_data
from programs import reference_data as programs_data


@pytest.fixture
def files(monkeypatch, tmp_path):
    """Copies of the reference files; returns a function that changes one: `change(name, lambda content: …)`."""
    for module in (reference_data, programs_data):
        folder = tmp_path / module.__name__
        shutil.copytree(module.FOLDER, folder)
        monkeypatch.setattr(module, "FOLDER", folder)

    def change(name, edit):
        path = next(tmp_path.glob(f"*/{name}"))
        content = json.loads(path.read_text())
        path.write_text(json.dumps(edit(content) or content))

    return change
