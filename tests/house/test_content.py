"""The shipped processes: their files agree with each other, speak both languages and guard what they ask."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
from lxml import etree

from engine.bpmn.bundles import Bundle, Compiled, compile_bundle
from engine.bpmn.expressions import compile_expression
from engine.model import pesel
from engine.model.definitions import Definition
from engine.model.fields import Field
from engine.model.form_checks import MOST_MINUTES, MOST_QUESTIONS, house_problems, most_questions
from engine.model.forms import Form

ROOT = Path(__file__).parents[2]
PROCESSES = [folder.parent for folder in sorted(ROOT.glob("processes/*/definition.json"))]
REENTRY = ROOT / "processes" / "reentry"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
SCREENS = {"form", "assessment", "meeting", "plan", "acceptance", "handover"}
#: Words that reduce a person to an offence; forms, letters and diagrams speak of a person.
STIGMA = re.compile(
    r"\bskazan|przestęp|osadzon|recydyw|więzień|kryminal|ryzyk|criminal|offender|inmate|convict|\bscore|\brisk",
    re.IGNORECASE,
)

each_process = pytest.mark.parametrize("folder", PROCESSES, ids=[folder.name for folder in PROCESSES])


@cache
def forms_of(folder: Path) -> dict[str, Form]:
    files = sorted((ROOT / "forms" / folder.name).glob("*.form"))
    return {file.stem: Form.parse(file.read_bytes(), file.name) for file in files}


@cache
def definition_of(folder: Path) -> Definition:
    return Definition.parse((folder / "definition.json").read_bytes())


@cache
def compiled(folder: Path) -> Compiled:
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix in {".bpmn", ".dmn", ".json"}}
    files |= {f"forms/{file.name}": file.read_bytes() for file in (ROOT / "forms" / folder.name).glob("*.form")}
    return compile_bundle(Bundle(files))


def schema(path: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((ROOT / path).read_text(encoding="utf-8")))


def human(folder: Path) -> list[Any]:
    return [one for one in compiled(folder).elements.values() if one.kind in {"userTask", "manualTask"}]


def _nodes(tree: Any) -> list[Any]:
    return [node for node in tree.iter(f"{BPMN}*") if isinstance(node.tag, str)]


def test_there_is_a_process_to_ship() -> None:
    assert REENTRY in PROCESSES


# --- files and their schemas ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["forms/profile", "processes/definition", "processes/figures", "processes/trial"])
def test_every_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads((ROOT / f"{name}.schema.json").read_text(encoding="utf-8")))


@each_process
def test_every_form_keeps_to_the_profile(folder: Path) -> None:
    profile = schema("forms/profile.schema.json")
    for file in sorted((ROOT / "forms" / folder.name).glob("*.form")):
        found = list(profile.iter_errors(json.loads(file.read_text(encoding="utf-8"))))
        assert not found, (file.name, found[0].json_path)
        assert forms_of(folder)[file.stem].id == file.stem


@each_process
def test_definition_and_trials_keep_to_their_schemas(folder: Path) -> None:
    schema("processes/definition.schema.json").validate(json.loads((folder / "definition.json").read_text("utf-8")))
    for file in folder.glob("figures.json"):
        schema("processes/figures.schema.json").validate(json.loads(file.read_text(encoding="utf-8")))
    for file in sorted(folder.glob("trials/*.json")):
        schema("processes/trial.schema.json").validate(json.loads(file.read_text(encoding="utf-8")))


# --- what one file says of another ------------------------------------------------------------------------------------


@each_process
def test_every_human_task_has_its_form_its_words_and_its_basis(folder: Path) -> None:
    for task in human(folder):
        assert task.form_key in forms_of(folder), task.id
        assert task.name, task.id
        assert task.name_en, task.id
        assert task.documentation, task.id
        assert task.documentation_en, task.id
        assert len(re.findall(r"[.!?](?:\s|$)", task.documentation)) <= 3, task.id
        assert task.properties.get("basis"), task.id
        assert task.properties.get("screen", "form") in SCREENS, task.id
        assert task.due, task.id


@each_process
def test_every_named_element_and_flow_is_named_in_both_languages(folder: Path) -> None:
    for file in folder.glob("*.bpmn"):
        for node in _nodes(etree.parse(file)):
            if not node.get("name") or node.tag.endswith(("}message", "}signal", "DataItem")):
                continue
            english = [
                one.get("value")
                for one in node.iterfind(f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property")
                if one.get("name") == "name.en"
            ]
            assert english, (file.name, node.get("id"))


@each_process
def test_every_lane_is_a_role_of_the_definition(folder: Path) -> None:
    roles = {role.id for role in definition_of(folder).roles}
    for file in folder.glob("*.bpmn"):
        lanes = [lane.get("id") for lane in etree.parse(file).iter(f"{BPMN}lane")]
        assert set(lanes) <= roles


@each_process
def test_roles_that_tables_and_forms_can_choose_exist(folder: Path) -> None:
    roles = {role.id for role in definition_of(folder).roles}
    for form in forms_of(folder).values():
        for _path, field in form.walk():
            if field.key in {"owner", "lead", "attendees", "missing", "settled_with"}:
                assert {option.value for option in field.options} <= roles, (form.id, field.key)
    for task in human(folder):
        group = task.candidate_groups or ""
        assert group.startswith("=") or not group or group in roles, task.id


@each_process
def test_stages_attributes_and_person_name_what_exists(folder: Path) -> None:
    definition, elements = definition_of(folder), compiled(folder).elements
    for stage in definition.stages:
        assert set(stage.opened_by) <= set(elements), stage.id
    start = forms_of(folder)[definition.start_form]
    assert all(start.field(key) for key in definition.person.values())
    asked = {path for form in forms_of(folder).values() for path, _field in form.walk()}
    for attribute in definition.attributes:
        assert attribute.source in asked | compiled(folder).read_variables, attribute.id
    assert definition.main in compiled(folder).processes


@each_process
def test_the_deadlines_table_knows_every_element_that_asks_it(folder: Path) -> None:
    diagrams = " ".join(file.read_text(encoding="utf-8").replace("&quot;", '"') for file in folder.glob("*.bpmn"))
    first_cell = r'<inputEntry id="deadlines-row-\d+-in-1">\s*<text>"([a-z0-9-]+)"'
    rows = re.findall(first_cell, (folder / "deadlines.dmn").read_text(encoding="utf-8"))
    assert set(re.findall(r'(?:deadline|escalation)\("(.+?)"\)', diagrams)) == set(rows)


@each_process
def test_every_row_of_every_table_names_its_basis_in_both_languages(folder: Path) -> None:
    model, ours = "{https://www.omg.org/spec/DMN/20191111/MODEL/}", "{https://powrot.example/schema/1.0}"
    for file in folder.glob("*.dmn"):
        tree = etree.parse(file)
        for row in tree.iter(f"{model}rule"):
            assert (row.findtext(f"{model}description") or "").strip(), row.get("id")
            assert (row.get(f"{ours}descriptionEn") or "").strip(), row.get("id")
        for node in itertools.chain(tree.iter(f"{model}input"), tree.iter(f"{model}output")):
            assert node.get("label"), node.get("id")
            assert node.get(f"{ours}labelEn"), node.get("id")


# --- questions --------------------------------------------------------------------------------------------------------


@each_process
def test_every_form_is_ready_for_real_people(folder: Path) -> None:
    for form in forms_of(folder).values():
        assert house_problems(form, definition_of(folder), forms_of(folder)) == ()


@each_process
def test_no_form_asks_too_much(folder: Path) -> None:
    for form in forms_of(folder).values():
        assert form.minutes <= MOST_MINUTES, form.id
        assert most_questions(form) <= MOST_QUESTIONS, form.id


@each_process
def test_rules_over_several_answers_are_expressions_over_questions_of_the_form(folder: Path) -> None:
    for form in forms_of(folder).values():
        for check in form.checks:
            assert compile_expression(check.expression).reads <= {field.key for field in form.fields}


def every_question() -> list[tuple[str, Field]]:
    return [(f"{form.id}.{path}", field) for form in forms_of(REENTRY).values() for path, field in form.walk()]


def test_offence_data_stay_with_prison_and_probation() -> None:
    for name, field in every_question():
        if field.sensitivity == "offence":
            assert set(field.sees) <= {"prison", "probation"}, name
            assert field.sees, name
    for role in definition_of(REENTRY).roles:
        if role.clearance["offence"] != "none":
            assert role.id in {"prison", "probation"}


def test_every_question_names_its_readers() -> None:
    assert [name for name, field in every_question() if not field.sees] == []


def test_work_home_and_health_stay_where_they_belong() -> None:
    health = [field for _name, field in every_question() if field.sensitivity == "health"]
    assert health
    for field in health:
        assert not {"labour", "ngo", "employer", "family-support"} & set(field.sees), field.key
    family = [field for _name, field in every_question() if field.sensitivity == "family"]
    for field in family:
        assert not {"labour", "ngo", "employer", "health"} & set(field.sees), field.key


WHO_HOLDS_BACK = {"relative", "contact-guard"}


def test_what_a_relative_says_stays_with_social_work_and_family_support() -> None:
    for name in WHO_HOLDS_BACK:
        for _path, field in forms_of(REENTRY)[name].walk():
            assert field.sensitivity == "family", (name, field.key)
            assert set(field.sees) == {"social-worker", "family-support"}, (name, field.key)
            assert field.kind not in {"textarea", "file"}, (name, field.key)


def test_a_relative_has_an_agreement_a_channel_safe_hours_and_a_do_not_call_of_their_own() -> None:
    form = forms_of(REENTRY)["relative"]
    for key in ("relative_agrees", "relative_channel", "safe_hours", "family_own_needs", "family_actions"):
        assert form.field(key), key
    channel = form.field("relative_channel")
    assert channel
    assert {one.value for one in channel.options} >= {"phone", "letter", "never"}


def test_information_basis_and_consent_are_three_records_and_nothing_is_ticked_before() -> None:
    kinds = {field.record.split(":")[0] for _name, field in every_question() if field.record}
    assert kinds == {"information", "basis", "consent"}
    for name, field in every_question():
        if field.record.startswith("consent"):
            assert not field.required or field.nonanswers, name
            assert not field.prefill, name
            assert field.retention in {"consent", "contact"}, name
    files = "".join(file.read_text("utf-8") for file in (ROOT / "forms" / "reentry").glob("*.form"))
    assert "defaultValue" not in files


def test_the_first_domain_of_the_assessment_is_what_the_person_has_and_says() -> None:
    first = forms_of(REENTRY)["assessment"].sections[0]
    assert first.title == "Zasoby i uprawnienia"
    keys = [item.key for item in first.items if isinstance(item, Field)]
    assert keys[0] == "own_words"
    assert {"skills", "people_who_help", "savings", "entitlements", "worked_before"} <= set(keys)
    for item in first.items:
        if isinstance(item, Field) and item.key not in {"own_words", "sources"}:
            assert set(item.nonanswers) == {"unknown", "refused", "not_asked"}, item.key
            assert item.prefill == f"assessment.{item.key}", "what another institution wrote is shown, not asked again"


def test_every_message_for_people_and_every_further_start_is_explained() -> None:
    definition = definition_of(REENTRY)
    caught = {info.event_name for info in compiled(REENTRY).elements.values() if info.event == "message"}
    assert {one.message for one in definition.messages} == caught - {
        definition.start_message, definition.key_message, "CalendarEntry"}
    assert {one.id for one in definition.starts} == {"calendar-entry", "by-hand"}


def test_nobody_is_scored_and_no_word_reduces_a_person_to_an_offence() -> None:
    for name, field in every_question():
        words = " ".join([field.label, field.label_en, *(f"{one.label} {one.label_en}" for one in field.options)])
        assert not STIGMA.search(words), name
    for file in [*REENTRY.glob("*.bpmn")]:
        names = " ".join(node.get("name", "") for node in _nodes(etree.parse(file)))
        assert not STIGMA.search(names)


def test_only_whether_and_when_is_asked_of_the_duty_towards_victims() -> None:
    words = [name for name, field in every_question() if re.search(r"pokrzywdz|victim|świad[ek]k", field.label, re.I)]
    assert words == []


# --- the drawing ------------------------------------------------------------------------------------------------------


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    def holds(self, other: Box) -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )

    def meets(self, other: Box) -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


Segment = tuple[tuple[float, float], tuple[float, float]]


class Drawing(NamedTuple):
    tree: Any
    shapes: dict[str, Box]
    labels: dict[str, Box]
    edges: dict[str, list[tuple[float, float]]]

    def segments(self) -> list[tuple[str, Segment]]:
        return [(name, pair) for name, points in self.edges.items() for pair in itertools.pairwise(points)]


def _box(node: Any) -> Box:
    bounds = node.find(f"{DC}Bounds")
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


@cache
def drawing(file: Path) -> Drawing:
    tree = etree.parse(file)
    shapes = {one.get("bpmnElement"): _box(one) for one in tree.iter(f"{BPMNDI}BPMNShape")}
    labels = {one.getparent().get("bpmnElement"): _box(one) for one in tree.iter(f"{BPMNDI}BPMNLabel")}
    edges = {
        one.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in one.iterfind(f"{DI}waypoint")]
        for one in tree.iter(f"{BPMNDI}BPMNEdge")
    }
    return Drawing(tree, shapes, labels, edges)


DIAGRAMS = [file for folder in PROCESSES for file in sorted(folder.glob("*.bpmn"))]
each_diagram = pytest.mark.parametrize("file", DIAGRAMS, ids=[file.name for file in DIAGRAMS])


@each_diagram
def test_everything_that_runs_is_drawn(file: Path) -> None:
    found = drawing(file)
    drawn = ("Task", "Gateway", "Event", "}task", "lane", "subProcess", "participant")
    for node in _nodes(found.tree):
        assert node.get("id") in found.shapes or not node.tag.endswith(drawn), node.get("id")
    flows = {node.get("id") for node in found.tree.iter(f"{BPMN}sequenceFlow", f"{BPMN}messageFlow")}
    assert flows == set(found.edges)


@each_diagram
def test_nothing_stands_outside_its_lane(file: Path) -> None:
    found = drawing(file)
    for lane in found.tree.iter(f"{BPMN}lane"):
        for reference in lane.iterfind(f"{BPMN}flowNodeRef"):
            assert found.shapes[lane.get("id")].holds(found.shapes[reference.text]), reference.text
            if reference.text in found.labels:
                assert found.shapes[lane.get("id")].holds(found.labels[reference.text]), reference.text


@each_diagram
def test_nothing_stands_outside_its_sub_process(file: Path) -> None:
    found = drawing(file)
    for scope in found.tree.iter(f"{BPMN}subProcess"):
        frame = found.shapes[scope.get("id")]
        for name in [node.get("id") for node in scope if node.get("id") in found.shapes]:
            assert frame.holds(found.shapes[name]), name
            assert name not in found.labels or frame.holds(found.labels[name]), name
        for flow in scope.iterfind(f"{BPMN}sequenceFlow"):
            assert all(frame.holds(Box(*point, 0, 0)) for point in found.edges[flow.get("id")]), flow.get("id")
        inside = {node.get("id") for node in scope.iter() if isinstance(node.tag, str)}
        frames = {node.get("id") for node in found.tree.iter(f"{BPMN}lane", f"{BPMN}participant")}
        for name in found.shapes.keys() - inside - frames:
            assert not frame.meets(found.shapes[name]), name
        assert not [name for name, line in found.segments() if name not in inside and frame.meets(_thin(line))]


@each_diagram
def test_no_two_steps_or_labels_lie_on_each_other(file: Path) -> None:
    found = drawing(file)
    frames = {"lane", "participant", "subProcess", "boundaryEvent"}
    kinds = {node.get("id"): etree.QName(node).localname for node in _nodes(found.tree)}
    steps = {name: box for name, box in found.shapes.items() if kinds[name] not in frames}
    for (one, first), (other, second) in itertools.combinations(steps.items(), 2):
        assert not first.meets(second), (one, other)
    for name, label in found.labels.items():
        for step, box in steps.items():
            assert not label.meets(box), (name, step)
    for (one, first), (other, second) in itertools.combinations(found.labels.items(), 2):
        assert not first.meets(second), (one, other)


@each_diagram
def test_no_flow_crosses_another_or_a_label(file: Path) -> None:
    found = drawing(file)
    for (one, first), (other, second) in itertools.combinations(found.segments(), 2):
        if one != other:
            assert not _cross(first, second), (one, other)
    for name, segment in found.segments():
        for owner, label in found.labels.items():
            assert not label.meets(_thin(segment)), (name, owner)


@each_diagram
def test_every_flow_begins_and_ends_at_its_steps(file: Path) -> None:
    found = drawing(file)
    for flow in found.tree.iter(f"{BPMN}sequenceFlow"):
        points = found.edges[flow.get("id")]
        for point, step in ((points[0], flow.get("sourceRef")), (points[-1], flow.get("targetRef"))):
            box = found.shapes[step]
            around = Box(box.x - 1, box.y - 1, box.width + 2, box.height + 2)
            assert around.holds(Box(*point, 0, 0)), (flow.get("id"), step)


#: A3 across, in millimetres without its margins; words of 11 pixels are read down to about 1.4 millimetres.
A3_WIDTH, A3_HEIGHT, LETTERS, SMALLEST = 400.0, 277.0, 11.0, 1.4


@each_diagram
def test_every_diagram_is_readable_on_one_sheet_of_a3(file: Path) -> None:
    found = drawing(file)
    boxes = [*found.shapes.values(), *found.labels.values()]
    width = max(box.x + box.width for box in boxes) - min(box.x for box in boxes)
    height = max(box.y + box.height for box in boxes) - min(box.y for box in boxes)
    assert min(A3_WIDTH / width, A3_HEIGHT / height) * LETTERS >= SMALLEST, (width, height)


@each_diagram
def test_no_flow_runs_through_a_step(file: Path) -> None:
    found = drawing(file)
    kinds = {node.get("id"): etree.QName(node).localname for node in _nodes(found.tree)}
    frames = {"lane", "participant", "subProcess"}
    steps = {name: box for name, box in found.shapes.items() if kinds[name] not in frames}
    for name, segment in found.segments():
        for step, box in steps.items():
            inner = Box(box.x + 2, box.y + 2, box.width - 4, box.height - 4)
            assert not inner.meets(_thin(segment)), (name, step)


def test_court_police_health_and_the_person_have_pools_of_their_own() -> None:
    pools = set()
    for file in REENTRY.glob("*.bpmn"):
        tree = drawing(file).tree
        told = {one.get(end) for one in tree.iter(f"{BPMN}messageFlow") for end in ("sourceRef", "targetRef")}
        pools |= {one.get("id") for one in tree.iter(f"{BPMN}participant") if not one.get("processRef")} & told
    assert pools == {"court", "police", "clinic", "person"}


def _thin(segment: Segment) -> Box:
    (x1, y1), (x2, y2) = segment
    return Box(min(x1, x2), min(y1, y2), abs(x1 - x2) or 0.1, abs(y1 - y2) or 0.1)


def _cross(first: Segment, second: Segment) -> bool:
    if not _thin(first).meets(_thin(second)):
        return False
    along = (first[0][0] == first[1][0]) == (second[0][0] == second[1][0])
    # Two flows may leave or reach a step at the same point, but not run on top of each other.
    return along or not {*first} & {*second}


# --- notices and trials -----------------------------------------------------------------------------------------------

EXAMPLES = sorted(REENTRY.glob("examples/*"))


def notices() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for file in EXAMPLES:
        if file.suffix == ".json":
            found.append((file.name, json.loads(file.read_text(encoding="utf-8"))))
        else:
            for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")), delimiter=";"):
                given = {key: value for key, value in row.items() if value}
                given |= {key: given[key].split("|") for key in ("health_needs", "release_help") if key in given}
                found.append((file.name, given))
    return found


def test_there_are_twelve_files_of_notices_and_each_is_accepted() -> None:
    assert len(EXAMPLES) == 12
    for name, notice in notices():
        answers = {key: value for key, value in notice.items() if not key.startswith("$")}
        checked = forms_of(REENTRY)["notice"].check(answers, today=date(2027, 5, 4))
        assert checked.ok, (name, checked.problems)
        assert checked.pruned == (), name


def test_the_notice_in_the_documentation_would_be_accepted() -> None:
    text = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
    notice = json.loads(text.split("```json")[1].split("```")[0])
    answers = {key: value for key, value in notice.items() if not key.startswith("$")}
    assert forms_of(REENTRY)["notice"].check(answers, today=date(2027, 5, 4)).ok
    assert all(f"`{file.name}`" in text for file in EXAMPLES)


def test_the_people_of_the_notices_cannot_be_anyone() -> None:
    numbers = [notice["pesel"] for _name, notice in notices() if "pesel" in notice]
    for number in numbers:
        born = pesel.birth_date(number)
        assert pesel.has_right_check_digit(number), number
        assert born is not None
        assert born.year < 1900, number  # by their numbers they would be older than anybody alive


def test_the_notices_hold_every_polish_letter() -> None:
    text = " ".join(notice["family_name"] + notice["given_names"] for _name, notice in notices())
    assert set("ąćęłńóśźż".upper()) <= set(text)
    assert set("ąćęłńóśźż") <= set("".join(file.read_text(encoding="utf-8") for file in EXAMPLES))


def test_the_notices_show_the_hard_cases() -> None:
    by_id = {notice["notice_id"]: notice for _name, notice in notices()}
    assert len(by_id) == len(notices())
    people = [(one["family_name"], one["birth_date"], one["unit"]) for one in by_id.values()]
    assert len(people) - len(set(people)) == 1, "one of them reports the same person twice"
    assert any(one["homeless"] == "yes" for one in by_id.values())
    assert any(one["citizenship"] == "UA" and one["language"] == "uk" for one in by_id.values())
    assert any(one.get("no_pesel_reason") == "not_known" for one in by_id.values())
    assert any(one["release_at"][:10] == one["sent_at"] for one in by_id.values())


def test_the_notices_survive_the_code_page_of_offices() -> None:
    for file in EXAMPLES:
        text = file.read_text(encoding="utf-8")
        assert text.encode("cp1250").decode("cp1250") == text


@each_process
def test_every_trial_names_tasks_that_exist(folder: Path) -> None:
    names = {task.name for task in human(folder)}
    for file in sorted(folder.glob("trials/*.json")):
        for step in json.loads(file.read_text(encoding="utf-8"))["steps"]:
            assert set(step.get("open", [])) <= names, (file.name, step)
            assert step.get("complete", next(iter(names))) in names, (file.name, step)
