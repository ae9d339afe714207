"""Whether a readable form is ready for real people: both languages, known roles, a basis and a retention class.

These are the house rules of publication; what makes a form unusable is left to ``form_files``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.model.definitions import Definition
from engine.model.fields import Condition, Field, Note
from engine.model.forms import Form
from engine.model.json_files import FileProblem

MOST_MINUTES = 12
MOST_QUESTIONS = 25

#: Code of a house problem of a form → its English sentence.
PROBLEMS = {
    "FormTextMissing": "The {what} is missing in {language}.",
    "FormReaderUnknown": "sees names “{role}”, which is not a role of the definition.",
    "FormReaderNotCleared": "sees names “{role}”, whose clearance does not cover {sensitivity} data.",
    "FormBasisMissing": "No legal basis says why this is asked.",
    "FormRetentionUnknown": "The retention class “{retention}” is not one of the definition's.",
    "FormPrefillUnknown": "prefill names “{source}”, which no form of this definition asks.",
    "FormTooLong": "This form takes about {minutes} minutes; {limit} are reasonable.",
    "FormTooManyQuestions": "This form asks {questions} questions; {limit} are reasonable.",
}


def house_problems(form: Form, definition: Definition, forms: Mapping[str, Form]) -> tuple[FileProblem, ...]:
    """Every reason why this form is not ready for real people. ``forms`` are the definition's forms by key."""
    return tuple(
        FileProblem(code, form.file, element, params, level)
        for code, element, params, level in (
            *_texts(form),
            *_protection(form, definition),
            *_prefills(form, forms),
            *_length(form),
        )
    )


_Found = tuple[str, str, dict[str, object], str]


def _texts(form: Form) -> Iterator[_Found]:
    texts = [("title", "", form.title, form.title_en)]
    for section in form.sections:
        texts += [("heading", section.title, section.title, section.title_en)] if section.title else []
        texts += [("text", "", item.text, item.text_en) for item in section.items if isinstance(item, Note)]
    for path, field in form.walk():
        texts.append(("question", path, field.label, field.label_en))
        texts += [("hint", path, field.hint, field.hint_en)] if field.hint or field.hint_en else []
        texts += [(f"answer “{one.value}”", path, one.label, one.label_en) for one in field.options]
    texts += [("message", check.fields[0], check.message, check.message_en) for check in form.checks]
    for what, element, polish, english in texts:
        for language, text in (("Polish", polish), ("English", english)):
            if not text.strip():
                yield "FormTextMissing", element, {"what": what, "language": language}, "house"


def _protection(form: Form, definition: Definition) -> Iterator[_Found]:
    kept = {retention.id for retention in definition.retentions}
    for path, field in form.walk():
        for role in field.sees:
            if definition.role(role) is None:
                yield "FormReaderUnknown", path, {"role": role}, "house"
            elif definition.clearance(role).get(field.sensitivity) == "none":
                yield "FormReaderNotCleared", path, {"role": role, "sensitivity": field.sensitivity}, "house"
        if not field.basis:
            yield "FormBasisMissing", path, {}, "house"
        if field.retention not in kept:
            yield "FormRetentionUnknown", path, {"retention": field.retention}, "house"


def _prefills(form: Form, forms: Mapping[str, Form]) -> Iterator[_Found]:
    for path, field in form.walk():
        source, _, key = field.prefill.partition(".")
        if not field.prefill or source == "variable":
            continue
        if source not in forms or forms[source].field(key) is None:
            yield "FormPrefillUnknown", path, {"source": field.prefill}, "house"


def _length(form: Form) -> Iterator[_Found]:
    if form.minutes > MOST_MINUTES:
        yield "FormTooLong", "", {"minutes": form.minutes, "limit": MOST_MINUTES}, "hint"
    questions = most_questions(form)
    if questions > MOST_QUESTIONS:
        yield "FormTooManyQuestions", "", {"questions": questions, "limit": MOST_QUESTIONS}, "hint"


def most_questions(form: Form) -> int:
    """How many questions whoever is asked the most must read, whatever they answer; a list counts with its own."""
    return max(sum(1 + len(field.fields) for field in form.asked({"item": item})) for item in _items(form))


def _items(form: Form) -> set[str]:
    conditions: list[Condition] = [one for field in form.fields for one in field.show_if if one.of_context]
    return {value for one in conditions for value in one.values} or {""}


def seen_by(field: Field, definition: Definition) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Role ids of a case that read the answer, that only learn that there is one, and that learn nothing."""
    sight: dict[str, list[str]] = {"full": [], "flag": [], "none": []}
    for role in definition.roles:
        named = not field.sees or role.id in field.sees
        sight[role.clearance.get(field.sensitivity, "none") if named else "none"].append(role.id)
    return tuple(sight["full"]), tuple(sight["flag"]), tuple(sight["none"])
