"""Sizes, names and shapes: what keeps files readable."""

import ast
from pathlib import Path

LINES = {".py": 300, ".css": 300, ".html": 150, ".js": 100, ".sh": 300, "": 300}
FUNCTION_LINES = 40
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "services",
    "service",
    "managers",
    "repositories",
    "mixins",
}
FOREIGN = {
    "django.dispatch": "own signals: record an event",
    "django.db.models.signals": "signals: record an event",
    "django.contrib.contenttypes.fields": "generic relations: name the model",
}


def too_long(path: Path, text: str) -> list[str]:
    lines = text.count("\n")
    found = [f"{lines} lines of {LINES[path.suffix]}"] if lines > LINES[path.suffix] else []
    if path.suffix != ".py":
        return found
    return found + [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines of {FUNCTION_LINES - 1}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 >= FUNCTION_LINES
    ]


def is_vague(path: Path) -> bool:
    return not VAGUE.isdisjoint([*path.parts[:-1], path.stem])


def foreign_habits(source: str) -> list[str]:
    """Django's ways that this house does without: signals, generic relations, save() with effects."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module=module) if module in FOREIGN:
                found.append(f"line {node.lineno}: {FOREIGN[module]}")
            case ast.Import(names=names):
                found += [
                    f"line {node.lineno}: {FOREIGN[each.name]}" for each in names if each.name in FOREIGN
                ]
            case ast.FunctionDef(name="save" | "delete") if [arg.arg for arg in node.args.args[:1]] == [
                "self"
            ]:
                found.append(f"line {node.lineno}: {node.name}() with effects: write an operation")
    return found


CHANNELS_DO_WITHOUT = (
    "django.db",
    "django.http",
    "django.views",
    "django.contrib",
    "django.template",
    "starlette",
)


def beyond_a_channel(source: str) -> list[str]:
    """Imports of databases, requests and pages: a channel sees bytes and messages only."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names]
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        else:
            continue
        found += [
            f"line {node.lineno}: {name}"
            for name in names
            if any(f"{name}.".startswith(f"{root}.") for root in CHANNELS_DO_WITHOUT)
        ]
    return found


_DECISIONS = (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.Lambda, ast.With, ast.ListComp, ast.SetComp,
              ast.DictComp, ast.GeneratorExp, ast.BoolOp, ast.Compare, ast.BinOp, ast.Match)  # fmt: skip


def more_than_lists(source: str) -> list[str]:
    """wiring/ holds imports, lists and `connect()`: no decision, no other function."""
    found = []
    for node in ast.parse(source).body:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                continue
            case ast.Assign() | ast.AnnAssign():
                decisions = [part for part in ast.walk(node) if isinstance(part, _DECISIONS)]
                found += [f"line {part.lineno}: {type(part).__name__}" for part in decisions]
            case ast.FunctionDef(name="connect"):
                decisions = [
                    part
                    for part in ast.walk(node)
                    if isinstance(part, _DECISIONS) and not isinstance(part, ast.For)
                ]
                found += [f"line {part.lineno}: {type(part).__name__} in connect()" for part in decisions]
            case _:
                found.append(f"line {node.lineno}: {type(node).__name__}")
    return found
