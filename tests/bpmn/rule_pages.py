"""docs/rules.md, written from RULES: `python -m tests.bpmn.rule_pages`."""

from __future__ import annotations

from pathlib import Path

from engine.bpmn.rules import RULES, Rule
from tests.bpmn.examples import FOLDER

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
_HEAD = """# Rules for diagrams, decision tables and forms

`./powrot check [PATH…]` names every place where one of these rules does not hold, as `file:element: level: sentence`.
This page is written from the table `RULES` in `engine/bpmn/rules`; each rule has a good and a bad example in
`tests/diagrams/<rule>`.

- **error**: it cannot run exactly as BPMN 2.0.2 or DMN 1.5 says, or it cannot be read. Always refused.
- **house**: it runs, but is not ready for real people. Refuses `./powrot publish` and Publish in the studio, never
  `./powrot try` and never the import of a file. `./powrot check --level error` leaves these out of its exit status.
- **hint**: shown, refuses nothing.

"""
_GROUPS = {"error": "Errors", "house": "House rules", "hint": "Hints"}


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for level, title in _GROUPS.items():
        rules = [rule for rule in RULES.values() if rule.level == level]
        parts.append(f"## {title}\n\n{len(rules)} rules.\n\n")
        parts.extend(_section(rule) for rule in rules)
    return "".join(parts).rstrip() + "\n"


def _section(rule: Rule) -> str:
    kept = (FOLDER / rule.code).is_dir()
    where = f"Examples: `tests/diagrams/{rule.code}`." if kept else "The bad example is too large to keep as a file."
    why = (rule.check.__doc__ or "").strip() if rule.check else ""
    about = f"{why}\n\n" if why else ""
    return f"### {rule.code}\n\n> {rule.sentence}\n\n{about}{rule.way} {where}\n\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
