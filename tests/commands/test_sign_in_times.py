"""An account whose owner has not chosen a password yet is proved against no less work than any other address."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.commands import access
from engine.model.commands import SignIn
from tests.cast import PASSWORD


@pytest.mark.parametrize("hash_kept", ["", "its own"])
def test_every_address_costs_one_verification(monkeypatch: pytest.MonkeyPatch, hash_kept: str) -> None:
    verified: list[str] = []

    def matches(known: str, password: str) -> bool:
        verified.append(known)
        return password == "nobody has this password"

    monkeypatch.setattr(access, "_matches", matches)
    account = UUID(int=7)
    proved = access.prove(SignIn(email="anna@powrot.example", password=PASSWORD), lambda _: (account, hash_kept))
    decoy = access.prove(SignIn(email="anna@powrot.example", password="nobody has this password"),
                         lambda _: (account, hash_kept))
    assert all(verified), "never against nothing, which would answer at once"
    assert proved.proved is None
    assert (decoy.proved is None) == (not hash_kept), "the decoy's password opens nothing"
