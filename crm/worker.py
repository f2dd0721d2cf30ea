"""The worker: wakes up, does what is due, one transaction each, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from crm.extensions import db
from crm.shared import clock, jobs
from crm.shared.models import Job

logger = logging.getLogger("crm.worker")
ROUND_SECONDS = 2.0


def run(app: Flask, *, stop: threading.Event | None = None) -> None:
    """Work until SIGTERM, SIGINT or `stop`."""
    stop = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stop.set())
    last_beat: datetime | None = None
    while not stop.is_set():
        with app.app_context():
            now = clock.now()
            if last_beat is None or not 0 <= (now - last_beat).total_seconds() < jobs.BEAT_STEP.total_seconds():
                _safely("beat", lambda now=now: jobs.beat(now))
                last_beat = now
            worked = round_once(now)
        if not worked:
            stop.wait(ROUND_SECONDS)


def round_once(now: datetime) -> bool:
    """Do every sweep and one due job; returns whether there was anything to do."""
    for sweep in jobs.sweeps():
        _safely(sweep.__name__, lambda sweep=sweep: sweep(now))
    errands_run = [run_errand(errand) for errand in jobs.errands()]
    return do_one_job(now) or any(errands_run)


def run_errand(errand: jobs.Errand) -> bool:
    """Take one piece of outside work, do it with no transaction open, settle it; returns whether there was one."""
    try:
        item = errand.take(clock.now())
        db.session.commit()
        if item is None:
            return False
        result = errand.carry_out(item)
        errand.settle(item, result, clock.now())
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        logger.error("errand %s: %s", type(errand).__name__, type(error).__name__)
        return False
    return True


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
    try:
        jobs.do(db.session.get_one(Job, job_id), clock.now())
        db.session.commit()
    except Exception as error:  # whatever a job raises, the worker must live on and say so
        db.session.rollback()
        logger.error("job %s (%s) failed", job_id, kind, exc_info=error)
        failure = error
        _safely("postpone", lambda: jobs.postpone(job_id, failure, clock.now()))
    return True


def _safely(name: str, act: object) -> None:
    """Run one step in its own transaction; log what goes wrong and go on."""
    try:
        act()  # type: ignore[operator]
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        logger.error("%s failed: %s", name, type(error).__name__)
