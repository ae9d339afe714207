"""The cast: fixed people whom every test knows, in fixed institutions. Ewa has no business here: she sees nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.assembly import Engine
from engine.model.actors import Actor, system
from engine.model.commands import AddAccount, AddInstitution, GrantRole, SignAgreement

PASSWORD = "zielone jabłka rosną wysoko"

#: institution → name, short name, telephone
INSTITUTIONS = {
    "prison": ("Zakład Karny w Mieście", "ZK", "82 500 00 01"),
    "family-support": ("Miejski Ośrodek Pomocy Rodzinie", "MOPR", "82 500 00 02"),
    "probation": ("Zespół Kuratorów Sądowych", "Kuratorzy", "82 500 00 03"),
    "labour": ("Powiatowy Urząd Pracy", "PUP", "82 500 00 04"),
    "ngo": ("Stowarzyszenie Nowy Start", "Nowy Start", "82 500 00 05"),
    "outside": ("Urząd Gminy Gdzie Indziej", "Gdzie Indziej", "82 500 00 06"),
    "office": ("Urząd Miasta", "Urząd Miasta", "82 500 00 07"),
}

#: person → name, institution, roles there
PEOPLE = {
    "zofia": ("Zofia Wójcik", "prison", ("prison",)),
    "anna": ("Anna Nowak", "family-support", ("social-worker",)),
    "barbara": ("Barbara Lis", "family-support", ("social-worker",)),
    "krystyna": ("Krystyna Maj", "family-support", ("coordinator",)),
    "leon": ("Leon Zając", "family-support", ("leader", "coordinator")),
    "marek": ("Marek Dąb", "probation", ("probation",)),
    "maria": ("Maria Wrona", "labour", ("labour",)),
    "natalia": ("Natalia Żak", "ngo", ("ngo",)),
    "ewa": ("Ewa Obca", "outside", ("coordinator", "social-worker", "prison")),
    "ola": ("Ola Kłos", "office", ("process-owner",)),
    "adam": ("Adam Rewers", "office", ("auditor",)),
    "igor": ("Igor Sowa", "office", ("administrator",)),
    "dorota": ("Dorota Ochrona", "office", ("data-protection",)),
}

#: who shares cases with whom, in which role
AGREEMENT = (
    ("prison", "prison"), ("family-support", "coordinator"), ("family-support", "social-worker"),
    ("probation", "probation"), ("labour", "labour"), ("ngo", "ngo"),
)
ADMINISTRATION = system("tests")


@dataclass(frozen=True)
class Cast:
    """Actors and institutions by their short names."""

    institutions: dict[str, UUID]
    actors: dict[str, Actor]

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.actors[name]
        except KeyError:
            raise AttributeError(name) from None


def email(name: str) -> str:
    """The address a member of the cast signs in with."""
    return f"{name}@powrot.example"


def enter(engine: Engine, *, passwords: bool = False, agreement: tuple[tuple[str, str], ...] = AGREEMENT) -> Cast:
    """The cast enters an empty installation by real commands."""
    institutions: dict[str, UUID] = {}
    for key, (name, short_name, phone) in INSTITUTIONS.items():
        receipt = engine.carry_out(AddInstitution(name=name, short_name=short_name, phone=phone), ADMINISTRATION)
        institutions[key] = UUID(hex=receipt.extra["institution"])
    actors: dict[str, Actor] = {}
    for key, (name, place, roles) in PEOPLE.items():
        receipt = engine.carry_out(
            AddAccount(email=email(key), name=name, password=PASSWORD if passwords else ""), ADMINISTRATION)
        account_id = UUID(hex=receipt.extra["account"])
        for role in roles:
            engine.carry_out(GrantRole(account_id=account_id, institution_id=institutions[place], role=role),
                             ADMINISTRATION)
        actors[key] = Actor(account_id, name, institutions[place], INSTITUTIONS[place][1], frozenset(roles))
    engine.carry_out(SignAgreement(name="Porozumienie", parties=tuple(
        (institutions[place], role) for place, role in agreement)), ADMINISTRATION)
    return Cast(institutions, actors)
