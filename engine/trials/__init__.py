"""Trials: tests of a diagram that lie beside the diagram, played through the front door on a database in memory.

``files`` reads them, ``plays`` plays one, ``runs`` plays many and counts what none of them reached.
"""

from engine.trials.files import Trial, TrialInvalid, trials_in
from engine.trials.runs import TrialResult, line, run_trial, run_trials, unreached

__all__ = ["Trial", "TrialInvalid", "TrialResult", "line", "run_trial", "run_trials", "trials_in", "unreached"]
