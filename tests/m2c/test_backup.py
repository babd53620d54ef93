"""A backup brings everything back, or changes nothing."""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now
from psycopg import sql

from m2c import backup
from m2c.mail import SendingHeld
from m2c.models import Restoration


@pytest.fixture
def media(settings, tmp_path) -> Path:
    """A media folder with two files, one of them in a folder."""
    folder = tmp_path / "media"
    (folder / "pictures" / "ab").mkdir(parents=True)
    (folder / "pictures" / "ab" / "lake.jpg").write_bytes(b"a lake" * 1000)
    (folder / "note.pdf").write_bytes(b"%PDF")
    settings.MEDIA_ROOT = folder
    return folder


@pytest.fixture
def empty_database(transactional_db) -> Iterator[dict[str, str]]:
    """An empty database beside the test's own; dropped at the end."""
    name = f"{connection.settings_dict['NAME']}_copy"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield backup.database() | {"dbname": name}
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def archive(media, make_article, make_page, tmp_path) -> Path:
    """A backup of a small site."""
    make_article(title="Rent a home")
    make_page()
    path = tmp_path / "site.tar"
    backup.write(path)
    return path


def hashes(database: dict[str, str]) -> dict[str, str]:
    """A hash of all rows of each table."""
    with psycopg.connect(**database) as there:
        return {
            name: there.execute(
                sql.SQL("SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t").format(
                    sql.Identifier("public", name)
                )
            ).fetchone()[0]
            for (name,) in there.execute(backup.TABLES).fetchall()
        }


def files(folder: Path) -> dict[str, str]:
    """A hash of each file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def rewrite(archive: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Change the files of an archive."""
    with tarfile.open(archive) as tar:
        contents = {member.name: tar.extractfile(member).read() for member in tar}
    with tarfile.open(archive, "w") as tar:
        for name, data in contents.items():
            changed = change(name, data)
            about = tarfile.TarInfo(name)
            about.size = len(changed)
            tar.addfile(about, BytesIO(changed))


def change_manifest(archive: Path, change: Callable[[dict[str, Any]], object]) -> None:
    def changed(name: str, data: bytes) -> bytes:
        if name != backup.MANIFEST:
            return data
        manifest = json.loads(data)
        change(manifest)
        return json.dumps(manifest).encode()

    rewrite(archive, changed)


def test_everything_comes_back_as_it_was(archive, empty_database, settings, tmp_path):
    before, files_before = hashes(backup.database()), files(Path(settings.MEDIA_ROOT))
    settings.MEDIA_ROOT = tmp_path / "elsewhere"

    manifest = backup.restore(archive, empty_database)

    after = hashes(empty_database)
    assert after.pop("m2c_restoration") != before.pop("m2c_restoration")  # the mark that holds mail back
    assert after == before
    assert manifest["tables"]["articles_publication"] == 1
    assert files(tmp_path / "elsewhere") == files_before


def test_keys_and_constraints_come_back(archive, empty_database):
    backup.restore(archive, empty_database)

    with psycopg.connect(**empty_database) as there, pytest.raises(psycopg.errors.ExclusionViolation):
        there.execute(
            "INSERT INTO articles_publication SELECT (jsonb_populate_record(p, jsonb_build_object('id',"
            " nextval(pg_get_serial_sequence('articles_publication', 'id'))))).* FROM articles_publication p"
        )


def test_a_restored_copy_holds_mail_back(archive, empty_database):
    backup.restore(archive, empty_database)

    with psycopg.connect(**empty_database) as there:
        assert there.execute("SELECT count(*) FROM m2c_restoration WHERE released_at IS NULL").fetchone() == (1,)


def test_a_database_with_tables_is_refused_and_stays(archive, empty_database):
    with psycopg.connect(**empty_database) as there:
        there.execute("CREATE TABLE mine (x int)")

    with pytest.raises(backup.BackupProblem, match="not empty"):
        backup.restore(archive, empty_database)

    assert list(hashes(empty_database)) == ["mine"]


def test_force_replaces_what_is_there(archive, empty_database):
    with psycopg.connect(**empty_database) as there:
        there.execute("CREATE TABLE mine (x int)")

    backup.restore(archive, empty_database, force=True)

    assert "mine" not in hashes(empty_database)
    assert "articles_article" in hashes(empty_database)


@pytest.mark.parametrize("broken", ["database.dump", "media/note.pdf"])
def test_a_damaged_backup_changes_nothing(archive, empty_database, settings, tmp_path, broken):
    rewrite(archive, lambda name, data: data[:-1] + b"?" if name == broken else data)
    settings.MEDIA_ROOT = tmp_path / "elsewhere"

    with pytest.raises(backup.BackupProblem, match=f"{broken} is not what it was"):
        backup.restore(archive, empty_database)

    assert hashes(empty_database) == files(tmp_path / "elsewhere") == {}


def test_a_restore_that_fails_halfway_leaves_the_database_as_it_was(archive, empty_database):
    change_manifest(archive, lambda manifest: manifest["tables"].update(articles_article=99))
    with psycopg.connect(**empty_database) as there:
        there.execute("CREATE TABLE mine (x int)")

    with pytest.raises(backup.BackupProblem, match="articles_article should have 99 rows"):
        backup.restore(archive, empty_database, force=True)

    assert list(hashes(empty_database)) == ["mine"]


def test_a_backup_of_a_newer_release_is_refused(archive, empty_database):
    change_manifest(archive, lambda manifest: manifest["migrations"].append(["articles", "9999_flying_cars"]))

    with pytest.raises(backup.BackupProblem, match="newer release"):
        backup.restore(archive, empty_database)


def test_a_file_that_would_leave_the_media_folder_is_refused(archive, empty_database):
    about = {"size": 4, "sha256": hashlib.sha256(b"evil").hexdigest()}
    change_manifest(archive, lambda manifest: manifest["files"].update({"media/../../evil": about}))
    with tarfile.open(archive, "a") as tar:
        info = tarfile.TarInfo("media/../../evil")
        info.size = 4
        tar.addfile(info, BytesIO(b"evil"))

    with pytest.raises(backup.BackupProblem, match="evil"):
        backup.restore(archive, empty_database)


@pytest.mark.parametrize("content", [b"", b"not a tar"])
def test_another_file_is_refused_in_one_line(db, tmp_path, content):
    path = tmp_path / "site.tar"
    path.write_bytes(content)

    with pytest.raises(CommandError, match="no backup of this site"):
        call_command("restore", str(path))


def test_a_backup_is_for_its_owner_alone(archive):
    assert archive.stat().st_mode & 0o777 == 0o600


def test_the_command_says_what_it_put_away(transactional_db, media, tmp_path, capsys):
    call_command("backup", str(tmp_path / "site.tar"))

    assert "2 media files" in capsys.readouterr().out


def test_files_that_are_being_written_stay_out(transactional_db, media, tmp_path):
    (media / ".lake.jpg.part").write_bytes(b"half")

    manifest = backup.write(tmp_path / "site.tar")

    assert not [name for name in manifest["files"] if "part" in name]


@pytest.fixture
def sending(settings):
    """What settings.py makes of SENDING=1, with a server that does not exist."""
    settings.MAILERS = {"default": {"BACKEND": "m2c.mail.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": 9}}}


def test_a_restored_copy_sends_nothing_though_sending_is_on(db, sending):
    Restoration.objects.create(restored_at=now(), backup="2026-11-22T03:00:00+00:00")

    with pytest.raises(SendingHeld, match="allow_sending"):
        mail.send_mail("Hello", "Text", None, ["reader@example.org"])


def test_mail_goes_out_again_once_somebody_allows_it(db, sending):
    Restoration.objects.create(restored_at=now(), backup="2026-11-22T03:00:00+00:00")
    call_command("allow_sending")

    with pytest.raises(ConnectionRefusedError):  # it tried
        mail.send_mail("Hello", "Text", None, ["reader@example.org"])


def test_the_settings_send_by_this_backend_alone():
    code = "from m2c import settings; print({mailer['BACKEND'] for mailer in settings.MAILERS.values()})"
    environment = os.environ | {"SENDING": "1", "SECRET_KEY": "x", "DATABASE_URL": "postgresql://nowhere/none"}

    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "{'m2c.mail.EmailBackend'}"
