"""What is seen of the project's code: places, each with what stands there in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ready_gate.model import Origin


@dataclass(frozen=True)
class Spot:
    """A place in the code. `kind` says what it is, `text` is a clause that a message is made of, `fix` what to do in the project's own words."""

    kind: str
    at: Origin
    text: str
    fix: str | None = None


@dataclass(frozen=True)
class WriteView:
    """A view that takes input: `raw` where something unchecked reaches a model, a query or a gateway; `spots` say what, `fix` how views of its kind
    check."""

    name: str
    at: Origin
    raw: bool
    spots: tuple[Spot, ...] = ()
    fix: str | None = None


@dataclass(frozen=True)
class InputCode:
    """How views take input. `writes` are those that take any; `spots` what else matters (kinds `code`, `sql`, `built-sql`, `all-fields`, `redirect`,
    `path`); `undecided` why more may be there; `views` how many there are."""

    writes: tuple[WriteView, ...] = ()
    spots: tuple[Spot, ...] = ()
    undecided: tuple[str, ...] = ()
    views: int = 0


@dataclass(frozen=True)
class PersonalCode:
    """Card data (`cards`: fields of models, kinds `number`, `code`, `expiry`; `logged`), personal fields (`personal`, the kind says what it is), and
    what serves a person's rights to export or erasure (`rights`)."""

    cards: tuple[Spot, ...] = ()
    logged: tuple[Spot, ...] = ()
    personal: tuple[Spot, ...] = ()
    rights: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Authenticator:
    """A class of the project that authenticates requests. `expires`: whether it turns old tokens away, None where that cannot be told; `drf`: its
    tokens are those of DRF's TokenAuthentication."""

    at: Origin
    expires: bool | None
    drf: bool = False


@dataclass(frozen=True)
class Mint:
    """A place where a token is made. `ends`: whether it says when it ends, None where that cannot be told (`what` is then the reason); `seconds` how
    long it lives, where that is written there; `purpose`: `access`, `refresh`, `once` (sent by mail), `outside` (for another's API), `signed`."""

    at: Origin
    ends: bool | None
    seconds: float | None
    purpose: str
    what: str


@dataclass(frozen=True)
class TokenCode:
    """Views that accept DRF's own tokens (`drf`, the text is the class), classes that authenticate by their path, and the tokens that are made."""

    drf: tuple[Spot, ...] = ()
    own: Mapping[str, Authenticator] = field(default_factory=dict)
    mints: tuple[Mint, ...] = ()


@dataclass(frozen=True)
class PasswordCode:
    """Where passwords that people choose are set: kinds `checked`, `by-hand` (by rules of the project's own) and `unchecked`."""

    sites: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Throttle:
    """A throttle class: the library's class that it is (`base`), its own rate and scope (empty where they are computed), and whether it counts by
    itself (`own`)."""

    name: str
    base: str
    rate: str | None = None
    scope: str | None = None
    own: bool = False
    at: Origin | None = None


@dataclass(frozen=True)
class Limited:
    """A view with throttles, with a scope for a default one, or with a decorator (`by`: `throttles`, `decorator`, or `unblocked` for one that only
    counts)."""

    view: str
    at: Origin
    throttles: tuple[Throttle, ...] = ()
    scope: str | None = None
    by: str = "throttles"


@dataclass(frozen=True)
class LimitCode:
    """The project's throttle classes, its limited views, what answers 429 after counting or refuses by a count in the cache (by function and class),
    views that log people in (kind `api-login` for those of REST framework), and what refuses by a count kept elsewhere (`maybe`)."""

    throttles: Mapping[str, Throttle] = field(default_factory=dict)
    views: tuple[Limited, ...] = ()
    answering: Mapping[str, Spot] = field(default_factory=dict)
    logins: tuple[Spot, ...] = ()
    maybe: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Served:
    """A place where URL patterns have Django hand out files. `by`: `static()`, `serve` or `staticfiles_urlpatterns()`; `guarded`: only with DEBUG on;
    `setting`: the other setting it hangs on (`not X` where it must be off, empty for something else), None where it hangs on nothing."""

    at: Origin
    by: str
    guarded: bool
    setting: str | None


@dataclass(frozen=True)
class ServedFiles:
    """Every such place."""

    places: tuple[Served, ...] = ()


@dataclass(frozen=True)
class UsageCode:
    """Middleware of the project that counts or logs requests by their path, and how many entries of MIDDLEWARE are the project's own."""

    counting: tuple[Spot, ...] = ()
    own: int = 0


@dataclass(frozen=True)
class Pages:
    """A pagination class: its path (empty for DRF's default), its own size of a page (None: PAGE_SIZE), and whether clients may ask for any size."""

    name: str
    at: Origin | None
    size: int | None
    unbounded: bool = False


@dataclass(frozen=True)
class ListView:
    """An endpoint that answers with a list. `kind`: `default` (DRF's default pagination), `own` (a class or code of its own), `none` (switched
    off), `cut` (a fixed number of rows), `override` (a `list` of the project that does not paginate), `function` (a function or plain view that
    gives everything)."""

    name: str
    at: Origin
    kind: str
    pages: Pages | None = None
    model: str = ""


@dataclass(frozen=True)
class ListCode:
    """The list endpoints of the project."""

    views: tuple[ListView, ...] = ()


@dataclass(frozen=True)
class SensitiveLogging:
    """Log calls that are given passwords, cards or tokens: kind `sure` with the name of the value, `probable` with a whole request."""

    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class HealthRoute:
    """A route that is called like a health check: whether it answers without credentials (and why), and whether it asks the database."""

    pattern: str
    at: Origin
    open: bool | None
    touches: bool | None
    why: str = ""


@dataclass(frozen=True)
class HealthCode:
    """The health routes; why there may be more routes than are known; and how many routes there are."""

    routes: tuple[HealthRoute, ...] = ()
    problems: tuple[str, ...] = ()
    total: int = 0


@dataclass(frozen=True)
class Unindexed:
    """A field (`app.model.field`) that lists filter or order by and that has no index; `uses` are what for, by which view, and where."""

    field: str
    at: Origin | None
    uses: tuple[tuple[str, str, Origin], ...]


@dataclass(frozen=True)
class IndexCode:
    """Such fields; why more may be there; and how many lists were looked at."""

    fields: tuple[Unindexed, ...] = ()
    undecided: tuple[str, ...] = ()
    lists: int = 0


@dataclass(frozen=True)
class QueryCode:
    """Places that ask the database more often than they have to (kinds `relation`, `query`, `loop`, `len`, `count`), and how many lists there are."""

    spots: tuple[Spot, ...] = ()
    lists: int = 0
