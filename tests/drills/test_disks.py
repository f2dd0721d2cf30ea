"""The disk full or read-only, on a small file system of memory; a write is on the disk before it is acknowledged."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drills.browser import Answer, Browser
from tests.drills.conftest import MakeShop
from tests.drills.figures import Figure
from tests.drills.form_lengths import MARKS, count, long_only
from tests.drills.invariants import faults_of
from tests.drills.program import Program
from tests.drills.shop import Shop
from tests.drills.writers import Ledger, Writers

pytestmark = MARKS


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or not _run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)):
        pytest.skip("mounting a file system is not permitted here")
    yield place
    _run("mount", "-o", "remount,rw", str(place))
    _run("umount", "-l", str(place))


def _fill(path: Path) -> None:
    """Write until the disk takes no byte more."""
    filler = os.open(path, os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while True:
            os.write(filler, b"x" * 4096)
    os.close(filler)


def _write(browser: Browser, marker: str) -> Answer:
    form = browser.form("/contacts/new", "/contacts")
    return browser.post("/contacts", {**form.fields, "name": marker})


def _readable(browser: Browser) -> None:
    for path in ("/", "/contacts", "/contacts/1", "/complaints", "/contacts/new"):
        answer = browser.get(path)
        assert answer.status == 200, f"{path}: {answer.status}"


def _works_again(browser: Browser) -> float:
    begun = time.monotonic()
    while _write(browser, f"after {time.monotonic()}").status != 303:
        assert time.monotonic() - begun < 20, "it does not work again by itself"
        time.sleep(0.5)
    return time.monotonic() - begun


def _refused_writes(browser: Browser, times: int) -> list[Answer]:
    """Write a few times on a disk that takes nothing; each is refused with its text, and pages stay readable."""
    answers = [_write(browser, f"readonly {number}") for number in range(times)]
    for number, answer in enumerate(answers):
        _check_refusal(answer, f"readonly {number}")
        assert answer.status != 303
    _readable(browser)
    return answers


def _check_refusal(answer: Answer, marker: str) -> None:
    assert answer.status in {303, 503, 507}, answer.status
    if answer.status != 303:
        assert marker in answer.text, "the text is lost"
        assert "Traceback" not in answer.text


def test_full_disk(make_shop: MakeShop, small_disk: Path, figure: Figure) -> None:
    shop = make_shop(small_disk / "shop")
    shop.program.log_path = small_disk.parent / "full.log"
    shop.program.start()
    browser, other = shop.browser(), shop.browser("front-desk")
    _fill(small_disk / "filler")
    answers = []
    for number in range(25):
        answers.append(_write(other, f"full {number} of it {'x' * 2000}"[:200]))
        _check_refusal(answers[-1], f"full {number} of it")
    _readable(browser)
    taken = [answer.status for answer in answers].count(303)
    (small_disk / "filler").unlink()
    waited = _works_again(browser)
    stored = shop.number("SELECT count(*) FROM contact WHERE name LIKE 'full %'")
    figure(f"{taken} taken and {25 - taken} answered 503 on a full disk, works again after {waited:.1f} s")
    assert taken < 25
    assert stored == taken
    assert faults_of(shop) == {}


@long_only
def test_read_only_disk(make_shop: MakeShop, small_disk: Path, figure: Figure) -> None:
    shop = make_shop(small_disk / "shop")
    shop.program.log_path = small_disk.parent / "readonly.log"
    shop.program.start()
    browser = shop.browser()
    _readable(browser)
    if not _run("mount", "-o", "remount,ro", str(small_disk)) and not _run(
        "mount", "-o", "remount,ro,force", str(small_disk)
    ):
        shop.program.signal(19)
        done = _run("mount", "-o", "remount,ro", str(small_disk))
        shop.program.signal(18)
        if not done:
            pytest.skip("a file system with open files cannot be made read-only here")
    answers = _refused_writes(browser, 3)
    assert _run("mount", "-o", "remount,rw", str(small_disk))
    waited = _works_again(browser)
    figure(
        f"3 writes answered {sorted({answer.status for answer in answers})}, "
        f"pages readable, works again after {waited:.1f} s"
    )


@long_only
def test_uploads_folder_that_cannot_be_made(shop: Shop, figure: Figure) -> None:
    shop.program.start("--no-worker")
    shutil.rmtree(shop.program.folder / "uploads", ignore_errors=True)
    (shop.program.folder / "uploads").write_text("a file where the folder should be")
    browser = shop.browser()
    form = browser.form("/imports", "/imports")
    answer = browser.upload("/imports", form.fields, "file", "x.csv", b"Name\nx\n")
    figure(f"the upload is answered {answer.status}, the rest works")
    assert answer.status == 503
    assert _write(browser, "still works").status == 303


@dataclass
class Image:
    """A disk of ext4 in a file, which keeps what it is given for five minutes unless it is told to write."""

    file: Path
    place: Path

    def mount(self) -> bool:
        """Mount it; the journal is played back first."""
        self.place.mkdir(exist_ok=True)
        return _run("mount", "-t", "ext4", "-o", "loop,commit=300", str(self.file), str(self.place))

    def unmount(self) -> None:
        """Unmount it."""
        _run("umount", "-l", str(self.place))

    def copy(self, name: str) -> Image:
        """Return what would be on the disk if the power failed now."""
        file = self.file.with_name(f"{name}.img")
        shutil.copyfile(self.file, file)
        return Image(file, self.place.with_name(name))


@pytest.fixture
def image(tmp_path: Path) -> Iterator[Image]:
    """A mounted disk of 96 MB."""
    made = Image(tmp_path / "disk.img", tmp_path / "disk")
    with made.file.open("wb") as file:
        file.truncate(96_000_000)
    if os.geteuid() != 0 or not _run("mkfs.ext4", "-q", "-F", str(made.file)) or not made.mount():
        pytest.skip("mounting a disk in a file is not permitted here")
    yield made
    made.unmount()


def test_power_cut_under_four_writers(make_shop: MakeShop, image: Image, figure: Figure) -> None:
    cuts, dice, wrong, acknowledged = count("POWER_CUTS", short=1, long=8), random.Random(2), [], 0
    shop = make_shop(image.place / "shop")
    shop.program.log_path = image.file.with_name("power.log")
    shop.program.start("--no-worker")
    with Writers(shop, 4) as writers:
        for number in range(cuts):
            writers.wait_for_more(8)
            time.sleep(dice.uniform(0, 0.3))
            shop.program.signal(signal.SIGSTOP)
            ledger = Ledger(list(writers.ledger.acknowledged))
            copy = image.copy(f"cut{number}")
            shop.program.signal(signal.SIGCONT)
            acknowledged = len(ledger.acknowledged)
            assert copy.mount(), "the disk cannot be mounted again"
            try:
                after = Shop(Program(copy.place / "shop"))
                wrong += [*ledger.wrong_in(after), *faults_of(after)]
            finally:
                copy.unmount()
                copy.file.unlink()
    figure(f"{cuts} cuts, up to {acknowledged} acknowledged writes, {len(wrong)} lost, doubled or half made")
    assert wrong == []


@long_only
def test_disk_that_turns_read_only_after_a_fault_of_its_own(make_shop: MakeShop, image: Image, figure: Figure) -> None:
    shop = make_shop(image.place / "shop")
    shop.program.log_path = image.file.with_name("fault.log")
    shop.program.start()
    browser = shop.browser()
    assert _write(browser, "before").status == 303
    if not _run("mount", "-o", "remount,abort", str(image.place)):
        pytest.skip("a disk cannot be made to fail here")
    answers = _refused_writes(browser, 5)
    figure(f"5 writes answered {sorted({answer.status for answer in answers})}, pages readable")


def test_a_write_is_on_the_disk_before_its_answer(shop: Shop, tmp_path: Path, figure: Figure) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    shop.program.settings["WEB_WORKERS"] = "1"
    shop.program.start("--no-worker")
    browser = shop.browser()
    form = browser.form("/contacts/new", "/contacts")
    pids = [part for pid in shop.program.children() for part in ("-p", str(pid))]
    trace = tmp_path / "trace"
    tracer = subprocess.Popen(["strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", str(trace), *pids])
    time.sleep(1)
    if tracer.poll() is not None:
        pytest.skip("tracing is not permitted here")
    answer = browser.post("/contacts", {**form.fields, "name": "on the disk"})
    time.sleep(0.5)
    tracer.terminate()
    tracer.wait()
    syncs = re.findall(r"(?:fsync|fdatasync)\(\d+<[^>]*regulars\.db-wal", trace.read_text())
    figure(f"answered {answer.status} after {len(syncs)} sync of the log")
    assert answer.status == 303
    assert len(syncs) >= 1
