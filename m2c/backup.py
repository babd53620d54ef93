"""The whole site in one file, and back: the database and the media, with what proves that nothing is missing.

A backup is a plain tar: `database.dump` (pg_dump's own format), `media/…`, and `manifest.json` at the end with the
versions, the number of rows of each table and the SHA-256 of each file. The database is written first and comes back
last: files may be more than the rows name, never fewer.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import django
import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql
from psycopg.conninfo import make_conninfo

from m2c.embedded import explain, wheel_programs

FORMAT = 1
NOT_LIBPQ = {"options", "pool", "prepare_threshold"}  # what the site's own connections have besides, and their limits
DUMP, MANIFEST, MEDIA = "database.dump", "manifest.json", "media"
TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname"""
# The schema as initdb makes it, empty.
FRESH_SCHEMA = """DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


class BackupProblem(Exception):
    """One line that says what is wrong and what to do."""


def database() -> dict[str, str]:
    """libpq's parameters for the site's database, without the time limits of its pages."""
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {libpq: str(connection.settings_dict[key]) for key, libpq in named.items() if connection.settings_dict[key]}
    further = connection.settings_dict["OPTIONS"]
    return given | {key: str(value) for key, value in further.items() if key not in NOT_LIBPQ}


# Backup


def write(target: Path, source: dict[str, str] | None = None) -> dict[str, Any]:
    """Make the backup `target`, readable by its owner alone; returns the manifest. An interrupted run leaves nothing.

    source: libpq's parameters of the database, the site's own by default.

    Raises BackupProblem when the database cannot be dumped, OSError when the file cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump, draft = Path(folder) / DUMP, Path(folder) / "draft.tar"
        manifest = dump_database(source or database(), dump)
        files: dict[str, Any] = {}
        with tarfile.open(draft, "w") as archive:
            for name, path in [(DUMP, dump), *media_files()]:
                with suppress(FileNotFoundError):  # a picture that was cleared away meanwhile: no row names it
                    files[name] = add_file(archive, name, path)
            manifest |= {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(), "files": files}
            text = Path(folder) / MANIFEST
            text.write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
            add_file(archive, MANIFEST, text)
        draft.chmod(0o600)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(target)
    return manifest


def dump_database(source: dict[str, str], target: Path) -> dict[str, Any]:
    """Dump into `target`; returns versions, migrations and rows of each table, all of the same moment."""
    with psycopg.connect(**source) as moment:  # type: ignore[arg-type]
        moment.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        moment.read_only = True
        snapshot = moment.execute("SELECT pg_export_snapshot()").fetchone()[0]  # type: ignore[index]
        server = moment.info.server_version
        run(
            [program("pg_dump", server), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
             f"--file={target}", *address(source)],
            source,
            "The database cannot be backed up",
        )  # fmt: skip
        return {
            "versions": {"postgresql": server // 10_000, "django": django.get_version()},
            "migrations": moment.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall(),
            "tables": {name: count(moment, name) for (name,) in moment.execute(TABLES).fetchall()},
        }


def count(database: psycopg.Connection, table: str) -> int:
    rows = database.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table)))
    return rows.fetchone()[0]  # type: ignore[index]


def media_files() -> Iterator[tuple[str, Path]]:
    """The names in the archive and the paths of all media, without what is just being written."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in name.parts):
            yield f"{MEDIA}/{name.as_posix()}", path


class Summing:
    """A file whose SHA-256 is worked out as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.sum.update(data)
        return data


def add_file(archive: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    """Put a file into the archive; returns its size and checksum."""
    with path.open("rb") as file:
        about = archive.gettarinfo(arcname=name, fileobj=file)
        about.uid = about.gid = 0
        about.uname = about.gname = ""
        summing = Summing(file)
        archive.addfile(about, summing)
    return {"size": about.size, "sha256": summing.sum.hexdigest()}


# Restore


def restore(source: Path, target: dict[str, str] | None = None, *, force: bool = False) -> dict[str, Any]:
    """Bring back the backup `source`; returns its manifest. The database holds mail back from then on.

    Everything is verified before anything is changed, and the database changes as a whole or not at all.

    target: libpq's parameters of the database, the site's own by default. force: replace what is in it.

    Raises BackupProblem: the file is damaged or no backup, the database is not empty, or it cannot be restored there.
    """
    target = target or database()
    with opened(source) as archive:
        manifest = verified(archive, source)
        require_known_migrations(manifest)
        require_empty(target, force=force)
        for name in manifest["files"]:
            if name.startswith(f"{MEDIA}/"):
                extract(archive, name, Path(settings.MEDIA_ROOT) / name.removeprefix(f"{MEDIA}/"))
        with tempfile.TemporaryDirectory(dir=source.parent, prefix=".restore-") as folder:
            dump = Path(folder) / DUMP
            extract(archive, DUMP, dump)
            restore_database(dump, manifest, target, force=force)
    return manifest


@contextmanager
def opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, "r:") as archive:
            yield archive
    except FileNotFoundError as error:
        raise BackupProblem(f"There is no file {source}.") if error.filename == str(source) else error from None
    except tarfile.TarError as error:
        raise BackupProblem(f"{source} is damaged or no backup of this site: {error}") from None


def verified(archive: tarfile.TarFile, source: Path) -> dict[str, Any]:
    """The manifest, once every file of the archive has proved to be what it says."""
    members = {member.name: member for member in archive}
    try:
        manifest = json.load(archive.extractfile(members[MANIFEST]))  # type: ignore[arg-type]
        files = manifest["files"]
        known = manifest["format"] == FORMAT and DUMP in files
    except (KeyError, TypeError, ValueError):
        raise BackupProblem(f"{source} is damaged or no backup of this site.") from None
    if not known:
        raise BackupProblem(f"{source} is a backup in another format. Restore it with the release that made it.")
    for name, about in files.items():
        member = members.get(name)
        if member is None or not is_safe(member) or sha256(archive, member) != about["sha256"]:
            raise BackupProblem(f"{source} is damaged: {name} is not what it was. Nothing has been changed.")
    return manifest


def is_safe(member: tarfile.TarInfo) -> bool:
    """Is it a plain file that stays inside the folder it is put into?"""
    path = PurePosixPath(member.name)
    inside = path.parts[:1] == (MEDIA,) and len(path.parts) > 1 and ".." not in path.parts
    return member.isfile() and (member.name == DUMP or inside)


def sha256(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = archive.extractfile(member)
    return hashlib.file_digest(file, "sha256").hexdigest() if file else ""  # type: ignore[arg-type]


def require_known_migrations(manifest: dict[str, Any]) -> None:
    """Raise BackupProblem for a backup of a newer release, whose tables this code does not know."""
    known = MigrationLoader(None).disk_migrations or {}
    unknown = [f"{app}.{name}" for app, name in manifest["migrations"] if (app, name) not in known]
    if unknown:
        raise BackupProblem(f"The backup is of a newer release, with {unknown[-1]}. Restore it with that one.")


def require_empty(target: dict[str, str], *, force: bool) -> None:
    with psycopg.connect(**target) as there:  # type: ignore[arg-type]
        tables = there.execute(TABLES).fetchall()
    if tables and not force:
        raise BackupProblem(
            f"The database {target.get('dbname', '')} is not empty ({len(tables)} tables). To replace all that is in "
            "it: make restore FILE=… FORCE=1"
        )


def extract(archive: tarfile.TarFile, name: str, path: Path) -> None:
    """Write a file of the archive to `path`; a reader sees the whole file or none."""
    file = archive.extractfile(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as written:
        shutil.copyfileobj(file, written)  # type: ignore[arg-type]
        written.flush()
        os.fsync(written.fileno())
    unfinished.chmod(0o644)
    unfinished.replace(path)


def restore_database(dump: Path, manifest: dict[str, Any], target: dict[str, str], *, force: bool) -> None:
    """Run the dump in one transaction that commits only if every table has its rows, and that holds mail back."""
    with psycopg.connect(**target) as there:  # type: ignore[arg-type]
        server = there.info.server_version
    reading = [program("pg_restore", server), "--no-owner", "--no-privileges", "--file=-", str(dump)]
    typing = [program("psql", server), "-X", "-q", "-v", "ON_ERROR_STOP=1", *address(target)]
    with tempfile.TemporaryFile() as errors:
        psql = subprocess.Popen(
            typing, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=environment(target)
        )
        reader = subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=errors)
        with suppress(BrokenPipeError), psql.stdin as typed, reader.stdout as script:  # type: ignore[union-attr]
            typed.write(b"BEGIN;\nSET LOCAL lock_timeout = '10s';\n" + (FRESH_SCHEMA.encode() if force else b""))
            shutil.copyfileobj(script, typed)
            if reader.wait() == 0:  # without these lines the end of the input rolls everything back
                typed.write(closing(manifest).encode())
        reader.kill()
        complete = reader.wait() == 0
        if psql.wait() != 0 or not complete:
            errors.seek(0)
            words = explain(errors.read().decode(errors="replace"), "The database cannot be restored", dump.parent)
            hint = " Stop the site first." if "lock timeout" in words else ""
            raise BackupProblem(f"{words}.{hint} The database is as it was.")


def closing(manifest: dict[str, Any]) -> str:
    """SQL that proves the rows, notes the restore (see m2c/mail.py), commits, and tells the planner what is there."""
    parts = [
        sql.SQL("DO {};").format(
            sql.Literal(
                sql.SQL("BEGIN IF (SELECT count(*) FROM {}) <> {} THEN RAISE EXCEPTION {}; END IF; END")
                .format(
                    sql.Identifier("public", table),
                    sql.Literal(rows),
                    sql.Literal(f"the table {table} should have {rows} rows"),
                )
                .as_string()
            )
        )
        for table, rows in manifest["tables"].items()
    ]
    mark = sql.SQL("INSERT INTO public.m2c_restoration (restored_at, backup) VALUES (clock_timestamp(), {});")
    parts.append(mark.format(sql.Literal(manifest["made_at"])))
    return "\n".join(["", *(part.as_string() for part in parts), "COMMIT;", "ANALYZE;", ""])


# PostgreSQL's programs


def program(name: str, server: int) -> str:
    """The path of pg_dump, pg_restore or psql in a version that serves the server's: ours, else the one on PATH.

    server: the version as the server counts, such as 180003.
    """
    places = [str(wheel_programs() / name), shutil.which(name)]
    for place in places:
        if place and version_of(place) >= server // 10_000:
            return place
    raise BackupProblem(
        f"The server is PostgreSQL {server // 10_000}, and no {name} of that version is here. Put one on PATH."
    )


def version_of(path: str) -> int:
    """The major version of a program of PostgreSQL; 0 if it does not run."""
    with suppress(OSError, ValueError, IndexError):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        return int(said.split()[2].split(".")[0])
    return 0


def address(database: dict[str, str]) -> list[str]:
    """The option that names the database, without its password."""
    return ["--dbname=" + make_conninfo(**{key: value for key, value in database.items() if key != "password"})]


def environment(database: dict[str, str]) -> dict[str, str]:
    """Ours, with the password, which must not stand on a command line."""
    return os.environ | ({"PGPASSWORD": database["password"]} if "password" in database else {})


def run(command: list[str], database: dict[str, str], summary: str) -> None:
    """Run a program of PostgreSQL. Raises BackupProblem with its last words when it fails."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment(database), check=False
    )
    if done.returncode != 0:
        raise BackupProblem(explain(done.stderr, summary, Path.cwd()))
