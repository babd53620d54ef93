"""All that CI checks, in the order of what fails fastest; `make test` and `make check` call it.

It expects the packages, CHROMIUM and an empty database's DATABASE_URL, which m2c.serve gives it.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from m2c.embedded import die_with_parent  # noqa: E402  found by the line above

PRODUCTION = {
    "DEBUG": "0",
    "SITE_URL": "https://m2c.example",
    "HSTS_PRELOAD": "1",
    "ALLOWED_HOSTS": "m2c.example",
    "SENDING": "1",
    "SMTP_HOST": "smtp.m2c.example",
    "SECRET_KEY": secrets.token_urlsafe(64),
}
STEPS: list[tuple[str, list[str], dict[str, str]]] = [
    ("ruff check", ["ruff", "check", "."], {}),
    ("ruff format", ["ruff", "format", "--check", "."], {}),
    ("import-linter", ["lint-imports", "--no-logo"], {}),
    ("mypy", ["mypy", "."], {}),
    ("translations", ["python", "manage.py", "check_translations"], {}),
    ("makemigrations --check", ["python", "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    ("check --deploy", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]
SUITE: tuple[str, list[str], dict[str, str]] = ("pytest", ["pytest", "-n", "2", "-q"], {})


def passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one step; its words go where ours go."""
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGTERM),
        check=False,
    )
    if done.returncode != 0:
        print(f"   {name} failed (exit status {done.returncode})", flush=True)
    elif name != SUITE[0]:  # its own last line says how many and how long
        print(f"   {time.monotonic() - began:.1f} s", flush=True)
    return done.returncode == 0


def main() -> int:
    """Run every quick step, to show all that is wrong at once, then the suite if they pass."""
    failed = [step[0] for step in STEPS if not passes(*step)]
    if failed:
        print(f"\nm2c: failed: {', '.join(failed)}. The suite runs once they pass.", file=sys.stderr)
        return 1
    return 0 if passes(*SUITE) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
