"""Callers: the identities that may call, the names they are metered under, and their rights on catalogs.

One object for the whole deployment, `callers/callers.json`, declares them:

    {"callers": [{"name": "web-shop",
                  "principal": "arn:aws:iam::123456789012:role/shop",      an IAM principal, `*` for any characters; or
                  "jwt": {"claim": "client_id", "value": "shop"},           a claim of the token and its value
                  "grants": [{"catalogs": "movies*", "rights": ["read", "write", "train", "people", "admin"]}],
                  "requests_per_day": 100000,                               optional
                  "user_claim": "sub"}]}                                    optional: only that user's own paths

The first caller that matches an identity applies; an identity without one has no grants. Rights do not imply each
other, except that admin implies all. Content of games is granted as the catalog `games/<kind>`. Without this object,
the account has one owner with all grants, and each token may read as the user in its `sub`.
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

type Right = Literal["read", "write", "train", "people", "admin"]

RIGHTS: tuple[Right, ...] = get_args(Right.__value__)

MAX_CALLERS = 500

MAX_RECENT = 1000

LOCAL = "local"
"""Principal of all requests to an embedded run, which has no authorizer."""

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
    """The object `callers/callers.json`."""

    callers: Annotated[tuple[Entry, ...], Meta(max_length=MAX_CALLERS)]


@dataclass(frozen=True)
class Identity:
    """The identity that the platform proves: an IAM principal's ARN, or a token's claims, or a release, or none."""

    principal: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    release: bool = False
    """Whether the platform asks for itself, before a release answers anybody."""


@dataclass(frozen=True)
class Caller:
    """A caller with everything that decisions about its requests need."""

    name: str
    grants: Sequence[Grant] = ()
    requests_per_day: int | None = None
    user_id: str | None = None
    """The only user that it may name; None if it may name any."""

    def allows(self, catalog: str, right: Right) -> bool:
        """Checks whether it has the right on the catalog; `*` stands for all catalogs at once."""
        wanted = {right, "admin"}
        return any(wanted & set(grant.rights) and matches(grant.catalogs, catalog) for grant in self.grants)

    def sees(self, catalog: str) -> bool:
        """Checks whether it has any right on the catalog."""
        return any(matches(grant.catalogs, catalog) for grant in self.grants)


OWNER = Caller("owner", (Grant(ANY, RIGHTS),))
NOBODY = Caller("nobody")
"""The caller of every identity that matches no declared one."""


RELEASE = Caller("_release", (Grant(ANY, ("read",)),))
"""The caller of golden requests; no declared one can have its name."""


@dataclass(frozen=True)
class Callers:
    """The declared callers; `entries` is None if nothing is declared."""

    entries: Sequence[Entry] | None = None
    recent: dict[str, Caller] = field(default_factory=dict, compare=False, repr=False)
    """The callers of recent principals, at most `MAX_RECENT`."""

    @classmethod
    def from_bytes(cls, data: bytes) -> "Callers":
        """Reads the callers that the object's bytes declare.

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
        """Returns the first caller that matches the identity, or `NOBODY`."""
        if identity.release:
            return RELEASE
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
    """Checks that the caller has the right on the catalog.

    Raises:
        NotFound: when it has no right on the catalog, with the message of a catalog that does not exist.
        Forbidden: when it has other rights on the catalog, but not this one.
    """
    if caller.allows(catalog, right):
        return
    if not caller.sees(catalog):
        raise NotFound(f"there is no catalog {catalog!r}")
    raise Forbidden(f"this needs the right to {right} on {catalog!r}, which caller {caller.name!r} does not have")


def check_user(caller: Caller, user_id: str | None) -> None:
    """Checks that the caller may name this user, or users in general (None).

    Raises:
        Forbidden: when it is bound to another; the message does not say whether the named one exists.
    """
    if caller.user_id is not None and caller.user_id != user_id:
        raise Forbidden(f"caller {caller.name!r} may name only the user of its token, and change nothing for others")


def _undeclared(identity: Identity) -> Caller:
    """Returns the caller where none is declared: an account has one owner, but each token reads for its own user."""
    if not identity.claims:
        return OWNER if identity.principal else NOBODY
    return Caller("token", (Grant(ANY, ("read",)),), user_id=identity.claims.get("sub", ""))


def _principals(identity: Identity) -> list[str]:
    """Returns the ARN, and for a session that of the assumed role too."""
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
    """Returns the complaints about an entry that its fields alone do not show."""
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
