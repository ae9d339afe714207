"""What to write instead: for people who put Python, JavaScript or Camunda's ${…} where FEEL belongs."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bis\s+not\s+(None|null)\b"), "!= null"),
    (re.compile(r"\bis\s+(None|null)\b"), "= null"),
    (re.compile(r"===?"), "="),
    (re.compile(r"!=="), "!="),
    (re.compile(r"&&"), " and "),
    (re.compile(r"\|\|"), " or "),
    (re.compile(r"([\w.]+)\s+not\s+in\s+(\S.*?)(?=\s+(?:and|or)\s|$)"), r"not(\1 in \2)"),
    (re.compile(r"!\s*empty\s+([\w.]+)"), r"\1 != null"),
    (re.compile(r"\bempty\s+([\w.]+)"), r"\1 = null"),
    (re.compile(r"!(?!=)\s*([\w.]+(?:\([^()]*\))?)"), r"not(\1)"),
    (re.compile(r"\bnot\s+(?!\()([\w.]+(?:\([^()]*\))?)"), r"not(\1)"),
    (re.compile(r"\bTrue\b"), "true"),
    (re.compile(r"\bFalse\b"), "false"),
    (re.compile(r"\bNone\b|\bundefined\b|\bnil\b"), "null"),
    (re.compile(r"\blen\s*\(([^()]*)\)"), r"count(\1)"),
    (re.compile(r"\bstr\s*\("), "string("),
    (re.compile(r"([\w.]+)\.(?:size\(\)|length\b(?:\(\))?)"), r"count(\1)"),
    (re.compile(r"([\w.]+)\.(?:lower|toLowerCase)\(\)"), r"lower case(\1)"),
    (re.compile(r"([\w.]+)\.(?:upper|toUpperCase)\(\)"), r"upper case(\1)"),
    (re.compile(r"([\w.]+)\.(?:startswith|startsWith)\("), r"starts with(\1, "),
    (re.compile(r"([\w.]+)\.(?:endswith|endsWith)\("), r"ends with(\1, "),
    (re.compile(r"([\w.]+)\.(?:get)\(\s*(\"\w+\"|'\w+')\s*\)"), r"get value(\1, \2)"),
    (re.compile(r"\b(gt)\b"), ">"),
    (re.compile(r"\b(lt)\b"), "<"),
    (re.compile(r"\b(ge)\b"), ">="),
    (re.compile(r"\b(le)\b"), "<="),
    (re.compile(r"\b(eq)\b"), "="),
    (re.compile(r"\b(ne)\b"), "!="),
    (re.compile(r"([\w.]+)\s*%\s*([\w.]+)"), r"modulo(\1, \2)"),
)
_TERNARY = re.compile(r"^([^?]+)\?([^?:]+):([^?:]+)$")
_PYTHON_IF = re.compile(r"^(.+?)\s+if\s+(.+?)\s+else\s+(.+)$", re.DOTALL)


def in_feel(text: str) -> str:
    """The text with what other languages write rewritten to what FEEL writes; texts in quotation marks stay."""
    if len(text) > 600:
        return text
    quoted: list[str] = []

    def keep(match: re.Match[str]) -> str:
        body = match.group()[1:-1]
        quoted.append('"' + (body.replace('"', '\\"') if match.group()[0] == "'" else body) + '"')
        return f"\u2045{len(quoted) - 1}\u2046"

    plain = _QUOTED.sub(keep, text)
    for pattern, instead in _REWRITES:
        plain = pattern.sub(instead, plain)
    if found := _TERNARY.match(plain):
        plain = f"if {found[1].strip()} then {found[2].strip()} else {found[3].strip()}"
    elif (found := _PYTHON_IF.match(plain)) and not plain.lstrip().startswith("if "):
        plain = f"if {found[2]} then {found[1]} else {found[3]}"
    plain = re.sub(r"[ \t]{2,}", " ", plain).strip()
    return re.sub("\u2045([0-9]+)\u2046", lambda match: _put_back(quoted, match), plain)


def _put_back(quoted: list[str], match: re.Match[str]) -> str:
    index = int(match.group(1))
    return quoted[index] if index < len(quoted) else ""
