"""Names of other rooms in templates, addresses, static files and foreign keys point down."""

import ast
import re
from pathlib import Path

_TEMPLATE = re.compile(r"""\{%-?\s*(?:extends|include)\s+["'](\w+)/""")
_URL = re.compile(r"""\{%-?\s*url\s+["'](\w+):""")
_STATIC = re.compile(r"""\{%-?\s*static\s+["'](\w+)/""")
_LOAD = re.compile(r"""\{%-?\s*load\s+([^%]+?)\s*-?%\}""")
_NAMED_ROOM = re.compile(r"^(\w+)[:/.][\w./-]+$")

ADDRESSING = {"reverse", "reverse_lazy", "redirect", "resolve_url", "render", "get_template", "select_template",
              "render_to_string", "import_string", "import_module"}  # fmt: skip


def room_of(path: Path | str) -> str:
    """okienko/<room>/… → <room>"""
    return Path(path).parts[1]


def _loaded(text: str, tag_libraries: dict[str, str]) -> list[str]:
    names = [name for names in _LOAD.findall(text) for name in names.split(" from ")[-1].split()]
    return [tag_libraries[name] for name in names if name in tag_libraries]


def rooms_in_template(text: str, tag_libraries: dict[str, str]) -> set[str]:
    """Rooms a template names. A name that is data (navigation, panels) is given by wiring and not meant here."""
    named = [*_TEMPLATE.findall(text), *_URL.findall(text), *_STATIC.findall(text)]
    return {*named, *_loaded(text, tag_libraries)}


def rooms_in_python(source: str) -> set[str]:
    """Rooms named by text in calls such as reverse("room:name") or render(request, "room/show.html")."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) in ADDRESSING:
            for word in node.args:
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    found.update(_NAMED_ROOM.findall(word.value.removeprefix("okienko."))[:1])
    return found


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def too_high(room: str, named: set[str], order: list[str]) -> list[str]:
    """Rooms of `named` that stand above `room`. What is no room of ours (admin, npm) is nobody's business."""
    return sorted(other for other in named if other in order and order.index(other) > order.index(room))


def upward_keys(model, order: list[str]) -> list[str]:
    """Foreign keys that point to a higher room, or leave an attribute on a lower room's model."""
    here, found = model._meta.app_label, []
    for field in model._meta.local_fields + model._meta.local_many_to_many:
        there = field.related_model._meta.app_label if field.related_model else here
        if there == here or there not in order:
            continue
        if order.index(there) > order.index(here):
            found.append(f"{field} points up to {there}")
        if not field.remote_field.related_name or not field.remote_field.related_name.endswith("+"):
            found.append(f"{field} adds an attribute to {there}: related_name='+'")
    return found


def unseen_reads(source: str, guarded: set[str]) -> list[str]:
    """Reads of a guarded model that do not begin with `.objects.visible_to(…)`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=model), attr="objects"), attr=first) if (
                model in guarded and first != "visible_to"
            ):
                found.append(f"line {node.lineno}: {model}.objects.{first}")
    return found
