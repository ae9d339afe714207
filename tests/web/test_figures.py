"""The page of figures: tables and charts of what was counted, for partners."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.visitors import Visitor

Enter = Callable[[str], Visitor]


def test_the_figures_are_tables_with_charts_and_a_file(enter: Enter) -> None:
    anna = enter("anna").get("/figures")
    assert anna.status == 200
    for words in ("czego możemy się nauczyć", "Wynik potrzeb", "Gdzie przekazania czekały", "Rok", "NIK 2019"):
        assert words in anna.text
    file = enter("adam").get("/figures.csv?year=2027")
    assert file.text.startswith("Liczba;Wiersz;Odpowiedź;Ile")


def test_an_outsider_sees_no_figures(enter: Enter) -> None:
    assert enter("ewa").get("/figures").status == 403


def test_a_strange_question_is_answered_with_a_sentence(enter: Enter) -> None:
    for asked in ("?year=x", "?quarter=9", "?institution=7", "?definition=nothing"):
        assert enter("anna").get(f"/figures{asked}").status == 404
