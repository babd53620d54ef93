"""What `make` runs before anything is installed."""

import ast
import importlib.util
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap(tmp_path, monkeypatch) -> ModuleType:
    """bin/bootstrap.py of a project in a folder of its own, with the locks of this one."""
    specification = importlib.util.spec_from_file_location("bootstrap", ROOT / "bin" / "bootstrap.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    for name in [".python-version", *module.LOCKS]:
        shutil.copy(ROOT / name, tmp_path)
    place(module, tmp_path, monkeypatch)
    return module


def place(module: ModuleType, folder: Path, monkeypatch) -> None:
    paths = {
        "ROOT": folder,
        "DATA": folder / ".data",
        "VENV": folder / ".venv",
        "PYTHON": folder / ".venv" / "bin" / "python",
        "STAMP": folder / ".venv" / "installed",
    }
    for name, path in paths.items():
        monkeypatch.setattr(module, name, str(path))


def pretend_to_have_installed(bootstrap: ModuleType, locks: list[str]) -> None:
    python = Path(bootstrap.PYTHON)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    Path(bootstrap.STAMP).write_text(bootstrap.fingerprint(locks))


@pytest.fixture
def uv_is_asked(bootstrap, monkeypatch) -> None:
    """Makes asking for uv visible, in place of installing."""

    def ask() -> str:
        raise LookupError("uv")

    monkeypatch.setattr(bootstrap, "get_uv", ask)
    monkeypatch.setattr(bootstrap, "require_room", lambda megabytes: None)


def test_nothing_is_installed_twice(bootstrap, uv_is_asked):
    pretend_to_have_installed(bootstrap, bootstrap.LOCKS)

    bootstrap.install(for_development=True)
    bootstrap.install(for_development=False)


def test_tools_for_the_tests_are_installed_when_they_are_asked_for(bootstrap, uv_is_asked):
    pretend_to_have_installed(bootstrap, bootstrap.LOCKS[:1])
    bootstrap.install(for_development=False)

    with pytest.raises(LookupError):
        bootstrap.install(for_development=True)


def test_changed_lock_is_installed(bootstrap, uv_is_asked):
    pretend_to_have_installed(bootstrap, bootstrap.LOCKS)
    with (Path(bootstrap.ROOT) / "requirements.txt").open("a") as lock:
        lock.write("# newer\n")

    with pytest.raises(LookupError):
        bootstrap.install(for_development=False)


def test_moved_project_is_installed_again(bootstrap, uv_is_asked, tmp_path_factory, monkeypatch):
    pretend_to_have_installed(bootstrap, bootstrap.LOCKS)
    moved = tmp_path_factory.mktemp("elsewhere") / "project"
    shutil.copytree(bootstrap.ROOT, moved, symlinks=True)
    place(bootstrap, moved, monkeypatch)

    with pytest.raises(LookupError):
        bootstrap.install(for_development=False)


def test_environment_whose_python_has_gone_is_made_again(bootstrap, uv_is_asked):
    pretend_to_have_installed(bootstrap, bootstrap.LOCKS)
    Path(bootstrap.PYTHON).unlink()
    Path(bootstrap.PYTHON).symlink_to("/nowhere/python3.13")

    with pytest.raises(LookupError):
        bootstrap.install(for_development=False)


def test_nearly_full_disk_is_one_clear_line(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "free_megabytes", lambda path: 40)

    with pytest.raises(bootstrap.Problem, match=r"nearly full: 40 MB free, 900 needed\. Free some, then try again\.$"):
        bootstrap.install(for_development=False)


def test_folders_of_another_user_are_refused(bootstrap, monkeypatch):
    Path(bootstrap.DATA).mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: Path(bootstrap.DATA).stat().st_uid + 1)

    with pytest.raises(bootstrap.Problem, match="belongs to another user"):
        bootstrap.require_own_folders()


def test_uv_on_the_path_is_used(bootstrap, tmp_path, monkeypatch):
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\necho uv 1.0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")

    assert bootstrap.find_uv() == str(program)


def test_uv_that_does_not_run_is_not_used(bootstrap, tmp_path, monkeypatch):
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert bootstrap.find_uv() is None


def test_check_installs_nothing_and_says_what_does(bootstrap, uv_is_asked):
    with pytest.raises(bootstrap.Problem, match="`make test` installs them"):
        bootstrap.test(needs_setup=False)


def test_script_stays_readable_for_python_3_6():
    ast.parse((ROOT / "bin" / "bootstrap.py").read_text(), feature_version=(3, 6))
