"""What import-linter cannot see: foreign keys, templates, writes, sizes, styles, traces.

The rules are in tests/architecture/; that each can fail is shown in tests/test_architecture_rules.py.
EXCEPTIONS may only shrink: one that is no longer needed fails too.
"""

import re
import tomllib
from pathlib import Path

from django.apps import apps
from django.conf import settings

from tests.architecture import directions, pages, shape, styles, tree, writes

ORDER = [name.removeprefix("okienko.") for name in settings.OKIENKO_APPS]
ALL = [path for path in sorted(tree.files()) if path.name != "package-lock.json"]
HOUSE = [path for path in ALL if path.parts[0] == "okienko"]
PYTHON = [path for path in HOUSE if path.suffix == ".py" and "migrations" not in path.parts]
PRODUCT = [path for path in PYTHON if "tests" not in path.parts]
TEMPLATES = [path for path in HOUSE if path.suffix == ".html" and "templates" in path.parts]
STYLES = [path for path in HOUSE if path.suffix == ".css" and path.name != "tokens.css"]
TOKENS = Path("okienko/ui/static/ui/css/tokens.css")
SCRIPTS = [path for path in HOUSE if path.suffix == ".js"]
TAG_LIBRARIES = {path.stem: directions.room_of(path) for path in HOUSE if path.parent.name == "templatetags"}

# (file, the complaint without its line)
EXCEPTIONS: set[tuple[str, str]] = set()


def text_of(path: Path) -> str:
    return (tree.ROOT / path).read_text()


def _without_line(complaint: str) -> str:
    return re.sub(r"^line \d+: ", "", complaint)


def complaints(paths: list[Path], rule) -> dict[str, list[str]]:
    """What a rule says of each file, without what is excepted; files it likes are left out."""
    found = {
        str(path): [each for each in rule(path) if (str(path), _without_line(each)) not in EXCEPTIONS]
        for path in paths
    }
    return {path: said for path, said in found.items() if said}


def of_text(rule):
    return lambda path: rule(text_of(path))


def test_there_is_something_to_look_at():
    assert [bool(found) for found in (PRODUCT, TEMPLATES, STYLES, SCRIPTS, TAG_LIBRARIES)] == [True] * 5


def test_the_order_of_the_apps_is_that_of_the_layers():
    config = tomllib.loads(text_of(Path("pyproject.toml")))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    storeys = {
        room.strip(" ()"): number
        for number, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }
    heights = [storeys[room] for room in ORDER]
    assert heights == sorted(heights)


def test_foreign_keys_point_down_and_leave_no_trace():
    ours = [model for model in apps.get_models() if model._meta.app_label in ORDER]
    assert [fault for model in ours for fault in directions.upward_keys(model, ORDER)] == []


def rooms_above(path: Path, named: set[str]) -> list[str]:
    return directions.too_high(directions.room_of(path), named, ORDER)


def rooms_above_in_template(path: Path) -> list[str]:
    return rooms_above(path, directions.rooms_in_template(text_of(path), TAG_LIBRARIES))


def rooms_above_in_python(path: Path) -> list[str]:
    return rooms_above(path, directions.rooms_in_python(text_of(path)))


def test_templates_look_down():
    assert complaints(TEMPLATES, rooms_above_in_template) == {}


def test_names_in_python_look_down():
    assert complaints([path for path in PRODUCT if path.parts[1] in ORDER], rooms_above_in_python) == {}


def test_channels_know_no_database_and_no_request():
    channels = [path for path in PRODUCT if path.parts[1] == "channels"]
    assert complaints(channels, of_text(shape.beyond_a_channel)) == {}


def test_only_operations_write():
    assert (
        complaints([path for path in PRODUCT if not writes.may_write(str(path))], of_text(writes.writes_in))
        == {}
    )


def unseen_reads(path: Path) -> list[str]:
    guarded = {model.__name__ for model in apps.get_models() if hasattr(model._default_manager, "visible_to")}
    return directions.unseen_reads(text_of(path), guarded)


def test_pages_read_only_what_the_agent_may_see():
    pages_of_rooms = [path for path in PRODUCT if re.search(r"[/_](views|panels|forms)(/|\.py)", str(path))]
    assert complaints(pages_of_rooms, unseen_reads) == {}


def too_long(path: Path) -> list[str]:
    return shape.too_long(path, text_of(path))


def test_files_and_functions_stay_small():
    ours = [path for path in ALL if path.suffix in {".py", ".css", ".html", ".js"} or path.parts[0] == "bin"]
    assert complaints([path for path in ours if "migrations" not in path.parts], too_long) == {}


def test_names_say_something():
    assert [path for path in PRODUCT if shape.is_vague(path)] == []


def test_the_house_does_without():
    assert complaints(PRODUCT, of_text(shape.foreign_habits)) == {}


def test_nothing_is_declared_safe():
    assert complaints(PRODUCT, of_text(pages.faults_of_python)) == {}


def test_a_conversation_stays_small():
    model = apps.get_model("conversations", "Conversation")
    assert len(model._meta.local_fields + model._meta.local_many_to_many) <= 20


def test_wiring_holds_lists_only():
    wiring = [path for path in PRODUCT if path.parts[1] == "wiring"]
    assert len(wiring) > 1
    assert complaints(wiring, of_text(shape.more_than_lists)) == {}


def test_templates_hold_no_code_and_no_style():
    assert complaints(TEMPLATES, of_text(pages.faults_of_template)) == {}


def test_personal_data_is_shown_in_one_way_only():
    of_customers = [path for path in TEMPLATES if path.parts[1] in {"contacts", "conversations"}]
    assert complaints(of_customers, of_text(pages.faults_of_personal_data)) == {}


def test_colours_and_sizes_are_tokens():
    assert complaints(STYLES, of_text(styles.faults_of_style)) == {}


def test_every_variable_of_a_style_sheet_is_declared_somewhere():
    declared = {
        name for path in [*STYLES, TOKENS, *SCRIPTS] for name in styles.variables_declared(text_of(path))
    }
    assert complaints(STYLES, lambda path: sorted(styles.variables_needed(text_of(path)) - declared)) == {}


def test_scripts_wrap_pages_that_already_work():
    assert complaints(SCRIPTS, of_text(pages.faults_of_script)) == {}


def test_no_file_tells_where_it_was_made():
    assert complaints([*ALL, Path("package-lock.json")], of_text(tree.traces_in)) == {}


def test_requirements_are_pinned_with_hashes_and_no_address():
    lists = [path for path in ALL if re.fullmatch(r"requirements.*\.txt", path.name)]
    assert complaints(lists, of_text(tree.faults_of_requirements)) == {}


def test_the_browser_lock_has_no_address():
    assert complaints([Path("package-lock.json")], of_text(tree.faults_of_package_lock)) == {}


RULES = {
    ".py": [
        of_text(writes.writes_in),
        of_text(shape.foreign_habits),
        of_text(pages.faults_of_python),
        unseen_reads,
        too_long,
        rooms_above_in_python,
    ],
    ".html": [of_text(pages.faults_of_template), too_long, rooms_above_in_template],
    ".css": [of_text(styles.faults_of_style), too_long],
    ".js": [of_text(pages.faults_of_script), too_long],
}


def test_every_exception_is_still_needed():
    found = {
        (name, _without_line(each))
        for name, _ in EXCEPTIONS
        for rule in RULES[Path(name).suffix]
        for each in rule(Path(name))
    }
    assert EXCEPTIONS - found == set()
