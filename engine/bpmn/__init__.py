"""Diagrams, decisions and expressions, as BPMN 2.0.2 and DMN mean them; nobody else knows SpiffWorkflow or XML."""
