"""The worker: due work once, failures put back, one faulty step never stops the others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from crm import worker
from crm.accounts.models import Staff
from crm.extensions import db
from crm.shared import jobs
from crm.shared.models import Job, WorkerBeat

done: list[int] = []


@jobs.work("test-good")
def _good(job: Job, now: datetime) -> None:
    done.append(job.id)


@jobs.work("test-bad")
def _bad(job: Job, now: datetime) -> None:
    raise RuntimeError("no luck")


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
