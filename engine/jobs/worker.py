"""The worker: leases due jobs and carries them out as SYSTEM, through the same door as everybody.

A job's effects commit first and "done" after them, fenced by the lease. Killed in between, the job comes again when its
lease runs out, and finds its work done: a timer asks whether it is still due, a message carries the job's identifier as
its once-only token, a letter is written once a person and task.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.commands.dispatch import Door
from engine.jobs import mail, messages, timers
from engine.model.clock import Clock
from engine.model.errors import Refused, StepStuck
from engine.store import jobs
from engine.store.database import Away, Database, TryAgain
from engine.store.jobs import Job

#: kind of job → what is done; whatever is not here stays queued for a newer worker
HANDLERS: dict[str, Callable[[Door, Job], None]] = {
    "timer": timers.fire, "mail": mail.write, "message": messages.send_message, "signal": messages.send_signal,
    "kept-message": messages.send_kept,
}
_PAUSE = 1.0


class Worker:
    """Works off the job table until told to stop."""

    def __init__(self, door: Door, database: Database, clock: Clock, queues: tuple[str, ...]) -> None:
        self._door = door
        self._database = database
        self._clock = clock
        self._queues = queues
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

    def run_due(self, limit: int = 10) -> int:
        """Carry out what is due now; how many jobs were taken."""
        with self._database.writing() as connection:
            leased = jobs.claim(connection, self._clock, self._queues, tuple(HANDLERS), limit)
        for job in leased:
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

    def _carry_out(self, job: Job) -> None:
        try:
            HANDLERS[job.kind](self._door, job)
        except StepStuck as stuck:
            # the door has left an incident; trying again by itself would only repeat it
            self._finish(job, error=stuck.code, last=True)
        except Refused as refusal:
            self._finish(job, error=refusal.code)
        except Exception as error:  # whatever one job does wrong must not stop the others; it is kept and tried again
            self._finish(job, error=type(error).__name__)
        else:
            self._finish(job)

    def _finish(self, job: Job, error: str = "", *, last: bool = False) -> None:
        with self._database.writing() as connection:
            if error:
                jobs.fail(connection, self._clock, job, error, max_attempts=0 if last else 8)
            else:
                jobs.finish(connection, self._clock, job)


