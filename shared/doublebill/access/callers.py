"""Callers: who asks, by which name they are counted, and what they may do to which catalogs.

`callers/callers.json` says it, one object for the whole deployment:

    {"callers": [{"name": "web-shop",
                  "principal": "arn:aws:iam::123456789012:role/shop",      an IAM principal, `*` for any characters; or
                  "jwt": {"claim": "client_id", "value": "shop"},           a claim of the token and its value
                  "grants": [{"catalogs": "movies*", "rights": ["read", "write", "train", "admin"]}],
                  "requests_per_day": 100000,                               optional
                  "user_claim": "sub"}]}                                    optional: only that user's own paths

The first caller that matches counts; who matches none has no grants. Rights do not imply each other, save that admin
implies all. Content of games is granted as the catalog `games/<kind>`. Where there is no such object the account has
one owner with all grants, and who comes with a token may read as the user whom the token's `sub` names.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args

from msgspec import Meta

from doublebill import schema
from doublebill.access.wildcards import ANY, Pattern, matches
from doublebill.errors import Complaint, Forbidden, InvalidInput, NotFound
from doublebill.schema import Input, whole

type Right = Literal["read", "write", "train", "admin"]

RIGHTS: tuple[Right, ...] = get_args(Right.__value__)

MAX_CALLERS = 500

MAX_RECENT = 1000

LOCAL = "local"
"""Principal of whoever asks an embedded run, where nothing proves who it is."""

SESSION = re.compile(r"arn:([^:]*):sts::([0-9]*):assumed-role/([^/]*)/[^/]*")

type Principal = Annotated[
    str,
    Meta(
        max_length=256,
        pattern=whole(r"(arn:|\*).*|local"),
        description="the ARN of a role or user, * for any part, or local",
    ),
]


class Grant(Input, frozen=True):
    """Rights on the catalogs whose names match a pattern."""

    catalogs: Pattern
    rights: Annotated[tuple[Right, ...], Meta(min_length=1, max_length=len(RIGHTS))]


class Claim(Input, frozen=True):
    """A claim of a token and the value that it must have."""

    claim: Annotated[str, Meta(min_length=1, max_length=256)]
    value: Annotated[str, Meta(min_length=1, max_length=1024)]


class Entry(Input, frozen=True):
    """A caller as the object declares it."""

    name: Annotated[
        str,
        Meta(
            pattern=whole(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
            description="1 to 64 of letters, digits, . _ and -, beginning with a letter or digit",
        ),
    ]
    grants: Annotated[tuple[Grant, ...], Meta(max_length=100)]
    principal: Principal | None = None
    jwt: Claim | None = None
    requests_per_day: Annotated[int, Meta(ge=1, le=10**12)] | None = None
    user_claim: Annotated[str, Meta(min_length=1, max_length=256)] | None = None


class Document(Input, frozen=True):
    """What the object `callers/callers.json` holds."""

    callers: Annotated[tuple[Entry, ...], Meta(max_length=MAX_CALLERS)]


@dataclass(frozen=True)
class Identity:
    """Who the platform says is asking: an IAM principal's ARN, or a token's claims, or neither."""

    principal: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Caller:
    """Who is asking, as far as decisions go."""

    name: str
    grants: Sequence[Grant] = ()
    requests_per_day: int | None = None
    user_id: str | None = None
    """The only user whose paths it may ask for; None where it may ask for any."""

    def allows(self, catalog: str, right: Right) -> bool:
        """Whether it has the right on the catalog; `*` stands for all catalogs at once."""
        wanted = {right, "admin"}
        return any(wanted & set(grant.rights) and matches(grant.catalogs, catalog) for grant in self.grants)

    def sees(self, catalog: str) -> bool:
        """Whether it has any right on the catalog."""
        return any(matches(grant.catalogs, catalog) for grant in self.grants)


OWNER = Caller("owner", (Grant(ANY, RIGHTS),))
NOBODY = Caller("nobody")
"""Who matches no caller."""


@dataclass(frozen=True)
class Callers:
    """Everybody who may ask; `entries` is None where nothing is declared."""

    entries: Sequence[Entry] | None = None
    recent: dict[str, Caller] = field(default_factory=dict, compare=False, repr=False)
    """Whom principals were found to be, at most `MAX_RECENT` of them."""

    @classmethod
    def from_bytes(cls, data: bytes) -> "Callers":
        """The callers that the object's bytes declare.

        Raises:
            InvalidInput: naming every field that is wrong.
        """
        try:
            parsed = json.loads(data, object_pairs_hook=_each_key_once)
        except InvalidInput:
            raise
        except (ValueError, RecursionError) as wrong:
            raise InvalidInput.one("callers", f"not JSON: {wrong}", "use JSON in UTF-8") from wrong
        document = schema.read(Document, parsed)
        complaints = [one for place, entry in enumerate(document.callers) for one in _complaints(place, entry)]
        complaints += _complaints_of_names(document.callers)
        if complaints:
            raise InvalidInput(complaints)
        return cls(document.callers)

    def of(self, identity: Identity) -> Caller:
        """Whom the identity belongs to: the first that matches, or `NOBODY`."""
        if self.entries is None:
            return _undeclared(identity)
        if identity.claims:
            return self._found(identity)
        if identity.principal not in self.recent:
            if len(self.recent) >= MAX_RECENT:
                self.recent.clear()
            self.recent[identity.principal] = self._found(identity)
        return self.recent[identity.principal]

    def _found(self, identity: Identity) -> Caller:
        principals = _principals(identity)
        entries = (entry for entry in self.entries or () if _is(entry, principals, identity.claims))
        return next((_caller(entry, identity.claims) for entry in entries), NOBODY)


def check(caller: Caller, catalog: str, right: Right) -> None:
    """Returns where the caller has the right on the catalog.

    Raises:
        NotFound: when it sees nothing of the catalog: in the words for a catalog that does not exist.
        Forbidden: when it sees the catalog, but has not this right.
    """
    if caller.allows(catalog, right):
        return
    if not caller.sees(catalog):
        raise NotFound(f"there is no catalog {catalog!r}")
    raise Forbidden(f"this needs the right to {right} on {catalog!r}, which caller {caller.name!r} has not")


def check_user(caller: Caller, user_id: str | None) -> None:
    """Returns where the caller may ask for this user, or for users at large (None).

    Raises:
        Forbidden: when it is bound to another; whether that one exists is not told.
    """
    if caller.user_id is not None and caller.user_id != user_id:
        raise Forbidden(f"caller {caller.name!r} may ask only for the user of its token")


def _undeclared(identity: Identity) -> Caller:
    """One account has one owner; but tokens are many people's, so each reads for itself."""
    if not identity.claims:
        return OWNER if identity.principal else NOBODY
    return Caller("token", (Grant(ANY, ("read",)),), user_id=identity.claims.get("sub", ""))


def _principals(identity: Identity) -> list[str]:
    """The ARN; that of a session also as the role that it assumed."""
    session = SESSION.fullmatch(identity.principal)
    role = [f"arn:{session[1]}:iam::{session[2]}:role/{session[3]}"] if session else []
    return [identity.principal, *role] if identity.principal else []


def _is(entry: Entry, principals: Sequence[str], claims: Mapping[str, str]) -> bool:
    if entry.jwt is not None:
        return claims.get(entry.jwt.claim) == entry.jwt.value
    return any(matches(entry.principal or "", principal) for principal in principals)


def _caller(entry: Entry, claims: Mapping[str, str]) -> Caller:
    user_id = None
    if entry.user_claim is not None:
        user_id = claims.get(entry.user_claim, "")
    return Caller(entry.name, entry.grants, entry.requests_per_day, user_id)


def _complaints(place: int, entry: Entry) -> list[Complaint]:
    """What is wrong with an entry beyond its fields."""
    here = f"callers[{place}]"
    found: list[Complaint] = []
    if (entry.principal is None) == (entry.jwt is None):
        both = "neither principal nor jwt" if entry.jwt is None else "both principal and jwt"
        found.append(Complaint(here, f"has {both}", "give one of them"))
    if entry.user_claim is not None and entry.jwt is None:
        found.append(Complaint(f"{here}.user_claim", "there is no jwt whose claim it is", "give jwt beside it"))
    if re.search(r":role/[^*]*/", entry.principal or ""):
        found.append(
            Complaint(
                f"{here}.principal", "the role has a path, which no session shows", "leave out the path of the role"
            )
        )
    return found


def _complaints_of_names(entries: Sequence[Entry]) -> list[Complaint]:
    met = {NOBODY.name}  # others are counted under it
    found = []
    for place, entry in enumerate(entries):
        if entry.name in met:
            found.append(
                Complaint(f"callers[{place}].name", f"{entry.name!r} is taken", "use a name that no other caller has")
            )
        met.add(entry.name)
    return found


def _each_key_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput.one(twice, "the key occurs twice", "use each key once")
    return made
