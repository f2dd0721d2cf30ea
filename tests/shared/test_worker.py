"""The worker: due work once, failures put back, one faulty step never stops the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from crm import worker
from crm.accounts.models import Staff
from crm.extensions import db
from crm.shared import jobs
from crm.shared.error_log import PlainFormatter
from crm.shared.models import Job, WorkerBeat
from tests.factories.accounts import make_staff

done: list[int] = []
TYPED = ("meena@example.com", "Meena R", "Meena Raman")


@jobs.work("test-good")
def _good(job: Job, now: datetime) -> None:
    done.append(job.id)


@jobs.work("test-bad")
def _bad(job: Job, now: datetime) -> None:
    raise RuntimeError("no luck")


@jobs.work("test-telling")
def _telling(job: Job, now: datetime) -> None:
    try:
        int(TYPED[2])
    except ValueError as error:
        raise RuntimeError(TYPED[2]) from error


@jobs.work("test-taken")
def _taken(job: Job, now: datetime) -> None:
    for name in TYPED[1:]:
        make_staff(name, email=TYPED[0])


@pytest.fixture(autouse=True)
def _nothing_done() -> Iterator[None]:
    done.clear()
    yield


def test_a_job_is_done_once(owner: Staff, now: datetime) -> None:
    job = jobs.enqueue("test-good", now=now)
    db.session.commit()
    assert worker.do_one_job(now) is True
    assert worker.do_one_job(now) is False
    assert done == [job.id]
    assert job.done_at is not None


def test_a_job_not_yet_due_waits(owner: Staff, now: datetime) -> None:
    jobs.enqueue("test-good", now=now, due_at=now + timedelta(seconds=1))
    db.session.commit()
    assert worker.do_one_job(now) is False
    assert worker.do_one_job(now + timedelta(seconds=1)) is True


def test_a_failed_job_comes_again_later_and_is_given_up_in_the_end(owner: Staff, now: datetime) -> None:
    job = jobs.enqueue("test-bad", now=now)
    db.session.commit()
    assert worker.do_one_job(now) is True
    assert worker.do_one_job(now) is False
    assert job.failed_at is None
    for attempt in range(1, jobs.MAX_ATTEMPTS):
        assert worker.do_one_job(now + timedelta(hours=attempt)) is True
    assert job.failed_at is not None
    assert job.error == "RuntimeError"


def test_a_lease_keeps_a_job_until_it_runs_out_and_a_beat_prolongs_it(owner: Staff, now: datetime) -> None:
    job = jobs.enqueue("test-good", now=now)
    db.session.commit()
    assert jobs.claim(now) is job
    assert jobs.claim(now + timedelta(minutes=4)) is None
    jobs.at_hand.add(job.id)
    jobs.beat(now + timedelta(minutes=4))
    jobs.at_hand.clear()
    db.session.expire_all()
    assert jobs.claim(now + timedelta(minutes=8)) is None
    assert jobs.claim(now + timedelta(minutes=10)) is not None


@pytest.mark.parametrize(("back", "is_taken"), [(timedelta(minutes=4), False), (timedelta(minutes=6), True)])
def test_a_lease_from_before_the_clock_was_set_back_holds_nothing(
    owner: Staff, now: datetime, back: timedelta, is_taken: bool
) -> None:
    jobs.enqueue("test-good", now=now - timedelta(days=1))
    db.session.commit()
    assert jobs.claim(now) is not None
    assert (jobs.claim(now - back) is not None) is is_taken


def test_a_job_put_off_or_made_before_the_clock_was_set_back_is_done(owner: Staff, now: datetime) -> None:
    ahead = now + timedelta(days=400)
    put_off = jobs.enqueue("test-bad", now=now)
    assert jobs.claim(ahead) is put_off
    jobs.postpone(put_off.id, RuntimeError("no luck"), ahead)
    jobs.enqueue("test-good", now=ahead)
    db.session.flush()
    assert {claimed.kind for claimed in (jobs.claim(now), jobs.claim(now)) if claimed} == {"test-bad", "test-good"}
    assert jobs.claim(now) is None


def test_one_faulty_sweep_does_not_stop_the_round(owner: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[datetime] = []

    def faulty(at: datetime) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(jobs, "_sweeps", [faulty, seen.append])
    worker.round_once(now)
    assert seen == [now]


def test_the_worker_stops_when_told(app: Flask, owner: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    rounds: list[datetime] = []

    def one_round(at: datetime) -> bool:
        rounds.append(at)
        stop.set()
        return False

    monkeypatch.setattr(worker, "round_once", one_round)
    monkeypatch.setattr(worker, "_beat_until", lambda app, stop: None)
    worker.run(app, stop=stop)
    assert rounds == [now]


def test_a_job_asked_for_while_the_worker_rests_is_begun_within_a_second(
    app: Flask, owner: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    looked: list[float | None] = []

    def wait(seconds: float | None = None) -> bool:
        looked.append(seconds)
        jobs.enqueue("test-good", now=now)
        db.session.commit()
        return False

    monkeypatch.setattr(worker, "monotonic", lambda: 0.0)
    monkeypatch.setattr(stop, "wait", wait)
    worker._rest(app, stop)
    assert looked == [worker.LOOK_SECONDS] and worker.LOOK_SECONDS <= 1


def test_the_worker_rests_no_longer_than_a_round(app: Flask, owner: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 0.0, worker.ROUND_SECONDS - 0.1, worker.ROUND_SECONDS])
    monkeypatch.setattr(worker, "monotonic", lambda: next(times))
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.0)
    worker._rest(app, threading.Event())
    assert list(times) == []


def test_a_job_is_done_before_the_sweeps(owner: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.enqueue("test-good", now=now)
    db.session.commit()
    done_at_sweep: list[int] = []
    monkeypatch.setattr(jobs, "_sweeps", [lambda at: done_at_sweep.append(len(done))])
    assert worker.round_once(now) is True
    assert done_at_sweep == [1]


def test_a_beat_is_one_row(owner: Staff, now: datetime) -> None:
    jobs.beat(now)
    jobs.beat(now + timedelta(seconds=20))
    assert db.session.scalars(select(WorkerBeat.seen_at)).all() == [now + timedelta(seconds=20)]
    assert jobs.is_worker_alive(now + timedelta(seconds=139))
    assert not jobs.is_worker_alive(now + timedelta(seconds=140))


# ── Faults: the worker lives on ──


class _Errand:
    """Outside work of a test, with faults."""

    def __init__(self, fault: str = "") -> None:
        """Take one item, and fail where told."""
        self.fault, self.items = fault, ["a letter"]
        self.settled: list[tuple[str, str, datetime]] = []

    def take(self, now: datetime) -> str | None:
        """Hand out what is left."""
        return self.items.pop() if self.items else None

    def carry_out(self, item: str) -> str:
        """Do it, or fail."""
        if self.fault:
            raise OSError(self.fault)
        return f"{item} is out"

    def failure(self, error: Exception) -> str:
        """Say that it came to nothing."""
        return f"came to nothing: {type(error).__name__}"

    def settle(self, item: str, result: str, now: datetime) -> None:
        """Write it down."""
        self.settled.append((item, result, now))


def test_outside_work_is_taken_done_and_settled_once(owner: Staff, now: datetime) -> None:
    errand = _Errand()
    assert worker.run_errand(errand) is True
    assert worker.run_errand(errand) is False
    assert errand.settled == [("a letter", "a letter is out", now)]


def test_outside_work_that_fails_is_logged_and_settled_and_stops_neither_jobs_nor_other_work(
    owner: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, good = _Errand("no line"), _Errand()
    monkeypatch.setattr(jobs, "_errands", [broken, good])
    monkeypatch.setattr(jobs, "_sweeps", [])
    job = jobs.enqueue("test-good", now=now)
    db.session.commit()
    assert worker.round_once(now) is True
    assert done == [job.id] and len(good.settled) == 1
    assert broken.settled == [("a letter", "came to nothing: OSError", now)]
    assert "errand _Errand failed" in caplog.text


def _written(caplog: pytest.LogCaptureFixture) -> str:
    """Return the last record as the program writes it; what pytest wrote of it is forgotten."""
    record = caplog.records[-1]
    record.exc_text = None
    return PlainFormatter().format(record)


def test_the_log_of_a_row_that_the_database_refuses_has_none_of_its_values(
    owner: Staff, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    jobs.enqueue("test-taken", now=now)
    db.session.commit()
    assert worker.do_one_job(now) is True
    written = _written(caplog)
    assert "(test-taken) failed" in written and "IntegrityError" in written and "staff" in written
    assert [value for value in TYPED if value in written] == []


def test_the_log_of_an_error_has_its_kind_and_place_but_not_its_text(
    owner: Staff, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    jobs.enqueue("test-telling", now=now)
    db.session.commit()
    assert worker.do_one_job(now) is True
    written = _written(caplog)
    assert written.count("Traceback") == 2 and "builtins.ValueError" in written and "builtins.RuntimeError" in written
    assert "in _telling" in written and "invalid literal" not in written and "Meena" not in written


def _unreadable(*_args: object) -> bool:
    raise OperationalError("SELECT", {}, Exception("disk I/O error"))


def test_a_database_that_cannot_be_read_has_no_work_just_now(
    owner: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job = jobs.enqueue("test-good", now=now)
    db.session.commit()
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "claim", _unreadable)
        broken.setattr(jobs, "is_due", _unreadable)
        assert worker.do_one_job(now) is False
        assert worker._is_job_due(now) is False
    assert "cannot claim work: OperationalError" in caplog.text and done == []
    assert worker._is_job_due(now) is True
    assert worker.do_one_job(now) is True
    assert done == [job.id]


def test_the_heart_beats_until_told_to_stop_also_when_a_beat_fails(
    app: Flask, owner: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    beats: list[Callable[[datetime], object]] = [_unreadable, jobs.beat]
    waits: list[float | None] = []

    def wait(seconds: float | None = None) -> bool:
        waits.append(seconds)
        if len(waits) == 2:
            stop.set()
        return stop.is_set()

    monkeypatch.setattr(jobs, "beat", lambda at: beats.pop(0)(at))
    monkeypatch.setattr(stop, "wait", wait)
    worker._beat_until(app, stop)
    assert waits == [jobs.BEAT_STEP.total_seconds()] * 2 and beats == []
    assert "beat failed" in caplog.text
    assert db.session.scalars(select(WorkerBeat.seen_at)).all() == [now]


def test_after_a_job_the_worker_looks_for_the_next_without_resting(
    app: Flask, owner: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, rounds, rested = threading.Event(), [True, True, False], []

    def rest(_app: Flask, _stop: threading.Event) -> None:
        rested.append(len(rounds))
        stop.set()

    monkeypatch.setattr(worker, "round_once", lambda at: rounds.pop(0))
    monkeypatch.setattr(worker, "_rest", rest)
    monkeypatch.setattr(worker, "_beat_until", lambda app, stop: None)
    thread = threading.Thread(target=worker.run, args=(app,), kwargs={"stop": stop})  # signals belong to the main one
    thread.start()
    thread.join(timeout=30)
    assert rested == [0] and not thread.is_alive()
