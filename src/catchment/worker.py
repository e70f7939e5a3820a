"""The worker: lands events, tidies the lake, keeps the overlay, runs jobs and delivers notices.

Landing has a thread of its own, because what was accepted should be visible within seconds whatever
else there is to do. Each loop is a rim: it writes down what went wrong, waits, and goes on.
"""

import os
import random
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog

from catchment import audiences, collect, people
from catchment.access import forget_answers, forget_old_entries, list_workspaces
from catchment.app import Home, open_home
from catchment.app.privacy_keeping import PrivacyKeeping, run_erase_job
from catchment.app.privacy_sweeping import run_sweep_job
from catchment.app.retention_keeping import privacy_handlers, privacy_periods
from catchment.jobs import Handler, HeldJobs, JobRun, JobWorker, Period, forget_finished
from catchment.kernel import system_entropy, us_from_instant
from catchment.lake import compact
from catchment.store import Outbox, UnitOfWork
from catchment.vault import SWEEP_JOB, KeysAway, KeysWrong, hide_text

LAND_EVERY_SECONDS = 0.25
"""How long a quiet landing waits before it looks again."""

BACKLOG_ENTRIES = 500
"""Beyond so many waiting entries landing takes no rest."""

COMPACT_EVERY_SECONDS = 1.0
INTERESTS_EVERY_SECONDS = 10.0
JOBS_EVERY_SECONDS = 0.5
NUMBERS_EVERY_SECONDS = 30.0
JOBS_KEPT = timedelta(days=30)
NOTICES_KEPT = timedelta(days=30)
TROUBLE_SECONDS = 2.0
KEYS_AWAY_SECONDS = 5.0
"""How long a loop that needs keys waits before it looks whether they are back."""

LOG_KEPT = timedelta(hours=24)
LOG_ENTRIES_KEPT = 1_000_000
"""Landed log entries are kept so long, and so many at most, for the live tail and for replay."""

_log = structlog.get_logger(__name__)


def run() -> None:
    """Runs until a stop signal comes; what is being done is finished first."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with open_home() as home:
        loops: dict[str, Callable[[], float]] = {
            "landing": _landing(home),
            "compaction": _compaction(home),
            "interests": _interests(home),
            "people": _people(home),
            "privacy": _privacy(home),
            # Two, so that a long import does not hold a release up.
            "jobs": _jobs(home),
            "more jobs": _jobs(home),
            "outbox": _outbox(home),
            "numbers": _numbers(home),
        }
        threads = [
            threading.Thread(target=_repeat, args=(name, step, stop), name=name)
            for name, step in loops.items()
        ]
        if os.environ.get("CATCHMENT_DEMO"):
            threads.append(threading.Thread(target=_demo, args=(home, stop), name="demo"))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _repeat(name: str, step: Callable[[], float], stop: threading.Event) -> None:
    """Takes steps until told to stop; each says how long to wait for the next."""
    while not stop.is_set():
        try:
            wait = step()
        except (KeysAway, KeysWrong) as closed:
            _log.warning("waits_for_keys", loop=name, reason=closed.message)
            wait = KEYS_AWAY_SECONDS
        except Exception:  # noqa: BLE001  (the rim: a loop that dies would be noticed by nobody)
            _log.exception("worker_step_failed", loop=name)
            wait = TROUBLE_SECONDS
        stop.wait(wait)


def _landing(home: Home) -> Callable[[], float]:
    def step() -> float:
        landed = home.lander.land_once()
        if not landed.entries:
            return LAND_EVERY_SECONDS
        return 0.0 if home.log.head() - landed.position > BACKLOG_ENTRIES else LAND_EVERY_SECONDS

    return step


def _compaction(home: Home) -> Callable[[], float]:
    # Beside landing, not within it: rewriting a large file takes seconds, and new events must not
    # wait for old ones to be put in order.
    def step() -> float:
        return 0.0 if compact(home.events).steps else COMPACT_EVERY_SECONDS

    return step


def _interests(home: Home) -> Callable[[], float]:
    # Beside landing: an interest that shows some seconds later is soon enough.
    def step() -> float:
        caught = home.interest_keeper.catch_up()
        is_done = all(one.is_done for one in caught.values())
        return INTERESTS_EVERY_SECONDS if is_done else 0.0

    return step


def _people(home: Home) -> Callable[[], float]:
    # Beside landing, which must not wait for it: who is who, what they did, which audiences.
    return home.people_keeping.round


def _privacy(home: Home) -> Callable[[], float]:
    # A loop of its own: a system that does not answer must hold nobody else up.
    return PrivacyKeeping(home, people.Poster(home.settings.private_webhooks)).round


def _jobs(home: Home) -> Callable[[], float]:
    worker = JobWorker(
        home.database,
        handlers_of(home),
        periods_of(),
        clock=home.clock,
        ids=home.ids,
        chance=random.Random(),
        hide=hide_text,
        held=HeldJobs(home.settings.home / "workers", system_entropy),
    )

    def step() -> float:
        return 0.0 if worker.run_due() else JOBS_EVERY_SECONDS

    return step


def _outbox(home: Home) -> Callable[[], float]:
    outbox = _outbox_of(home)

    def step() -> float:
        return 0.0 if outbox.deliver() else JOBS_EVERY_SECONDS

    return step


def _numbers(home: Home) -> Callable[[], float]:
    # A number that had its time is dead at once; this frees it, and tells the provider.
    def step() -> float:
        home.numbers.switchboard.expire()
        return NUMBERS_EVERY_SECONDS

    return step


def _outbox_of(home: Home) -> Outbox:
    # The same list serves delivering and forgetting.
    answering = (people.people_subscriber(home.clock, home.ids), audiences.audience_subscriber())
    return Outbox(home.database, home.clock, answering)


def _demo(home: Home, stop: threading.Event) -> None:
    from catchment.testing.traffic import fill_demo, run_live  # noqa: PLC0415  (the demo alone)

    try:
        made = home.demo()
        filled = fill_demo(home, made, home.settings.home)
        run_live(made, stop, home.log.append, home.clock, filled.until)
    except Exception:  # noqa: BLE001  (the rim of a thread)
        _log.exception("demo_ended")


def handlers_of(home: Home) -> Mapping[str, Handler]:
    """What is done for each kind of job."""
    releasing = collect.Releasing(
        home.database, home.log, collect.decode, home.directory.blocked_ids, home.keys
    )
    change = collect.Change("worker", home.clock, home.ids)
    files = collect.KeptFiles(home.keys)
    importer = collect.Importer(
        home.log, collect.ImportTable(home.database), home.clock, home.ids, open_path=files.open
    )
    exports = collect.ExportWorks(
        home.engine, home.vault, files, home.settings.home / "exports", home.clock
    )
    duplicates = people.DuplicateWorks(
        home.facts, home.identity_book, home.database, home.clock, vault=home.people_vault
    )
    return {
        "house.tidy": lambda run: _tidy(home, run),
        **privacy_handlers(home),
        people.DUPLICATES_JOB_KIND: people.run_search_job(duplicates),
        "people.nightly": lambda _run: _order_searches(home),
        "numbers.reconcile": lambda _run: _reconcile_numbers(home),
        people.THRESHOLDS_JOB: _thresholds(home),
        people.ACCESS_JOB: people.run_access_job(home.rights.access),
        people.CORRECTION_JOB: people.run_correction_job(home.rights.correcting),
        people.ERASE_JOB: run_erase_job(home),
        SWEEP_JOB: run_sweep_job(home),
        people.FORGET_JOB: people.run_forget_job(home.rights.forgetting),
        collect.IMPORT_JOB_KIND: collect.run_import_job(importer),
        audiences.AUDIENCE_EXPORT_JOB: audiences.run_audience_export(home.audiences),
        collect.EXPORT_JOB_KIND: collect.run_export_job(exports),
        collect.RELEASE_JOB: lambda run: collect.release_many(releasing, run, change),
        "quarantine.finish": lambda _run: {
            "sealed": collect.seal_older(home.database, home.keys),
            "finished": collect.finish_releases(releasing, change=change),
        },
    }


def periods_of() -> Sequence[Period]:
    """What comes round by itself."""
    return (
        Period("house.tidy", timedelta(hours=1)),
        *privacy_periods(),
        Period("people.nightly", timedelta(days=1)),
        Period("numbers.reconcile", timedelta(days=1)),
        Period(people.THRESHOLDS_JOB, people.THRESHOLDS_EVERY),
        # A release that was cut short between its three steps is taken up again.
        Period("quarantine.finish", timedelta(minutes=10)),
    )


def _thresholds(home: Home) -> Handler:
    """Takes thresholds of levels, and has the audiences that ask of levels looked at again."""
    take = people.run_thresholds_job(home.engine, home.clock, home.ids)

    def run(job: JobRun) -> Mapping[str, Any] | None:
        taken = take(job)
        with UnitOfWork(home.database) as uow:
            for workspace_id in home.people_keeping.workspaces():
                audiences.refill_readers_of_levels(uow, workspace_id)
        return taken

    return run


def _reconcile_numbers(home: Home) -> Mapping[str, Any]:
    """Has every workspace's virtual numbers agree with their provider's."""
    with UnitOfWork(home.database, reads_only=True) as uow:
        workspaces = list_workspaces(uow)
    found = [home.numbers.switchboard.reconcile(one.id) for one in workspaces]
    return {
        "let_go_there": sum(one.let_go_there for one in found),
        "ended_here": sum(one.ended_here for one in found),
    }


def _order_searches(home: Home) -> Mapping[str, Any]:
    """Has every workspace's people looked through for duplicates."""
    with UnitOfWork(home.database) as uow:
        workspaces = list_workspaces(uow)
        for one in workspaces:
            people.order_search(uow, one.id, clock=home.clock, ids=home.ids)
    return {"workspaces": len(workspaces)}


def _tidy(home: Home, _run: JobRun) -> Mapping[str, Any]:
    """Forgets what has had its time: old answers, sign-ins, jobs, files and log entries."""
    with UnitOfWork(home.database) as uow:
        forget_answers(uow, clock=home.clock)
        forget_old_entries(uow, clock=home.clock)
        forget_finished(uow, home.clock.now() - JOBS_KEPT)
    audiences.sweep_exports(home.audiences)
    _outbox_of(home).forget_before(home.clock.now() - NOTICES_KEPT)
    files = home.events.tidy() + home.identity.tidy() + home.interest_edges.tidy()
    kept_us = us_from_instant(home.clock.now() - LOG_KEPT)
    past = max(home.log.position_before(kept_us), home.log.head() - LOG_ENTRIES_KEPT)
    entries = home.log.trim(min(home.lander.state.position(), past))
    return {"files": files, "log_entries": entries, "log_keys": _tidy_log_keys(home)}


def _tidy_log_keys(home: Home) -> int:
    """Gives the log the day's pair of keys and destroys those that no entry needs; how many."""
    try:
        home.log_epochs.renew()
        # What a version wrote that did not seal.
        home.log.seal_older()
        return home.log_epochs.destroy_unused(home.log.epochs())
    except (KeysAway, KeysWrong) as away:
        _log.warning("keys_away", reason=away.message)
        return 0


if __name__ == "__main__":
    run()
