"""What `make` calls: gets uv and Python 3.13, installs the locked packages, then hands over to m2c.serve.

Runs on any Python 3.6 or newer with the standard library alone, because it runs before anything is installed.

    python3 bin/bootstrap.py run              the site
    python3 bin/bootstrap.py test             everything that `make check` checks, set up first
    python3 bin/bootstrap.py check            the same, nothing installed
    python3 bin/bootstrap.py manage ...       manage.py with the site's database
    python3 bin/bootstrap.py with ...         any command with the site's database
    python3 bin/bootstrap.py lock             new locks from requirements*.in
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.path.join(ROOT, ".data")
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed")
LOCKS = ["requirements.txt", "requirements-dev.txt"]
ROOM_NEEDED = 900  # MB: packages, their cache, the first database
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


class Problem(Exception):
    """One line that says what is wrong and what to do."""


def say(line):
    print(line, flush=True)


def quiet(command, **options):
    """Run `command` and return (its exit status, what it printed)."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout.decode("utf-8", "replace").strip()


def last_line(text):
    return text.splitlines()[-1].strip() if text else "no message"


def free_megabytes(path):
    while not os.path.exists(path):
        path = os.path.dirname(path)
    return shutil.disk_usage(path).free // 2**20


def require_room(megabytes):
    free = free_megabytes(DATA)
    if free < megabytes:
        raise Problem(
            "The disk of {} is nearly full: {} MB free, {} needed. Free some, then try again.".format(
                ROOT, free, megabytes
            )
        )


def require_own_folders():
    """Folders of another user would fail later, in stranger words."""
    if sys.platform == "win32":
        raise Problem("Windows alone cannot run this. Use it inside WSL.")
    for folder in (ROOT, DATA, VENV):
        if not os.access(folder, os.W_OK) and os.path.exists(folder):
            raise Problem("You may not write in {}. Run this as the user who owns it.".format(folder))
    for folder in (DATA, VENV):
        if os.path.exists(folder) and os.stat(folder).st_uid != os.geteuid():
            raise Problem(
                "{} belongs to another user (uid {}). Run this as that user, or remove the folder to start "
                "afresh.".format(folder, os.stat(folder).st_uid)
            )
    os.makedirs(DATA, mode=0o700, exist_ok=True)


# uv and the packages


def find_uv():
    """The path of a uv that runs, or None."""
    home = os.path.expanduser("~")
    own = [os.path.join(DATA, "uv", "bin", "uv")]
    usual = [os.path.join(home, ".local", "bin", "uv"), os.path.join(home, ".cargo", "bin", "uv")]
    for candidate in [shutil.which("uv")] + own + usual:
        if candidate and quiet([candidate, "--version"])[0] == 0:
            return candidate
    return None


def find_pip():
    """A command that runs pip: of a small environment of our own, or of this Python."""
    folder = os.path.join(DATA, "pip")
    own = [os.path.join(folder, "bin", "python"), "-m", "pip"]
    if quiet([sys.executable, "-m", "venv", "--clear", folder])[0] == 0 and quiet(own + ["--version"])[0] == 0:
        if sys.version_info < (3, 8):  # its pip is too old for today's wheels
            quiet(own + ["install", "-q", "--upgrade", "pip"])
        return own
    theirs = [sys.executable, "-m", "pip"]
    if quiet(theirs + ["--version"])[0] == 0:
        return theirs
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("This Python has no pip; installing python3-venv ...")
        quiet(["apt-get", "update"], stdin=subprocess.DEVNULL)
        status, output = quiet(["apt-get", "install", "-y", "python3-venv"], stdin=subprocess.DEVNULL)
        if status == 0 and quiet(["/usr/bin/python3", "-m", "venv", "--clear", folder])[0] == 0:
            return own
        raise Problem("apt-get could not install python3-venv: {}".format(last_line(output)))
    raise Problem(
        "uv is missing and this Python ({}) has neither venv nor pip to get it with. Install uv, or on Debian and "
        "Ubuntu `apt-get install python3-venv`, then try again.".format(sys.executable)
    )


def get_uv():
    """The path of uv, installed below .data/ when there is none."""
    found = find_uv()
    if found:
        return found
    say("Getting uv ...")
    pip = find_pip()
    target = os.path.join(DATA, "uv")
    shutil.rmtree(target, ignore_errors=True)
    # uv is a program of its own: which Python it is meant for does not matter.
    options = ["--only-binary", ":all:", "--no-deps", "--ignore-requires-python", "--target", target]
    status, output = quiet(pip + ["install", "-q"] + options + ["uv"])
    found = find_uv()
    if status != 0 or not found:
        require_room(200)
        raise Problem("pip could not install uv: {}".format(last_line(output)))
    shutil.rmtree(os.path.join(DATA, "pip"), ignore_errors=True)
    return found


def fingerprint(locks):
    """Names what is installed: the locks' contents, the Python asked for and the place (scripts carry their path)."""
    summed = hashlib.sha256(VENV.encode("utf-8", "surrogateescape"))
    for name in [".python-version"] + locks:
        with open(os.path.join(ROOT, name), "rb") as file:
            summed.update(name.encode() + b"\0" + file.read() + b"\0")
    return summed.hexdigest()


def installed():
    """The fingerprint that the last installation left, or an empty text."""
    try:
        with open(STAMP) as file:
            return file.read().strip() if os.access(PYTHON, os.X_OK) else ""
    except OSError:
        return ""


def make_venv(uv, version):
    """Make an empty .venv: with a Python on PATH, one of pyenv's, or one that uv downloads."""
    say("Making .venv with Python {} ...".format(version))
    command = [uv, "venv", "-q", "--clear", "--no-project", VENV, "--python"]
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    known = sorted(glob.glob(os.path.join(glob.escape(pyenv), "versions", version + ".*", "bin", "python" + version)))
    attempts = [command + [version, "--no-python-downloads"]] + [command + [path] for path in known[-1:]]
    output = ""
    for attempt in attempts + [command + [version]]:
        status, output = quiet(attempt, cwd=ROOT)
        if status == 0:
            return
    require_room(200)
    raise Problem(
        "There is no Python {0} here and uv could not download it. Install Python {0}, then try again. uv says: "
        "{1}".format(version, last_line(output))
    )


def install(for_development):
    """Make .venv hold exactly the locked packages; does nothing when it does already."""
    current = installed()
    runtime, full = fingerprint(LOCKS[:1]), fingerprint(LOCKS)
    if current == full or (current == runtime and not for_development):
        return
    # Once somebody has tested here, `make run` keeps the tools.
    had_tools = os.path.exists(os.path.join(VENV, "bin", "pytest"))
    locks = LOCKS if for_development or had_tools else LOCKS[:1]
    require_room(ROOM_NEEDED if not current else 300)
    uv = get_uv()
    with open(os.path.join(ROOT, ".python-version")) as file:
        version = file.read().strip()
    if os.path.exists(STAMP):
        os.remove(STAMP)
    check = "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '{}')".format(version)
    if not current or quiet([PYTHON, "-c", check])[0] != 0:
        make_venv(uv, version)
    say("Installing the locked packages ...")
    command = [uv, "pip", "sync", "--python", PYTHON, "--require-hashes", "--compile-bytecode"]
    if not sys.stderr.isatty():
        command.append("-q")
    if subprocess.run(command + locks, cwd=ROOT, check=False).returncode != 0:
        require_room(200)
        raise Problem("uv could not install the packages; its words are above.")
    with open(STAMP, "w") as file:
        file.write(fingerprint(locks))


def lock():
    """Compile requirements*.in into requirements*.txt."""
    uv = get_uv()
    options = ["--universal", "--generate-hashes", "--no-header", "--python-version", "3.13", "-q"]
    for name in LOCKS:
        source = name.replace(".txt", ".in")
        say("Locking {} ...".format(source))
        command = [uv, "pip", "compile"] + options + sys.argv[2:] + [source, "-o", name]
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            raise Problem("{} could not be locked; uv's words are above.".format(source))


# The browser for the tests


def find_browser():
    """The path of a Chromium or Chrome, or None."""
    for name in BROWSERS:
        if shutil.which(name):
            return shutil.which(name)
    code = "from playwright.sync_api import sync_playwright as p; w = p().start(); print(w.chromium.executable_path)"
    status, output = quiet([PYTHON, "-c", code + "; w.stop()"])
    path = last_line(output)
    return path if status == 0 and os.path.exists(path) else None


def get_browser():
    """The path of a Chromium, installed with apt-get when that is possible."""
    found = find_browser()
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium for the browser tests ...")
        quiet(["apt-get", "update"], stdin=subprocess.DEVNULL)
        # The fonts are those of most readers' systems; the tests measure what moves when ours take their place.
        packages = ["chromium", "fonts-liberation"]
        quiet(["apt-get", "install", "-y", "--no-install-recommends"] + packages, stdin=subprocess.DEVNULL)
        found = find_browser()
        if found:
            return found
    raise Problem(
        "The browser tests need Chromium. Install it (on Debian: `apt-get install chromium`; elsewhere: "
        "`.venv/bin/playwright install chromium`), then try again."
    )


# What make asks for


def end_with_make():
    """On Linux, have SIGTERM sent to us when `make` is killed; it stays so when we become m2c.serve."""
    if "MAKELEVEL" in os.environ and sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None).prctl(1, 15)  # PR_SET_PDEATHSIG, SIGTERM


def serve(*arguments):
    """Become m2c.serve; same process, so that signals reach it."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(PYTHON, [PYTHON, "-m", "m2c.serve"] + list(arguments))


def test(needs_setup):
    if needs_setup:
        install(for_development=True)
        browser = get_browser()
    else:
        if installed() != fingerprint(LOCKS):
            raise Problem("The locked packages are not installed. `make test` installs them, then checks.")
        browser = find_browser()
        if not browser:
            raise Problem("The browser tests need Chromium. `make test` gets it, then checks.")
    os.environ["CHROMIUM"] = browser
    serve("test", "--", PYTHON, os.path.join("bin", "check.py"))


def main():
    command, rest = (sys.argv[1:2] or ["help"])[0], sys.argv[2:]
    if sys.version_info < (3, 6):
        raise Problem("This needs Python 3.6 or newer to begin with.")
    if command not in {"run", "test", "check", "manage", "with", "lock", "install"}:
        say(__doc__)
        return
    end_with_make()
    require_own_folders()
    if command in {"test", "check"}:
        test(needs_setup=command == "test")
    elif command == "lock":
        lock()
    else:
        install(for_development=False)
        if command == "run":
            serve("run", *rest)
        elif command == "manage":
            serve("with", "--", PYTHON, "manage.py", *rest)
        elif command == "with":
            serve("with", "--", *rest)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit("m2c: {}".format(problem))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        if error.errno != 28:  # ENOSPC
            raise
        sys.exit("m2c: The disk of {} is full. Free some room, then try again.".format(ROOT))
