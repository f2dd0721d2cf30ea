"""The worker: wakes up, does what is due, one transaction each, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from crm.extensions import db
from crm.shared import clock, jobs, memory
from crm.shared.database import reading_only
from crm.shared.models import Job

logger = logging.getLogger("crm.worker")
ROUND_SECONDS = 2.0
LOOK_SECONDS = 0.4  # somebody waits at the screen for the job that was just asked for


def run(app: Flask, *, stop: threading.Event | None = None) -> None:
    """Work until SIGTERM, SIGINT or `stop`; a second thread shows that the worker lives, also during a long job."""
    stop = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stop.set())
    heart = threading.Thread(target=_beat_until, args=(app, stop), daemon=True)
    heart.start()
    was_busy = False
    while not stop.is_set():
        with app.app_context():
            is_busy = round_once(clock.now())
        if was_busy and not is_busy:
            memory.give_back()
        if not is_busy:
            _rest(app, stop)
        was_busy = is_busy
    heart.join(timeout=2)


def _rest(app: Flask, stop: threading.Event) -> None:
    """Wait for the next round; less long where a job falls due meanwhile."""
    ends = monotonic() + ROUND_SECONDS
    while monotonic() < ends and not stop.wait(LOOK_SECONDS):
        with app.app_context():
            if _is_job_due(clock.now()):
                return


def _is_job_due(now: datetime) -> bool:
    """Look for a due job without waiting for anybody who writes; a database that cannot be read has none."""
    try:
        with reading_only():
            return jobs.is_due(now)
    except SQLAlchemyError:
        return False


def _beat_until(app: Flask, stop: threading.Event) -> None:
    """Give a sign of life every few seconds and keep the lease of the job at hand."""
    while not stop.is_set():
        with app.app_context():
            _safely("beat", lambda: jobs.beat(clock.now()))
        stop.wait(jobs.BEAT_STEP.total_seconds())


def round_once(now: datetime) -> bool:
    """Do one due job, for which somebody may be waiting, and every sweep; returns whether there was anything to do."""
    is_job_done = do_one_job(now)
    for sweep in jobs.sweeps():
        _safely(getattr(sweep, "__name__", "sweep"), partial(sweep, now))
    errands_run = [run_errand(errand) for errand in jobs.errands()]
    return is_job_done or any(errands_run)


def run_errand(errand: jobs.Errand) -> bool:
    """Take one piece of outside work, do it with no transaction open, settle it; returns whether there was one."""
    try:
        item = errand.take(clock.now())
        db.session.commit()
        if item is None:
            return False
        result = _result_of(errand, item)
        errand.settle(item, result, clock.now())
        db.session.commit()
    except Exception as error:  # whatever the outside world does, the worker must live on and say so
        db.session.rollback()
        logger.error("errand %s failed", type(errand).__name__, exc_info=error)
        return False
    return True


def _result_of(errand: jobs.Errand, item: Any) -> Any:
    """Carry an errand out; an unforeseen error is one more way to fail, so that the item is not tried for ever."""
    try:
        return errand.carry_out(item)
    except Exception as error:  # unforeseen is what it says
        logger.error("errand %s failed", type(errand).__name__, exc_info=error)
        return errand.failure(error)


def do_one_job(now: datetime) -> bool:
    """Claim and do one due job; a failure puts it back with a delay."""
    try:
        claimed = jobs.claim(now)
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        logger.error("cannot claim work: %s", type(error).__name__)
        return False
    if claimed is None:
        return False
    job_id, kind = claimed.id, claimed.kind
    jobs.at_hand.add(job_id)
    try:
        jobs.do(db.session.get_one(Job, job_id), clock.now())
        db.session.commit()
    except Exception as error:  # whatever a job raises, the worker must live on and say so
        db.session.rollback()
        logger.error("job %s (%s) failed", job_id, kind, exc_info=error)
        failure = error
        _safely("postpone", lambda: jobs.postpone(job_id, failure, clock.now()))
    finally:
        jobs.at_hand.discard(job_id)
    return True


def _safely(name: str, act: Callable[[], object]) -> None:
    """Run one step in its own transaction; log what goes wrong and go on."""
    try:
        act()
        db.session.commit()
    except Exception as error:  # one faulty step must not stop the others
        db.session.rollback()
        logger.error("%s failed", name, exc_info=error)
