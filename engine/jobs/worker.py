"""The worker: leases due jobs and carries them out as SYSTEM, through the same door as everybody.

A timer and a letter are done and marked as done in one transaction, which several of them share: a commit takes longer
than what they do. One that fails is undone apart from the others and then goes alone, where what is wrong leaves its
trace. Messages and signals take several transactions; killed in between, their job comes again when its lease runs out
and finds by its once-only token what is done already. Whoever lost the lease changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from uuid import UUID

from engine.commands.dispatch import Also, Door, Sharing
from engine.jobs import mail, messages, services, timers
from engine.model.actors import system
from engine.model.clock import Clock
from engine.model.commands import RaiseIncident
from engine.model.errors import Refused, StepStuck
from engine.store import jobs
from engine.store.database import Away, Collided, Database, TryAgain
from engine.store.jobs import Job, LeaseLost

#: kind of job → what is done, of what is one transaction with the job's end; it may share that with others
TOGETHER: dict[str, Callable[[Door | Sharing, Job, Also], None]] = {"timer": timers.fire, "mail": mail.write}
#: kind of job → what is done in transactions of its own; whatever is in neither stays queued for a newer worker
HANDLERS: dict[str, Callable[[Door, Job], None]] = {
    "message": messages.send_message, "signal": messages.send_signal, "kept-message": messages.send_kept,
    "external": services.carry_out,
}
_PAUSE = 1.0


class Worker:
    """Works off the job table until told to stop."""

    def __init__(self, door: Door, database: Database, clock: Clock, queues: tuple[str, ...]) -> None:
        self._door = door
        self._database = database
        self._clock = clock
        self._queues = (*queues, *services.QUEUES) if "general" in queues else queues
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until ``stop``; a job begun is finished first."""
        while not self._stop.is_set():
            try:
                worked = self.run_due()
            except (Away, TryAgain):
                # the database is away (restart, failover): wait, the lease brings the job back
                worked = 0
            if not worked:
                self._stop.wait(_PAUSE)

    def start(self) -> threading.Thread:
        """Run in a thread of this process."""
        thread = threading.Thread(target=self.run, name="powrot-worker", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Claim nothing more."""
        self._stop.set()

    def run_due(self, limit: int = 20) -> int:
        """Carry out what is due now; how many jobs were taken."""
        with self._database.writing() as connection:
            given_up = jobs.give_up(connection, self._clock)
            leased = jobs.claim(connection, self._clock, self._queues, (*TOGETHER, *HANDLERS), limit)
        for job in given_up:
            self._call_for_help(job, "LeaseLost")
        done = self._done_together([job for job in leased if job.kind in TOGETHER])
        for job in leased:
            if job.job_id not in done:
                self._carry_out(job)
        return len(leased)

    def drain(self, rounds: int = 1000) -> int:
        """Work until nothing is due; how many jobs were taken."""
        total = 0
        for _ in range(rounds):
            worked = self.run_due()
            if not worked:
                break
            total += worked
        return total

    def _done_together(self, shareable: list[Job]) -> set[UUID]:
        """Do in one transaction what goes smoothly; which jobs are done."""
        done: set[UUID] = set()
        try:
            with self._door.sharing() as shared:
                # cases in one order, so that two workers never wait for each other
                for job in sorted(shareable, key=lambda one: one.case_id or one.job_id):
                    if self._done_in(shared, job):
                        done.add(job.job_id)
        except (Collided, TryAgain):
            return set()
        return done

    def _done_in(self, shared: Sharing, job: Job) -> bool:
        try:
            with shared.apart():
                TOGETHER[job.kind](shared, job, self._end_of(job))
        except (Away, TryAgain):
            raise
        except Exception:  # whatever it is, it is undone; the job goes alone now, and there it is told what is wrong
            return False
        return True

    def _carry_out(self, job: Job) -> None:
        try:
            if job.kind in TOGETHER:
                TOGETHER[job.kind](self._door, job, self._end_of(job))
            else:
                HANDLERS[job.kind](self._door, job)
                with self._database.writing() as connection:
                    jobs.finish(connection, self._clock, job)
        except LeaseLost:
            return
        except StepStuck as stuck:
            # trying again by itself would only repeat it; the door has left an incident where the step stands still
            self._fail(job, stuck.code, last=True, told=job.kind == "timer")
        except Refused as refusal:
            self._fail(job, refusal.code)
        except Exception as error:  # whatever one job does wrong must not stop the others; it is kept and tried again
            self._fail(job, type(error).__name__)

    def _end_of(self, job: Job) -> Also:
        return partial(jobs.finish, clock=self._clock, job=job)

    def _fail(self, job: Job, error: str, *, last: bool = False, told: bool = False) -> None:
        with self._database.writing() as connection:
            given_up = jobs.fail(connection, self._clock, job, error, max_attempts=0 if last else 8)
        if given_up and not told:
            self._call_for_help(job, error)

    def _call_for_help(self, job: Job, error: str) -> None:
        """An incident on the page of the case; a case that cannot even take that one has no page any more."""
        if job.case_id is not None:
            with suppress(Refused):
                self._door.carry_out(RaiseIncident(
                    case_id=job.case_id, job_id=job.job_id, error=error, element=job.payload.get("element", ""),
                    token=f"incident|{job.job_id.hex}|{job.lease_token.hex}"), system("worker"))
