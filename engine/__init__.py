"""Casework between institutions, run from BPMN diagrams. This package knows nothing of the web.

The map of the floors; imports only ever go down:

    assembly           the Engine: carry_out(command, actor) and look(query, actor); the parts meet here only
    settings           frozen settings, read once from the environment
    jobs               what the clock asks for, carried out as SYSTEM through the same door
    commands, queries  change | look; beside each other, never through each other
    store              the only writer of the database: ledger, projections, tables, revisions
    bpmn               the only place that knows SpiffWorkflow and XML
    model              words and rules: dataclasses, enums, tables; standard library only

The same plural noun names a file on every floor: `ls engine/*/handovers.py web/handovers.py` is the feature.
"""
