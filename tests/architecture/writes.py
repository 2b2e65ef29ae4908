"""Who writes to the database: operations, and a few modules that keep their own tables."""

import ast
import re

WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "create_user", "create_superuser", "_raw_delete",
}  # fmt: skip
WRITES |= {f"a{name}" for name in WRITES}

MAY_WRITE = re.compile(
    r"""okienko/(
        \w+/operations(\.py|/\w+\.py)           # every change of a room
        | events/(log|queue|schedule)\.py        # the log, the queue and the schedule keep their own rows
        | files/store\.py                        # a blob's row and file belong together
        | search/index\.py                       # the index row
        | front/demo/backdating\.py              # the times of days that the demonstration tells of: see there
        | lib/rows\.py                           # the means, not the act: see ROW_WRITES
        | .*/(migrations|tests)/.*
    )$""",
    re.VERBOSE,
)

# okienko/lib/rows.py writes rows without the ORM; whoever calls these writes.
ROW_WRITES = {"insert", "insert_all", "update"}

_READS = re.compile(
    r"\s*(SELECT|PRAGMA (?!\w+\s*=)|EXPLAIN|LISTEN|UNLISTEN|SHOW|WITH(?!.*\b(INSERT|UPDATE|DELETE)\b))",
    re.DOTALL | re.IGNORECASE,
)
_EXECUTE = {"execute", "executemany", "executescript"}


def may_write(path: str) -> bool:
    return bool(MAY_WRITE.match(path))


def _is_write(call: ast.Call) -> bool:
    """QuerySet.update() takes keywords only, .save() and .delete() nothing by place.

    Those of dicts, storages and pictures do; a visitor's session is Django's, and no row of ours.
    """
    name = call.func.attr
    is_other = name.removeprefix("a") in {"update", "delete", "save"} and call.args
    return name in WRITES and not is_other and ast.unparse(call.func) != "request.session.save"


def _names_of_rows(tree: ast.Module) -> set[str]:
    """What this file calls okienko/lib/rows.py."""
    return {
        each.asname or each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "okienko.lib"
        for each in node.names
        if each.name == "rows"
    }


def _row_writers_imported(tree: ast.Module) -> list[str]:
    return [
        f"line {node.lineno}: rows.{each.name}()"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "okienko.lib.rows"
        for each in node.names
        if each.name in ROW_WRITES
    ]


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """Everything that any name of the file is ever set to."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and node.value is not None:
                    found.setdefault(target.id, []).append(node.value)
    return found


def _asks_only(node: ast.expr, assigned: dict, depth: int = 0) -> bool:
    """True when the statement is a question, whichever of its possible texts it turns out to be."""
    if depth > 5:
        return False
    match node:
        case (
            ast.Constant(value=str() as text) | ast.JoinedStr(values=[ast.Constant(value=str() as text), *_])
        ):
            return bool(_READS.match(text))
        case ast.Name(id=name):
            return name in assigned and all(
                _asks_only(value, assigned, depth + 1) for value in assigned[name]
            )
        case ast.IfExp(body=one, orelse=other):
            return _asks_only(one, assigned, depth + 1) and _asks_only(other, assigned, depth + 1)
        case ast.Call(func=ast.Attribute(value=inner, attr="format" | "strip")) | ast.BinOp(left=inner):
            return _asks_only(inner, assigned, depth + 1)
    return False


def writes_in(source: str) -> list[str]:
    """ "line 3: .save()" for each call that writes, and each statement that is not plainly a question."""
    tree = ast.parse(source)
    assigned, rows = _assigned(tree), _names_of_rows(tree)
    found = _row_writers_imported(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name = node.func.attr
        if getattr(node.func.value, "id", None) in rows:
            found += [f"line {node.lineno}: rows.{name}()"] if name in ROW_WRITES else []
        elif _is_write(node):
            found.append(f"line {node.lineno}: .{name}()")
        elif name in _EXECUTE and not (node.args and _asks_only(node.args[0], assigned)):
            found.append(f"line {node.lineno}: .{name}() of more than a question")
    return found
