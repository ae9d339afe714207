"""Serving: the application in gunicorn within this process, one worker with threads, and a thread for due jobs.

One worker, because one process owns an SQLite file; a larger installation on PostgreSQL starts several nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn carries no types

from engine.assembly import Engine
from engine.settings import Settings
from web.app import create_app
from web.sign_in import DemoSignIn

THREADS = 8


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """gunicorn with our settings; the engine is opened in the worker, after the fork, where its connections live."""

    def __init__(self, settings: Settings, opened: Callable[[], Engine], sign_ins: tuple[DemoSignIn, ...] = ()) -> None:
        self._settings, self._opened, self._sign_ins = settings, opened, sign_ins
        super().__init__()

    def load_config(self) -> None:
        """Set what is ours; nothing is read from a file or the environment."""
        wanted: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}", "workers": 1, "worker_class": "gthread",
            "threads": THREADS, "control_socket_disable": True, "loglevel": "warning", "graceful_timeout": 20,
            "timeout": 120, "proc_name": "powrot",
        }  # fmt: skip
        for name, value in wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of the worker, with its engine and its thread for due jobs."""
        engine = self._opened()
        engine.worker().start()
        return create_app(engine, self._sign_ins)
