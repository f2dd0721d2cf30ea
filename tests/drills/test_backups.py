"""Backup and restore killed at any moment: whole files or none, a whole shop or one that says it is not whole."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import time
from pathlib import Path

from crm.shared.backups.archive import unpack
from tests.drills.figures import Figure
from tests.drills.form_lengths import MARKS, count, long_only
from tests.drills.invariants import faults_of
from tests.drills.program import Program
from tests.drills.shop import Shop

pytestmark = [*MARKS, long_only]
PAYLOAD = 12_000_000  # bytes of uploads, so that there is time to kill in


def _started_and_killed(program: Program, arguments: tuple[str, ...], watched: Path, moment: float) -> bool:
    """Start a command, kill it so many seconds after it began to write in a folder; tell whether that was in time."""
    before = {each.name for each in watched.iterdir()} if watched.exists() else set()
    process = program.launch(*arguments)
    while process.poll() is None:
        now = {each.name for each in watched.iterdir()} if watched.exists() else set()
        if any(name.startswith((".scratch-", ".made")) or name.endswith(".part") for name in now - before):
            break
        time.sleep(0.002)
    time.sleep(moment)
    in_time = process.poll() is None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return in_time


def _with_uploads(shop: Shop) -> None:
    folder = shop.program.folder / "uploads"
    folder.mkdir(exist_ok=True)
    (folder / "photo.bin").write_bytes(random.Random(1).randbytes(PAYLOAD))


def test_backup_killed_at_any_moment_leaves_no_half_file(shop: Shop, tmp_path: Path, figure: Figure) -> None:
    kills, dice, hits, whole = count("BACKUP_KILLS", short=1, long=20), random.Random(3), 0, 0
    _with_uploads(shop)
    place = tmp_path / "backups"
    place.mkdir()
    for number in range(kills):
        file = place / f"backup{number}.zip"
        hits += _started_and_killed(shop.program, ("backup", str(file)), place, dice.uniform(0, 0.8))
        if file.exists():
            unpack(file, tmp_path / f"unpacked{number}")
            whole += 1
    last = place / "last.zip"
    made = shop.program.run("backup", str(last))
    assert made.returncode == 0, made.stderr[-2000:]
    figure(f"{kills} kills ({hits} in time): {whole} whole files, no half one; the next backup is proved")
    assert hits
    assert faults_of(shop) == {}


def test_restore_killed_at_any_moment_is_done_again(shop: Shop, tmp_path: Path, figure: Figure) -> None:
    kills, dice, hits, refused = count("RESTORE_KILLS", short=1, long=20), random.Random(5), 0, 0
    _with_uploads(shop)
    file = tmp_path / "backup.zip"
    assert shop.program.run("backup", str(file)).returncode == 0
    wanted, contacts = shop.program.folder / "uploads" / "photo.bin", shop.number("SELECT count(*) FROM contact")
    for number in range(kills):
        target = Shop(Program(tmp_path / f"target{number}"))
        target.program.folder.mkdir()
        arguments: tuple[str, ...] = ("restore", str(file))
        if number % 2 == 0:  # in the place of a shop that is there already
            shutil.rmtree(target.program.folder)
            shutil.copytree(shop.program.folder, target.program.folder)
            arguments = ("restore", "--replace", str(file))
        hits += _started_and_killed(target.program, arguments, target.program.folder, dice.uniform(0, 0.6))
        refused += _is_whole_or_refuses(target, contacts)
        again = target.program.run("restore", "--replace", str(file))
        assert again.returncode == 0, again.stderr[-2000:]
        assert target.number("SELECT count(*) FROM contact") == contacts
        assert (target.program.folder / "uploads" / "photo.bin").read_bytes() == wanted.read_bytes()
        assert faults_of(target) == {}
        shutil.rmtree(target.program.folder)
    figure(f"{kills} kills ({hits} in time): {refused} times nothing was in place yet, never half of it; done again")
    assert hits


def _is_whole_or_refuses(target: Shop, contacts: int) -> bool:
    """Demand that there is a whole database or none, which a start must not take for a new shop."""
    database = target.program.folder / "regulars.db"
    if database.exists() and database.stat().st_size:
        assert target.number("SELECT count(*) FROM contact") == contacts
        assert faults_of(target) == {}
        return False
    if (target.program.folder / "database.json").exists():
        started = target.program.run("serve", timeout=60)
        assert started.returncode != 0
        assert "missing" in started.stderr
    return True
