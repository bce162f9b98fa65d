"""Who somebody is, sealed and unsealed; plain text lives only between a form and a page."""

from dataclasses import dataclass, field
from uuid import UUID

from desk.casework.models import Party
from desk.kernel.vault import ring

ENCRYPTED = ("name", "org", "uscc", "phone", "email")


@dataclass(frozen=True, slots=True)
class PartyData:
    """Who somebody is, in plain text."""

    name: str | None = field(default=None, repr=False)
    org: str | None = field(default=None, repr=False)
    uscc: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    phone_private: bool = False


def column_of(column: str, party_id: UUID) -> str:
    """Name the place a ciphertext belongs to; it opens nowhere else."""
    return f"parties|{column}|{party_id}"


def seal(party_id: UUID, data: PartyData) -> dict[str, bytes | None]:
    """Encrypt every part under a new key of the row; the key itself comes back wrapped."""
    dek, wrapped = ring().new_dek(aad=column_of("dek_e", party_id))
    sealed: dict[str, bytes | None] = {"dek_e": wrapped}
    for name in ENCRYPTED:
        value = getattr(data, name)
        column = f"{name}_e"
        sealed[column] = ring().seal(dek, value, aad=column_of(column, party_id)) if value else None
    return sealed


def unseal(party: Party) -> PartyData:
    """Read a party in plain text; an erased one has nothing left.

    A reading by staff must be recorded by the caller, in the same transaction.
    """
    if party.dek_e is None:
        return PartyData()
    dek = ring().unwrap(party.dek_e, aad=column_of("dek_e", party.id))
    plain = {
        name: ring().open(dek, sealed, aad=column_of(f"{name}_e", party.id))
        for name in ENCRYPTED
        if (sealed := getattr(party, f"{name}_e")) is not None
    }
    return PartyData(**plain, phone_private=party.phone_private)
