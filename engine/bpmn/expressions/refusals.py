"""What the expression language says no to: at publication a text it cannot take, at run time an evaluation too dear."""

from __future__ import annotations

from typing import Any

from engine.model.errors import Refused


class ExpressionRefused(Refused):
    """The expression «{text}» is not valid at character {position}: {reason}."""

    status = 422

    def __init__(self, problem: str, text: str, position: int = 0, **params: Any) -> None:
        """Keep the code of the problem (a key of REASONS), the text, where it went wrong, and what is named there."""
        self.problem = problem
        self.position = position
        reason = REASONS[problem].format_map({"position": position, **params})
        super().__init__(problem=problem, text=_short(text), position=position + 1, reason=reason, **params)


REASONS = {
    "Empty": "it is empty",
    "TooLong": "it is longer than {limit} characters",
    "TooDeep": "it is nested deeper than {limit} levels",
    "TooMany": "it has more than {limit} parts",
    "Unexpected": "«{found}» is not expected here{hint}",
    "Unfinished": "it ends too early{hint}",
    "UnclosedText": "a text in quotation marks has no end",
    "UnclosedComment": "a comment has no end",
    "BadCharacter": "it contains a character that is no text (a lone surrogate or a control character)",
    "BadNumber": "the number «{found}» has too many digits",
    "BadLiteral": "«{found}» is no date, time, date and time or duration",
    "UnknownFunction": "there is no function «{name}»{hint}",
    "NoFunction": "«{name}» is called like a function, but is none",
    "NoSuchForm": "the function «{name}» does not take such arguments",
    "UnknownType": "there is no type «{name}»",
    "UnknownName": "nothing is called «{name}» here",
    "NoPython": "this is not the expression language of this engine; write «{write}»",
    "External": "functions in another language are not run",
    "SingleQuotes": "texts stand in double quotation marks; write «{write}»",
}


class EvaluationStopped(Refused):
    """The expression «{text}» was stopped: {reason}."""

    status = 422

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(reason=STOPS[reason], stop=reason, text=_short(text))
        self.stop = reason


STOPS = {
    "steps": "it takes too many steps",
    "size": "its result would be too large",
    "depth": "its functions call themselves too deeply",
}


def _short(text: str, limit: int = 120) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= limit else text[: limit - 1] + "…"
