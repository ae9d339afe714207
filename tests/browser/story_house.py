"""A house for the stories: a demonstration served on a free port, with a clock that a story may push on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from werkzeug.serving import WSGIRequestHandler, make_server

from engine.assembly import Engine, SystemClock, open_engine
from engine.bench.clocks import WalkingClock
from engine.settings import Settings
from web import demo
from web.app import create_app
from web.demo_files import read_demo
from web.sign_in import DemoSignIn

#: Tuesday 4 May 2027, ten o'clock in Warsaw; the day before was a holiday
TODAY = datetime(2027, 5, 4, 8, 0, tzinfo=UTC)


class StoryClock:
    """Runs like a clock from the day of the story, and can be pushed on by days."""

    def __init__(self) -> None:
        self._system = SystemClock()
        self._ahead = TODAY - self._system.now()

    def now(self) -> datetime:
        return self._system.now() + self._ahead

    def new_id(self) -> UUID:
        return self._system.new_id()

    def push(self, **delta: float) -> None:
        self._ahead += timedelta(**delta)


class Quiet(WSGIRequestHandler):
    """Requests are not worth a line each."""

    def log(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing."""


@dataclass
class House:
    """An installation that is served: its address is all a story may know of it."""

    address: str
    engine: Engine
    clock: StoryClock
    app: Any

    def works_off(self) -> None:
        """What came due is carried out, as the worker of a server does every second."""
        self.engine.worker().drain()

    def days_pass(self, days: float) -> None:
        """Time passes; whoever was signed in has gone home."""
        self.clock.push(days=days)
        self.works_off()


@contextmanager
def served(folder: Path, *, cases: bool) -> Iterator[House]:
    """The demonstration of a fixed day, with its cases or only with its people."""
    shown = read_demo(demo.PROCESSES / "reentry")
    shown = shown if cases else replace(shown, cases=())
    settings = Settings(data_dir=folder, secure_cookies=False)
    walking = WalkingClock(TODAY - timedelta(days=250))
    making = open_engine(settings, walking)
    demo.seed(making, walking, shown, TODAY)
    making.close()
    clock = StoryClock()
    engine = open_engine(settings, clock)
    names = {one.key: one.short_name for one in shown.institutions}
    app = create_app(engine, tuple(DemoSignIn(one.name, one.about, names[one.institution], one.email, shown.password)
                                   for one in shown.people))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield House(f"http://127.0.0.1:{server.server_port}", engine, clock, app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        engine.close()
