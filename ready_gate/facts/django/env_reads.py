"""The places in a Python file that read environment variables, found in its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LIBRARIES = frozenset({"environ", "environs", "decouple", "starlette", "prettyconf", "envparse"})
MAKERS = frozenset({"Env", "FileAwareEnv", "AutoConfig", "Config", "RepositoryEnv", "EnvParser"})
READY = frozenset({"config", "env"})  # objects that libraries and projects hand out ready to be called
NOT_CASTS = frozenset(
    ["prefixed", "read_env", "read_envfile", "seal", "dump", "get_value", "setdefault", "copy", "items", "keys", "values", "get", "pop"]
)
_URLS = frozenset(
    ["db", "db_url", "cache", "cache_url", "email", "email_url", "search_url", "queue_url", "channels_url", "dj_db_url", "dj_cache_url"]
)
COMMON = frozenset({"get", "config"})  # helpers of such a name are no helpers where they are methods
LOOKED_AT = (ast.Subscript, ast.Compare, ast.Call, ast.ClassDef)
LEARNED_FROM = (ast.ImportFrom, ast.Assign, ast.For, ast.comprehension)
LEAVES = frozenset({ast.Load, ast.Store, ast.Del, ast.Name, ast.Constant, *ast.operator.__subclasses__(), *ast.cmpop.__subclasses__()})
_CONFIGURATION_URLS = {"DatabaseURLValue": "DATABASE_URL", "CacheURLValue": "CACHE_URL", "EmailURLValue": "EMAIL_URL"}


@dataclass(frozen=True)
class FoundRead:
    """A read of a variable; `name` is None where it could not be told, `via` the enclosing function whose parameter holds it; `deferred` where it
    stands in a function."""

    name: str | None
    line: int
    has_default: bool
    cast: str | None = None
    via: str | None = None
    deferred: bool = False


@dataclass
class Helper:
    """A function of the project that reads the variable named by its parameter at `position`."""

    name: str
    position: int
    parameter: str
    default_position: int | None
    always_default: bool


@dataclass
class Reading:
    """What one file reads, and which helpers it defines."""

    reads: list[FoundRead] = field(default_factory=list)
    helpers: list[Helper] = field(default_factory=list)


Function = ast.FunctionDef | ast.AsyncFunctionDef
Around = tuple[Function, ...]


@dataclass(frozen=True)
class Place:
    """A node that may read a variable, the functions around it, and the prefix that `with env.prefixed(…)` gives the names there."""

    node: ast.AST
    around: Around
    prefix: str


class Scan:
    """One file, gone through once; what it reads can be asked for as often as the project's helpers become known."""

    def __init__(self, tree: ast.Module) -> None:
        self.environ: set[str] = set()
        self.getenv: set[str] = set()
        self.callers: set[str] = set()
        self.values: set[str] = set()
        self.schemes: dict[str, set[str]] = {}
        self.constants: dict[str, list[str]] = {}
        self.places: list[Place] = []
        self._go_through(tree)
        self.helpers: Mapping[str, Helper] = {}
        self.result = Reading()
        self.prefix = ""

    def reading(self, helpers: Mapping[str, Helper]) -> Reading:
        """Every read in the file. `helpers` are the helper functions of the project by name, whose calls are reads too."""
        self.helpers, self.result = helpers, Reading()
        for place in self.places:
            self.prefix = place.prefix
            self._look(place.node, place.around)
        return self.result

    def _go_through(self, tree: ast.Module) -> None:
        """Note the nodes that matter, in the order of the text; an explicit stack, since code may be nested without bounds."""
        stack: list[tuple[ast.AST, Around, str]] = [(tree, (), "")]
        while stack:
            node, around, prefix = stack.pop()
            if isinstance(node, LOOKED_AT):
                self.places.append(Place(node, around, prefix))
            elif isinstance(node, LEARNED_FROM):
                self._learn(node)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                around = (*around, node)
            elif isinstance(node, ast.With):
                prefix = _prefix_inside(node, prefix)
            stack += [(child, around, prefix) for child in reversed(_children(node))]

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.ImportFrom):
            self._learn_import(node)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self._learn_assignment(node.targets[0].id, node.value)
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
            self.constants.setdefault(node.target.id, []).extend(_literals(node.iter))

    def _learn_import(self, node: ast.ImportFrom) -> None:
        top = (node.module or "").partition(".")[0]
        for alias in node.names:
            bound = alias.asname or alias.name
            if top == "os" and alias.name in ("environ", "getenv"):
                (self.environ if alias.name == "environ" else self.getenv).add(bound)
            elif (alias.name in READY and (top in LIBRARIES or node.level or alias.name == "env")) and top not in ("celery", "fabric"):
                self.callers.add(bound)
            elif top == "configurations" and alias.name == "values":
                self.values.add(bound)

    def _learn_assignment(self, target: str, value: ast.expr) -> None:
        if isinstance(value, ast.Call) and _last(value.func) in MAKERS:
            self.callers.add(target)
            self.schemes[target] = {keyword.arg for keyword in value.keywords if keyword.arg and _has_scheme_default(keyword.value)}
        elif _is_environ(value) or (isinstance(value, ast.Call) and _last(value.func) == "dotenv_values"):
            self.environ.add(target)
        self.constants.setdefault(target, []).extend(_literals(value))

    def _look(self, node: ast.AST, around: Around) -> None:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and self._is_environ(node.value):
            self._note(node.slice, node.lineno, False, None, around)
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)) and self._is_environ(node.comparators[0]):
            self._note(node.left, node.lineno, True, None, around)
        elif isinstance(node, ast.Call):
            self._look_at_call(node, around)
        elif isinstance(node, ast.ClassDef):
            self._look_at_class(node)

    def _look_at_call(self, node: ast.Call, around: Around) -> None:
        function = node.func
        if self._is_getter(function):
            self._note_call(node, around, True)
        elif isinstance(function, ast.Attribute) and function.attr == "pop" and self._is_environ(function.value):
            self._note_call(node, around, len(node.args) > 1)
        elif isinstance(function, ast.Name) and function.id in self.callers:
            self._note_call(node, around, self._library_default(node, function.id), _cast_of(node))
        elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in self.callers:
            if function.attr not in NOT_CASTS:
                self._note_call(node, around, self._library_default(node, function.value.id), function.attr)
            elif function.attr in ("get_value", "get"):
                self._note_call(node, around, self._library_default(node, function.value.id), _cast_of(node))
        elif _last(function) in self.helpers and not (isinstance(function, ast.Attribute) and _last(function) in COMMON):
            self._helper_call(node, self.helpers[_last(function)], around)

    def _is_getter(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Name):
            return function.id in self.getenv
        if isinstance(function, ast.Attribute):
            return (function.attr == "getenv" and _last(function.value) == "os") or (function.attr == "get" and self._is_environ(function.value))
        return False

    def _library_default(self, node: ast.Call, caller: str) -> bool:
        if any(keyword.arg == "default" for keyword in node.keywords):
            return True
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and first.value in self.schemes.get(caller, ()):
            return True
        return len(node.args) > 1 and not _is_type(node.args[1])

    def _note_call(self, node: ast.Call, around: Around, has_default: bool, cast: str | None = None) -> None:
        key = next((keyword.value for keyword in node.keywords if keyword.arg in ("key", "name", "var", "option")), None)
        argument = node.args[0] if node.args else key
        if argument is None and _last(node.func) in _URLS:
            argument = ast.Constant({"db": "DATABASE_URL", "cache": "CACHE_URL", "email": "EMAIL_URL"}.get(_last(node.func), ""), lineno=node.lineno)
        if argument is not None and not isinstance(argument, ast.Starred):
            self._note(argument, node.lineno, has_default, cast, around)

    def _note(
        self,
        key: ast.expr,
        line: int,
        has_default: bool,
        cast: str | None,
        around: Around,
    ) -> None:
        names = _literals(key) or (self.constants.get(key.id, []) if isinstance(key, ast.Name) else [])
        function, position = _parameter(key, around)
        if function is not None:
            self._note_helper(function, position, key, has_default)
            self.result.reads.append(FoundRead(None, line, has_default, cast, via=function.name))
        elif names:
            self.result.reads += [
                FoundRead(self.prefix + name, line, has_default, cast, deferred=bool(around)) for name in dict.fromkeys(names) if name
            ]
        else:
            self.result.reads.append(FoundRead(None, line, has_default, cast))

    def _note_helper(self, function: Function, position: int, key: ast.expr, has_default: bool) -> None:
        arguments = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        default = next((index for index, name in enumerate(arguments) if name in ("default", "default_value", "fallback", "fail_default")), None)
        method = bool(arguments) and arguments[0] in ("self", "cls")
        shift = 1 if method else 0
        parameter = key.id if isinstance(key, ast.Name) else ""
        raises = any(isinstance(node, ast.Raise) for node in ast.walk(function))
        helper = Helper(function.name, position - shift, parameter, None if default is None else default - shift, has_default and not raises)
        if all(helper.name != other.name for other in self.result.helpers):
            self.result.helpers.append(helper)

    def _helper_call(self, node: ast.Call, helper: Helper, around: Around) -> None:
        key = next((keyword.value for keyword in node.keywords if keyword.arg == helper.parameter), None)
        argument = node.args[helper.position] if 0 <= helper.position < len(node.args) else key
        if argument is None or isinstance(argument, ast.Starred) or not isinstance(argument, (ast.Constant, ast.Name)):
            return
        named = any(keyword.arg in ("default", "default_value", "fallback") for keyword in node.keywords)
        given = helper.default_position is not None and len(node.args) > helper.default_position
        self._note(argument, node.lineno, helper.always_default or named or given, None, around)

    def _look_at_class(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            target, value = _field(statement)
            if target and isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and _last(value.func.value) in self.values:
                self._configuration_value(target, value)
        if any(_last(base) == "BaseSettings" for base in node.bases):
            self.result.reads += list(_pydantic_fields(node))

    def _configuration_value(self, target: str, value: ast.Call) -> None:
        keywords = {keyword.arg: keyword.value for keyword in value.keywords}
        if _constant(keywords.get("environ")) is False:
            return
        kind = _last(value.func)
        own, prefix = _constant(keywords.get("environ_name")), _constant(keywords.get("environ_prefix"), "DJANGO")
        name = _CONFIGURATION_URLS.get(kind, "") if own is None and "environ_prefix" not in keywords else ""
        full = name or "_".join(str(part) for part in (prefix, own or target) if part)
        needed = kind == "SecretValue" or _constant(keywords.get("environ_required")) is True
        self.result.reads.append(FoundRead(full, value.lineno, not needed, kind.removesuffix("Value").lower() or None))

    def _is_environ(self, node: ast.expr) -> bool:
        return _is_environ(node) or (isinstance(node, ast.Name) and node.id in self.environ)


def _prefix_inside(node: ast.With, prefix: str) -> str:
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and _last(call.func) == "prefixed" and call.args and isinstance(call.args[0], ast.Constant):
            return prefix + str(_constant(call.args[0]))
    return prefix


def _children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly inside, without what says nothing by itself (operators, contexts, names)."""
    found: list[ast.AST] = []
    for name in node._fields:
        held = getattr(node, name, None)
        if type(held) is list:
            found += [part for part in held if isinstance(part, ast.AST) and type(part) not in LEAVES]
        elif isinstance(held, ast.AST) and type(held) not in LEAVES:
            found.append(held)
    return found


def _is_environ(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("environ", "environb") and _last(node.value) == "os"


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _literals(node: ast.expr) -> list[str]:
    elements = node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else [node]
    return [element.value for element in elements if isinstance(element, ast.Constant) and isinstance(element.value, str)]


def _is_type(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("str", "int", "bool", "float", "list", "tuple", "dict")


def _has_scheme_default(node: ast.expr) -> bool:
    return isinstance(node, ast.Tuple) and len(node.elts) > 1


def _cast_of(node: ast.Call) -> str | None:
    cast = next((keyword.value for keyword in node.keywords if keyword.arg == "cast"), None)
    return _last(cast.func if isinstance(cast, ast.Call) else cast) or None if cast is not None else None


def _parameter(key: ast.expr, around: Around) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef | None, int]:
    if isinstance(key, ast.Name):
        for function in reversed(around):
            names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
            if key.id in names:
                return function, names.index(key.id)
    return None, 0


def _field(statement: ast.stmt) -> tuple[str | None, ast.expr | None]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id, statement.value
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id, statement.value
    return None, None


def _pydantic_fields(node: ast.ClassDef) -> Iterator[FoundRead]:
    """The fields of a settings class, each read from the variable of its name in capitals, with the class's prefix."""
    prefix = next((_prefix(inner) for inner in ast.walk(node) if _prefix(inner)), "")
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name) or statement.target.id == "model_config":
            continue
        value = statement.value
        call = value if isinstance(value, ast.Call) and _last(value.func) == "Field" else None
        keywords = {keyword.arg: keyword.value for keyword in call.keywords} if call else {}
        own = next((name for key in ("validation_alias", "alias", "env") if isinstance(name := _constant(keywords.get(key)), str)), None)
        has_default = _field_default(call) if call else value is not None
        name = own or f"{prefix}{statement.target.id}"
        yield FoundRead(name.upper(), statement.lineno, has_default, _last(statement.annotation) or None)


def _field_default(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    given = first is not None and _constant(first) is not ...
    return given or any(keyword.arg in ("default", "default_factory") for keyword in call.keywords)


def _prefix(node: ast.AST) -> str:
    """The `env_prefix` that a keyword or an assignment in a settings class gives."""
    value = _constant(node.value) if isinstance(node, (ast.keyword, ast.Assign)) else None
    targets = [_last(target) for target in node.targets] if isinstance(node, ast.Assign) else [getattr(node, "arg", "")]
    return value if targets == ["env_prefix"] and isinstance(value, str) else ""


def _constant(node: ast.expr | None, default: object = None) -> object:
    """The constant, `default` where there is none."""
    return node.value if isinstance(node, ast.Constant) else default
