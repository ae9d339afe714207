"""Every address, how it is used, and who may: a new one shows up here, and in review."""

from __future__ import annotations

from uuid import UUID

import pytest

EVERYBODY = "everybody"
SIGNED_IN = "who is signed in"
#: method and rule → who may; the permission or the visibility behind it is the engine's
ROUTES = {
    ("GET", "/sign-in"): EVERYBODY, ("POST", "/sign-in"): EVERYBODY, ("POST", "/sign-out"): EVERYBODY,
    ("POST", "/language"): EVERYBODY, ("GET", "/passwords/<link>"): EVERYBODY, ("POST", "/passwords/<link>"): EVERYBODY,
    ("GET", "/help"): EVERYBODY, ("GET", "/licences"): EVERYBODY, ("GET", "/healthz"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY, ("GET", "/static/<path:filename>"): EVERYBODY,
    ("GET", "/institutions"): SIGNED_IN, ("POST", "/institutions"): "who holds a role there",
    ("GET", "/"): SIGNED_IN,
    ("GET", "/tasks/<uuid:work_item_id>"): "takes part",
    ("POST", "/tasks/<uuid:work_item_id>/claim"): "ClaimWorkItem",
    ("POST", "/tasks/<uuid:work_item_id>/release"): "ReleaseWorkItem",
    ("POST", "/tasks/<uuid:work_item_id>/draft"): "team of the task",
    ("POST", "/tasks/<uuid:work_item_id>/completion"): "CompleteWorkItem, OfferHandover, AcceptHandover, …",
    ("GET", "/tasks/<uuid:work_item_id>/completion"): "takes part",
    ("GET", "/cases"): SIGNED_IN,
    ("GET", "/cases/<uuid:case_id>"): "takes part",
    ("GET", "/cases/<uuid:case_id>/diagram"): "takes part, auditors",
    ("GET", "/cases/<uuid:case_id>/attributes"): "takes part",
    ("POST", "/cases/<uuid:case_id>/attributes"): "ChangeAttributes",
    ("POST", "/cases/<uuid:case_id>/incidents/<uuid:incident_id>/retry"): "RetryIncident",
    ("GET", "/cases/<uuid:case_id>/pause"): "SuspendCase", ("POST", "/cases/<uuid:case_id>/pause"): "SuspendCase",
    ("POST", "/cases/<uuid:case_id>/resumption"): "ResumeCase",
    ("GET", "/cases/<uuid:case_id>/messages/<name>"): "SendMessage",
    ("POST", "/cases/<uuid:case_id>/messages/<name>"): "SendMessage",
    ("GET", "/cases/<uuid:case_id>/papers"): "takes part",
    ("GET", "/cases/<uuid:case_id>/papers/<paper>/<language>"): "takes part, in a role of the paper",
    ("POST", "/cases/<uuid:case_id>/papers/<paper>/<language>/prints"): "PrintPaper",
    ("GET", "/attachments/<uuid:attachment_id>"): "who may see the answer",
    ("GET", "/notices"): SIGNED_IN, ("POST", "/notices"): "OpenCase", ("GET", "/notices/new"): "OpenCase",
    ("GET", "/notices/<uuid:case_id>"): "takes part", ("GET", "/notices/files"): "OpenCase",
    ("POST", "/notices/files"): "OpenCase", ("POST", "/notices/files/import"): "OpenCase",
    ("POST", "/notices/files/rejected"): SIGNED_IN, ("GET", "/notices/files/template"): "OpenCase",
    ("GET", "/handovers"): SIGNED_IN, ("GET", "/handovers/<uuid:handover_id>"): "takes part, auditors",
    ("GET", "/figures"): "partners of an agreement, leaders, owners, auditors", ("GET", "/figures.csv"): "the same",
    ("GET", "/audits"): "auditors", ("GET", "/audits/cases/<uuid:case_id>"): "auditors",
    ("POST", "/audits/cases/<uuid:case_id>/verification"): "auditors",
    ("GET", "/audits/streams/<any(admin, access):name>"): "auditors",
    ("GET", "/administration"): "administrators",
    ("POST", "/administration/institutions"): "AddInstitution", ("POST", "/administration/accounts"): "AddAccount",
    ("POST", "/administration/roles"): "GrantRole", ("POST", "/administration/roles/end"): "EndRole",
    ("POST", "/administration/agreements"): "SignAgreement",
    ("GET", "/kept-messages"): "administrators, who coordinates",
    ("POST", "/kept-messages/<uuid:message_id>/delivery"): "DeliverKeptMessage",
    ("POST", "/kept-messages/<uuid:message_id>/end"): "DiscardMessage",
    ("GET", "/registers"): SIGNED_IN, ("GET", "/registers/<register>"): "who may read it",
    ("GET", "/registers/<register>/table.csv"): "who may read it",
    ("GET", "/registers/<register>/rows/<uuid:row_id>"): "who may read it",
    ("GET", "/registers/<register>/new"): "PutRegisterRow", ("POST", "/registers/<register>/new"): "PutRegisterRow",
    ("GET", "/registers/<register>/rows/<uuid:row_id>/edit"): "who may read it",
    ("POST", "/registers/<register>/rows/<uuid:row_id>/edit"): "PutRegisterRow",
    ("POST", "/registers/<register>/rows/<uuid:row_id>/retirement"): "RetireRegisterRow",
    ("GET", "/registers/<register>/import"): "PutRegisterRow",
    ("POST", "/registers/<register>/import"): "PutRegisterRow",
    ("GET", "/cases/<uuid:case_id>/places"): "takes part", ("POST", "/cases/<uuid:case_id>/places"): "BookPlace",
    ("POST", "/cases/<uuid:case_id>/places/<uuid:booking_id>/release"): "ReleasePlace",
    ("GET", "/mailbox"): "who is signed in, in a demonstration",
}  # fmt: skip
SOMETHING = UUID("00000000-0000-7000-8000-000000000000")
PRIVATE = sorted(route for route, who in ROUTES.items() if who != EVERYBODY)


def test_the_list_of_routes_is_complete(app):
    found = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert found == set(ROUTES)


def filled(rule):
    """The rule with an identifier of nothing."""
    for name in ("work_item_id", "case_id", "incident_id", "attachment_id", "handover_id", "row_id", "booking_id",
                 "message_id"):
        rule = rule.replace(f"<uuid:{name}>", str(SOMETHING))
    rule = rule.replace("<paper>", "x").replace("<language>", "pl")
    rule = rule.replace("<name>", "Message").replace("<register>", "providers")
    return rule.replace("<any(admin, access):name>", "access")


@pytest.mark.parametrize(("method", "rule"), PRIVATE)
def test_a_visitor_is_asked_to_sign_in_everywhere_else(visitor, method, rule):
    answer = visitor.client.open(filled(rule), method=method)
    assert answer.status_code in ({302, 404} if rule == "/mailbox" else {302} if method == "GET" else {401})


@pytest.mark.parametrize("rule", sorted(rule for method, rule in ROUTES if method == "POST" and rule != "/sign-in"))
def test_nothing_changes_without_the_token_of_the_session(enter, rule):
    if rule in {"/passwords/<link>", "/sign-out"}:
        rule = rule.replace("<link>", "x")
    assert enter("anna").client.post(filled(rule)).status_code == 403
