"""Figures (part of S9): what practice can learn from, as tables, charts and a file. Nobody can be found in them."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from flask import Blueprint, Response, render_template, request

from engine.model.errors import NotFound
from engine.queries.figures import Board, FigureBoard, Table
from web import current
from web.languages import _, spoken

screen = Blueprint("figures", __name__)


@screen.get("/figures")
def board() -> str:
    """The figures of a definition for a year or quarter, of all institutions or of one."""
    return render_template("figures.html", board=current.look(_asked()))


@screen.get("/figures.csv")
def file() -> Response:
    """The same as a file that spreadsheets open: UTF-8 with a mark, semicolons."""
    found: Board = current.look(_asked())
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Figure"), _("Row"), _("Value"), _("Number")])
    for table in found.tables:
        writer.writerows(_lines(table))
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers={
        "Content-Disposition": f'attachment; filename="{found.definition}-{found.year}.csv"'})


def _lines(table: Table) -> list[list[str]]:
    language = spoken()
    return [[table.name.in_language(language), row.name.in_language(language), value.in_language(language),
             _("hidden") if count is None else str(count)]
            for row in table.rows for value, count in zip(table.values, row.counts, strict=True)]


def _asked() -> FigureBoard:
    given = request.args
    try:
        return FigureBoard(given.get("definition", ""), int(given.get("year") or 0), int(given.get("quarter") or 0),
                           UUID(given["institution"]) if given.get("institution") else None)
    except ValueError:
        raise NotFound from None
