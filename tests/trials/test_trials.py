"""Trials play a diagram through the real door and say in one sentence what does not hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.trials import TrialResult, line, run_trial, run_trials, trials_in, unreached
from tests.bpmn.sketches import condition, sketch

ROOT = Path(__file__).parents[2]
TIMER = ('<bpmn:timerEventDefinition><bpmn:{0} xsi:type="bpmn:tFormalExpression">{1}</bpmn:{0}>'
         "</bpmn:timerEventDefinition>")
BOUNDARY = '<bpmn:boundaryEvent id="late" attachedToRef="u1" cancelActivity="{}">{}</bpmn:boundaryEvent>'
MESSAGE = '<bpmn:message id="m" name="Termin"/>'
MANY = ('<bpmn:multiInstanceLoopCharacteristics {}><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">3'
        "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>")


def script(text: str) -> str:
    return f"<bpmn:script>{text}</bpmn:script>"


class Tried:
    """A folder with one diagram and its trials."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "demo"
        (self.folder / "trials").mkdir(parents=True)

    def draw(self, data: bytes, name: str = "demo.bpmn") -> None:
        (self.folder / name).write_bytes(data)

    def write(self, trial: Any, name: str = "trial.json") -> Path:
        path = self.folder / "trials" / name
        path.write_text(trial if isinstance(trial, str) else json.dumps(trial), encoding="utf-8")
        return path

    def play(self, *steps: dict[str, Any], **more: Any) -> TrialResult:
        return run_trial(self.write({"title": "t", "process": "process", "steps": list(steps)} | more))


@pytest.fixture
def tried(tmp_path: Path) -> Tried:
    return Tried(tmp_path)


def test_a_task_without_a_form_takes_any_answers_and_each_is_a_variable(tried: Tried) -> None:
    tried.draw(sketch("s u1 u2 e"))
    result = tried.play(
        {"open": ["u1"]}, {"complete": "u1", "answers": {"x": 1, "y": [1, {"z": "ż"}]}},
        {"variables": {"x": 1.0, "y": [1, {"z": "ż"}], "given": "before"}}, {"open": ["u2"]}, {"ended": False},
        {"complete": "u2"}, {"open": []}, {"ended": True}, {"ran": {"u1": 1, "u2": 1, "s": 1, "e": 1}},
        variables={"given": "before"})  # fmt: skip
    assert result.message == ""
    assert result.passed
    assert set(result.as_json()) == {"trial", "passed", "step", "message", "open", "ended", "ran", "variables",
                                     "incidents"}
    assert (result.open, result.ended, result.variables["x"]) == ([], True, 1)
    assert line(result).startswith("ok ")


@pytest.mark.parametrize(("step", "message"), [
    ({"open": ["u2"]}, "open are u1"),
    ({"open": ["u1", "u1"]}, "open are u1"),
    ({"complete": "u2"}, "no task u2 is open; open are u1"),
    ({"complete": "u1", "index": 1}, "of the task u1 1 are open, index 1"),
    ({"ended": True}, "1 of 1 instances are running; open are u1"),
    ({"variables": {"x": True}}, "x is 1, not true"),
    ({"variables": {"gone": 1}}, "gone is not set, not 1"),
    ({"ran": {"u1": 1}}, "u1 ran 0 times, not 1"),
    ({"ran": {"gone": 0}}, "there is no element gone"),
    ({"incident": True}, "the open incidents are none"),
    ({"job": "post", "result": {}}, "no job post waits"),
    ({"decide": "gone", "inputs": {}, "outputs": 1}, "there is no decision gone"),
    ({"decided": {"gone": [1]}}, "gone took the rows []"),
    ({"start": "gone"}, "there is no executable process gone"),
])  # fmt: skip
def test_what_does_not_hold_is_said_with_what_was_found(tried: Tried, step: dict[str, Any], message: str) -> None:
    tried.draw(sketch("s u1 u2 e"))
    result = tried.play({"open": ["u1"]}, step, variables={"x": 1})
    assert not result.passed
    assert result.step == 2
    assert message in result.message
    assert result.open == ["u1"]
    assert line(result).startswith("FAILED ")


@pytest.mark.parametrize(("trial", "message"), [
    ("{", "not valid JSON"),
    ("[]", "not one JSON object"),
    ("[" * 100_000, "nested too deeply"),
    ('{"title": NaN}', "NaN is not a number"),
    ({"steps": []}, "“title” is missing"),
    ({"title": "t"}, "“steps” is missing"),
    ({"title": "t", "process": "p", "steps": [], "stepps": []}, "“stepps” is not a key"),
    ({"title": "t", "process": "p", "steps": [{"opne": []}]}, "step 1: it has none of the keys"),
    ({"title": "t", "process": "p", "steps": [{"open": [], "index": 1}]}, "step 1: “index” is not a key"),
    ({"title": "t", "process": "p", "steps": [{"open": "u1"}]}, "step 1: “open” must be a list"),
    ({"title": "t", "process": "p", "steps": [{"complete": "u", "index": True}]}, "step 1: “index” must be"),
    ({"title": "t", "process": "p", "steps": [{"advance": "5 minutes"}]}, "not an ISO 8601 duration"),
    ({"title": "t", "process": "p", "steps": [{"job": "a", "result": {}, "error": "E"}]}, "either a “result” or"),
    ({"title": "t", "process": "p", "steps": [], "at": "tomorrow"}, "not a moment"),
    ({"title": "t", "process": "p", "steps": [], "files": ["gone.bpmn"]}, "gone.bpmn: No such file"),
    ({"title": "t", "steps": [{"open": []}]}, "“process” is missing"),
    ({"title": "t", "steps": [None]}, "step 1: it must be an object"),
    ({"title": "t", "process": "p", "steps": [{"open": [5]}]}, "step 1: “open” must hold names"),
    ({"title": "t", "process": "p", "steps": [{"ran": {"a": "1"}}]}, "step 1: “ran” must hold"),
    ({"title": "t", "process": "p", "steps": [{"decided": {"a": [0]}}]}, "step 1: “decided” must hold"),
    ({"title": "t", "process": "p", "steps": [{"advance": "P9999Y"}]}, "longer than a thousand years"),
    ({"title": "t", "process": "p", "steps": [{"job": "a", "result": 5}]}, "step 1: “result” must be an object"),
    ({"title": "t", "process": "p", "steps": [], "at": "0001-01-01"}, "between the years"),
    ({"title": "t", "process": "p", "steps": [], "files": [5]}, "names no file"),
    ('{"title": "t", "process": "p", "steps": [], "files": ["\\u0000"]}', "names no file"),
    ('{"title": "t", "process": "p", "steps": [], "files": ["\\ud800"]}', "names no file"),
    ('{"title": "t", "title": "u", "process": "p", "steps": []}', "“title” stands twice"),
    ('{"title": "t", "process": "p", "variables": {"x": ' + "9" * 5000 + '}, "steps": []}', "too many digits"),
    ({"title": "t", "process": "gone", "steps": []}, "there is no executable process gone"),
])  # fmt: skip
def test_an_invalid_trial_is_named_with_its_fault(tried: Tried, trial: Any, message: str) -> None:
    tried.draw(sketch("s u1 e"))
    result = run_trial(tried.write(trial))
    assert not result.passed
    assert message in result.message


def test_a_trial_of_a_missing_file_fails_with_a_sentence(tmp_path: Path) -> None:
    assert "No such file" in run_trial(tmp_path / "gone.json").message


def test_the_clock_walks_from_due_time_to_due_time_and_a_cycle_fires_once_a_period(tried: Tried) -> None:
    late = BOUNDARY.format("false", TIMER.format("timeCycle", "R/P1D"))
    counting = script("count = (if count = null then 0 else count) + 1")
    tried.draw(sketch("s u1 e; late. a2 e2", more=late, bodies={"a2": counting}))
    result = tried.play({"advance": "PT23H59M"}, {"ran": {"a2": 0}}, {"advance": "PT1M"}, {"ran": {"a2": 1}},
                        {"advance": "P9D"}, {"ran": {"a2": 10}}, {"variables": {"count": 10}}, {"open": ["u1"]},
                        at="2027-03-20T08:00:00+01:00")
    assert result.message == ""


def test_the_time_named_by_the_trial_is_the_time_of_the_process(tried: Tried) -> None:
    tried.draw(sketch("s k. u1 e", more='<bpmn:intermediateCatchEvent id="k">'
                      + TIMER.format("timeDate", "2027-12-24T12:00:00+01:00") + "</bpmn:intermediateCatchEvent>"))
    result = tried.play({"open": []}, {"advance": "PT2H"}, {"open": ["u1"]}, at="2027-12-24T10:00:00+01:00")
    assert result.message == ""


def test_a_timer_that_fires_for_ever_ends_with_a_sentence(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.trials.plays.MOST_ROUNDS", 50)
    tried.draw(sketch("s u1 e; late. e2", more=BOUNDARY.format("false", TIMER.format("timeCycle", "R/PT1S"))))
    result = tried.play({"advance": "P30D"})
    assert "stopped after 50" in result.message


def test_a_loop_without_end_ends_with_a_sentence(tried: Tried) -> None:
    tried.draw(sketch("s x1 a1 x2 x1; x2 e", bodies={"a1": script("n = 1"), "x2-e": condition("=n > 1")},
                      attributes={"x2": 'default="x2-x1"'}))
    result = tried.play({"open": []})
    assert not result.passed
    assert result.message


def test_each_instance_of_a_multi_instance_counts_once_and_its_body_not(tried: Tried) -> None:
    tried.draw(sketch("s u1 u2 e", bodies={"u1": MANY.format('isSequential="false"'),
                                           "u2": MANY.format('isSequential="true"')}))
    result = tried.play({"open": ["u1", "u1", "u1"]}, {"complete": "u1", "index": 2}, {"complete": "u1", "index": 1},
                        {"complete": "u1"}, {"ran": {"u1": 3}}, {"complete": "u2"}, {"complete": "u2"},
                        {"ran": {"u2": 2}}, {"complete": "u2"}, {"ran": {"u1": 3, "u2": 3}}, {"ended": True})
    assert result.message == ""


def test_a_standard_loop_counts_each_round_once(tried: Tried) -> None:
    tried.draw(sketch("s u1 e", bodies={"u1": '<bpmn:standardLoopCharacteristics loopMaximum="2"/>'}))
    result = tried.play({"complete": "u1"}, {"complete": "u1"}, {"ran": {"u1": 2}}, {"ended": True})
    assert result.message == ""


def test_a_message_starts_a_process_that_waits_for_it_and_moves_one_that_runs(tried: Tried) -> None:
    event = '<bpmn:messageEventDefinition messageRef="m"/>'
    tried.draw(sketch("s u1 r1 u2 e", root=MESSAGE, bodies={"s": event}, attributes={"r1": 'messageRef="m"'}))
    result = tried.play({"open": []}, {"ended": False}, {"message": "Termin", "payload": {"day": "2027-05-04"}},
                        {"open": ["u1"]}, {"variables": {"day": "2027-05-04"}}, {"complete": "u1"},
                        {"message": "Termin", "payload": {"day": "2027-05-05"}}, {"open": ["u2"]},
                        {"variables": {"day": "2027-05-05"}}, start=False)
    assert result.message == ""


def test_a_signal_is_heard_by_all_instances(tried: Tried) -> None:
    event = '<bpmn:signalEventDefinition signalRef="g"/>'
    tried.draw(sketch("s k. u1 e", root='<bpmn:signal id="g" name="Alarm"/>',
                      more=f'<bpmn:intermediateCatchEvent id="k">{event}</bpmn:intermediateCatchEvent>'))
    result = tried.play({"start": "process", "variables": {"n": 2}}, {"open": []}, {"signal": "Alarm"},
                        {"open": ["u1", "u1"]}, {"variables": {"n": 1}}, {"complete": "u1"}, {"ended": False},
                        {"complete": "u1"}, {"ended": True}, variables={"n": 1})
    assert result.message == ""


def test_another_process_of_the_files_can_be_started_beside(tried: Tried) -> None:
    tried.draw(sketch("s u1 e"))
    tried.draw(sketch("s9 u9 e9").replace(b'id="process"', b'id="other"').replace(b'"definitions"', b'"two"'), "o.bpmn")
    result = tried.play({"start": "other", "variables": {"a": 1}}, {"open": ["u1", "u9"]}, {"complete": "u9"},
                        {"complete": "u1"}, {"ended": True}, {"ran": {"u9": 1, "e": 1, "e9": 1}})
    assert result.message == ""


EXTERNAL = '<bpmn:serviceTask id="k" name="k" camunda:type="external" camunda:topic="post"/>'
CAUGHT = ('<bpmn:boundaryEvent id="bad" attachedToRef="k"><bpmn:errorEventDefinition errorRef="err"/>'
          "</bpmn:boundaryEvent>")


def test_a_job_is_done_by_its_topic_with_a_result_or_an_error(tried: Tried) -> None:
    tried.draw(sketch("s k. u1 e; bad. u2 e2", more=EXTERNAL + CAUGHT, root='<bpmn:error id="err" errorCode="LOST"/>'))
    done = tried.play({"job": "post", "result": {"number": "R-1"}}, {"variables": {"number": "R-1"}}, {"open": ["u1"]})
    assert done.message == ""
    failed = tried.play({"job": "post", "error": "LOST"}, {"open": ["u2"]}, {"ran": {"bad": 1, "k": 0}})
    assert failed.message == ""


STUCK = sketch("s u1 x1 u2 e; x1 u3 e", bodies={"x1-u2": condition("=way = 1"), "x1-u3": condition("=way = 2")})


def test_an_incident_that_no_step_names_fails_the_trial(tried: Tried) -> None:
    tried.draw(STUCK)
    result = tried.play({"complete": "u1", "answers": {"way": 3}})
    assert not result.passed
    assert "there is an incident at x1" in result.message
    assert result.incidents == ["x1"]


@pytest.mark.parametrize("named", ["x1", True])
def test_an_incident_can_be_expected_and_leaves_the_task_open(tried: Tried, named: Any) -> None:
    tried.draw(STUCK)
    result = tried.play({"complete": "u1", "answers": {"way": 3}}, {"incident": named}, {"open": ["u1"]})
    assert result.message == ""
    assert result.passed


def test_an_incident_at_the_very_start_can_be_expected(tried: Tried) -> None:
    tried.draw(sketch("s x1 u2 e; x1 u3 e", bodies={"x1-u2": condition("=way = 1"), "x1-u3": condition("=way = 2")}))
    assert tried.play({"incident": "x1"}, variables={"way": 3}).message == ""
    assert "incident at x1" in tried.play({"open": []}, variables={"way": 3}).message


def test_a_trial_may_expect_that_publication_refuses(tried: Tried) -> None:
    tried.draw(sketch("s a1 e", bodies={"a1": script("import os")}))
    result = tried.play(refused=True)
    assert result.passed
    assert "a1" in tried.play().message
    assert not tried.play().passed
    tried.draw(sketch("s u1 e"))
    assert not tried.play(refused=True).passed


def test_house_rules_and_legal_oddities_are_no_obstacle_to_a_trial(tried: Tried) -> None:
    tried.draw(sketch("s p1 u1 x1 p2 u3 e; p1 u2 x1"))      # surplus tokens at the join, no lane, no English
    result = tried.play({"complete": "u1"}, {"complete": "u2"}, {"open": ["u3", "u3"]})
    assert result.message == ""


TABLE = (ROOT / "tests" / "diagrams" / "DecisionGap" / "good.dmn").read_bytes()


def test_a_table_can_be_tried_alone_and_its_rows_are_known_after_a_run(tried: Tried) -> None:
    rule = ('<bpmn:businessRuleTask id="b1" name="b1" camunda:decisionRef="track" camunda:resultVariable="track" '
            'camunda:mapDecisionResult="singleEntry"/>')
    tried.draw(sketch("s b1. u1 e", more=rule))
    tried.draw(TABLE, "track.dmn")
    result = tried.play({"decide": "track", "inputs": {"days": 3}, "outputs": "URGENT"}, {"decided": {"track": [2]}},
                        {"variables": {"track": "STANDARD"}}, variables={"days": 20})
    assert result.message == ""
    alone = tried.write({"title": "t", "steps": [{"decide": "track", "inputs": {"days": 3}, "outputs": "SLOW"}]})
    assert '"URGENT", not "SLOW"' in run_trial(alone).message


def test_a_table_alone_may_be_called_by_a_name_that_only_it_has(tried: Tried) -> None:
    def tries(name: str) -> str:
        step = {"decide": name, "inputs": {"days": 3}, "outputs": "URGENT"}
        return run_trial(tried.write({"title": "t", "steps": [step]})).message

    tried.draw(TABLE, "track.dmn")
    assert tries("Tor") == ""
    assert "there is no decision Wagon; there are track (Tor)" in tries("Wagon")
    tried.draw(TABLE.replace(b'"track"', b'"second"').replace(b'"tables"', b'"more"'), "second.dmn")
    assert "2 decisions have the name Tor; name one by its id: second, track" in tries("Tor")
    assert tries("second") == ""


def test_files_can_be_named_and_folders_are_searched_for_trials(tried: Tried, tmp_path: Path) -> None:
    tried.draw(sketch("s u1 e"), "one.bpmn")
    tried.draw(b"broken", "two.bpmn")
    tried.play({"open": ["u1"]}, files=["../one.bpmn"])
    tried.write("{}", "second.json")
    found = list(trials_in([tmp_path, tried.folder / "trials" / "trial.json"]))
    assert [one.name for one in found] == ["second.json", "trial.json"]
    assert [one.passed for one in run_trials([tmp_path])] == [False, True]


def test_what_no_trial_reached_is_listed(tried: Tried) -> None:
    tried.draw(sketch("s x1 u1 e; x1 u2 e2", bodies={"x1-u1": condition("=a")}, attributes={"x1": 'default="x1-u2"'}))
    result = tried.play({"complete": "u1"}, variables={"a": True})
    assert unreached([result]) == {str(tried.folder): ["e2", "u2"]}


def test_the_shipped_trials_pass_and_reach_every_element() -> None:
    results = list(run_trials([ROOT / "processes"]))
    assert [line(one) for one in results if not one.passed] == []
    assert len(results) >= 8
    assert {folder: left for folder, left in unreached(results).items() if left} == {}


def test_the_schema_of_trials_says_the_same_as_the_reader(tried: Tried) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((ROOT / "processes" / "trial.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for path in sorted(ROOT.glob("processes/*/trials/*.json")):
        assert list(validator.iter_errors(json.loads(path.read_text(encoding="utf-8")))) == []
    assert not validator.is_valid({"title": "t", "process": "p", "steps": [{"opne": []}]})


START = '<bpmn:startEvent id="b">{}</bpmn:startEvent>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="g"/>'


@pytest.mark.parametrize("start", [True, False])
def test_each_round_of_a_start_timer_begins_an_instance_of_its_own(tried: Tried, start: bool) -> None:
    tried.draw(sketch("b. u1 e", more=START.format(TIMER.format("timeCycle", "R3/PT1H"))))
    result = tried.play({"open": []}, {"ended": False}, {"advance": "PT1H"}, {"open": ["u1"]}, {"complete": "u1"},
                        {"ended": True}, {"advance": "P1D"}, {"open": ["u1", "u1"]}, {"ran": {"b": 3}},
                        {"complete": "u1", "index": 1}, {"complete": "u1"}, {"ended": True},
                        variables={"x": 1}, start=start)
    assert result.message == ""
    assert result.variables == {"x": 1}


@pytest.mark.parametrize("start", [True, False])
def test_each_signal_begins_an_instance_where_a_process_starts_with_it(tried: Tried, start: bool) -> None:
    tried.draw(sketch("b. u1 e", more=START.format(SIGNAL), root='<bpmn:signal id="g" name="Alarm"/>'))
    result = tried.play({"signal": "Alarm", "payload": {"n": 1}}, {"open": ["u1"]}, {"variables": {"n": 1}},
                        {"signal": "Alarm"}, {"open": ["u1", "u1"]}, {"ran": {"b": 2}}, start=start)
    assert result.message == ""


def test_two_pools_of_one_file_talk_to_each_other(tried: Tried) -> None:
    answer = ('<bpmn:process id="other" isExecutable="true"><bpmn:startEvent id="asked">'
              '<bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent><bpmn:userTask id="u9" name="Reply"/>'
              '<bpmn:endEvent id="said"><bpmn:messageEventDefinition messageRef="n"/></bpmn:endEvent>'
              '<bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="u9"/>'
              '<bpmn:sequenceFlow id="f2" sourceRef="u9" targetRef="said"/></bpmn:process>')
    tried.draw(sketch("s k. r1 u1 e", more='<bpmn:sendTask id="k" messageRef="m"/>', attributes={
        "r1": 'messageRef="n"'}, root=f'{answer}{MESSAGE}<bpmn:message id="n" name="Reply"/>'))
    result = tried.play({"open": ["Reply"]}, {"complete": "Reply"}, {"open": ["u1"]}, {"complete": "u1"},
                        {"ended": True}, {"ran": {"asked": 1, "said": 1, "r1": 1}})
    assert result.message == ""


def test_a_message_nobody_waits_for_is_kept_until_a_step_does(tried: Tried) -> None:
    tried.draw(sketch("s u1 r1 u2 e", root=MESSAGE, attributes={"r1": 'messageRef="m"'}))
    result = tried.play({"message": "Termin", "payload": {"day": None}}, {"open": ["u1"]}, {"complete": "u1"},
                        {"open": ["u2"]}, {"variables": {"day": None}})
    assert result.message == ""


def test_tasks_are_named_by_name_or_id_and_a_line_break_in_a_name_is_a_space(tried: Tried) -> None:
    names = {"u1": "Rozmowa", "u2": "Rozmowa", "u3": "Złóż&#10;wniosek"}
    tasks = "".join(f'<bpmn:userTask id="{key}" name="{name}"/>' for key, name in names.items())
    tried.draw(sketch("s p1 u1. p2 e; p1 u2. p2; p1 u3. p2", more=tasks))
    result = tried.play({"open": ["Rozmowa", "Złóż wniosek", "Rozmowa"]}, {"open": ["u1", "u2", "u3"]},
                        {"complete": "Rozmowa", "index": 1}, {"open": ["u1", "Złóż wniosek"]},
                        {"complete": "Złóż\nwniosek"}, {"complete": "u1"}, {"ended": True})
    assert result.message == ""


def test_timers_fire_in_order_of_their_time_and_those_armed_on_the_way_too(tried: Tried) -> None:
    caught = "".join(f'<bpmn:intermediateCatchEvent id="k{number}">{TIMER.format("timeDuration", time)}'
                     "</bpmn:intermediateCatchEvent>"
                     for number, time in enumerate(("PT2H", "PT1H", "PT30M"), 1))
    order = {f"a{number}": script(f'order = concatenate(order, ["{number}"])') for number in (1, 2, 3)}
    tried.draw(sketch("s p1 k1. a1 e; p1 k2. a2 k3. a3 e2", more=caught, bodies=order))
    result = tried.play({"advance": "PT3H"}, {"variables": {"order": ["2", "3", "1"]}}, {"ended": True},
                        variables={"order": []})
    assert result.message == ""


@pytest.mark.parametrize(("at", "days"), [("2027-03-26T12:00:00+01:00", 4), ("2027-10-29T12:00:00+02:00", 4)])
def test_a_day_is_a_day_on_the_wall_clock_over_both_changes_of_clocks(tried: Tried, at: str, days: int) -> None:
    late = BOUNDARY.format("false", TIMER.format("timeCycle", "R/P1D"))
    tried.draw(sketch("s u1 e; late. e2", more=late))
    result = tried.play({"advance": f"P{days}D"}, {"ran": {"late": days}}, at=at)
    assert result.message == ""


def test_tables_can_be_tried_without_any_diagram(tried: Tried) -> None:
    tried.draw(TABLE, "track.dmn")
    for more in ({}, {"process": "track"}):
        steps = [{"decide": "track", "inputs": {"days": 3}, "outputs": "URGENT"}]
        assert run_trial(tried.write({"title": "t", "steps": steps} | more)).message == ""


def test_a_trial_may_be_written_in_utf_16_or_with_a_mark_at_its_beginning(tried: Tried) -> None:
    tried.draw(sketch("s u1 e"))
    text = json.dumps({"title": "t", "process": "process", "steps": [{"open": ["u1"]}]})
    path = tried.folder / "trials" / "t.json"
    for encoding in ("utf-8-sig", "utf-16"):
        path.write_bytes(text.encode(encoding))
        assert run_trial(path).message == ""


def test_files_of_one_name_in_two_folders_and_folders_can_be_named(tried: Tried) -> None:
    for name in ("one", "two"):
        (tried.folder / name).mkdir()
    other = sketch("s9 u9 e9").replace(b'id="process"', b'id="other"')
    tried.draw(sketch("s u1 e"), "one/x.bpmn")
    tried.draw(other, "two/x.bpmn")
    for files in (["../one/x.bpmn", "../two/x.bpmn"], ["../one", "../two/x.bpmn"]):
        assert tried.play({"start": "other"}, {"open": ["u1", "u9"]}, files=files).message == ""
    (tried.folder / "x.xml").write_bytes(sketch("s u1 e"))
    assert tried.play({"open": ["u1"]}, files=["../x.xml"]).message == ""


def test_why_a_step_got_stuck_is_said_in_words(tried: Tried) -> None:
    tried.draw(STUCK)
    result = tried.play({"complete": "u1", "answers": {"way": 3}}, {"open": ["u2"]})
    assert result.message == ("open are u1; there is an incident at x1: x1: no condition of its outgoing flows is true "
                              "and there is no default flow.")


KEYED = ('<bpmn:receiveTask id="k" messageRef="m"><bpmn:extensionElements><camunda:properties><camunda:property '
         'name="correlation.nr" value="=nr"/></camunda:properties></bpmn:extensionElements></bpmn:receiveTask>')
UNNAMED = ('<bpmn:message id="m" name="Termin"><bpmn:extensionElements><zeebe:subscription xmlns:zeebe="http://camunda.'
           'org/schema/zeebe/1.0" correlationKey="=nr"/></bpmn:extensionElements></bpmn:message>')


@pytest.mark.parametrize(("more", "root", "keys"), [
    (KEYED, MESSAGE, {"nr": 7}), (KEYED, MESSAGE, {"nr": 7, "year": 2027}), (KEYED, MESSAGE, {"nr": 7.0}),
    ('<bpmn:receiveTask id="k" messageRef="m"/>', UNNAMED, {"number": 7}),
])  # fmt: skip
def test_a_message_finds_its_case_by_the_keys_that_the_case_knows(
        tried: Tried, more: str, root: str, keys: dict[str, Any]) -> None:
    tried.draw(sketch("s k. u1 e", more=more, root=root))
    result = tried.play({"start": "process", "variables": {"nr": 9}},
                        {"message": "Termin", "correlation": dict.fromkeys(keys, 8)}, {"open": []},
                        {"message": "Termin", "correlation": keys}, {"open": ["u1"]}, {"complete": "u1"},
                        {"ended": False}, variables={"nr": 7})
    assert result.message == ""


def test_an_event_that_threw_what_ended_its_scope_has_run(tried: Tried) -> None:
    failing = ('<bpmn:subProcess id="k"><bpmn:startEvent id="s2"/><bpmn:endEvent id="e2"><bpmn:errorEventDefinition '
               'errorRef="err"/></bpmn:endEvent><bpmn:sequenceFlow id="f" sourceRef="s2" targetRef="e2"/>'
               "</bpmn:subProcess>")
    tried.draw(sketch("s k. e; bad. u2", more=failing + CAUGHT, root='<bpmn:error id="err" errorCode="LOST"/>'))
    result = tried.play({"open": ["u2"]}, {"ran": {"e2": 1, "bad": 1, "k": 0}})
    assert result.message == ""
    assert unreached([result]) == {str(tried.folder): ["e", "k", "u2"]}
