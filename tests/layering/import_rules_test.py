"""Reads every import of the page and fails on a forbidden direction."""

import pathlib

import pytest
from import_rules import IMPORT, faults

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tree():
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("web/src", "tests/web")
        for path in (ROOT / folder).rglob("*.ts")
    }


def test_the_page_is_read_at_all():
    files = tree()
    assert "web/src/app.ts" in files and "tests/web/server/event_stream_test.ts" in files
    assert sum(len(IMPORT.findall(text)) for text in files.values()) > 300


def test_every_import_of_the_page_keeps_its_direction():
    assert faults(tree()) == []


ALLOWED = {
    "web/src/server/a.ts": 'import type { B } from "./b.ts";\n',
    "web/src/page/a.ts": 'import {\n  b,\n  type C,\n} from "../server/b.ts";\nexport const kText = "from ../studies/b.ts";\n',
    "web/src/charts/a.ts": 'import uPlot from "uplot";\nimport { b } from "../page/b.ts";\n',
    "web/src/problem/a.ts": 'export { b } from "../charts/b.ts";\n',
    "web/src/embeddings/npz.ts": 'import { unzipSync } from "fflate";\nimport "../problem/b.ts";\n',
    "web/src/studies/a.ts": 'const b = await import("../embeddings/b.ts");\n',
    "web/src/app.ts": 'import { b } from "./advise/b.ts";\nimport { c } from "./page/c.ts";\n',
    "tests/web/charts/a_test.ts": 'import { test } from "node:test";\nimport { b } from "../../../web/src/page/b.ts";\nimport { c } from "../server/c.ts";\n',
    "tests/web/a_test.ts": 'import { b } from "../../web/b.mjs";\nimport { c } from "../../web/src/studies/c.ts";\n',
    "tests/web/embeddings/a_test.ts": 'import cases from "../../trainer/data/a.json";\n',
}


@pytest.mark.parametrize("path", ALLOWED)
def test_what_the_order_of_the_folders_allows_is_not_a_fault(path):
    assert faults({path: ALLOWED[path]}) == []


FORBIDDEN = [
    ("web/src/server/a.ts", 'import { b } from "../page/b.ts";'),
    ("web/src/server/a.ts", 'import type { B } from "../problem/b.ts";'),
    ("web/src/page/a.ts", 'import { b } from "../charts/b.ts";'),
    ("web/src/page/a.ts", 'import {\n  b,\n  c,\n} from "../advise/b.ts";'),
    ("web/src/charts/a.ts", 'export * from "../problem/b.ts";'),
    ("web/src/problem/a.ts", 'import "../embeddings/b.ts";'),
    ("web/src/embeddings/a.ts", 'import { b } from "../validate/b.ts";'),
    ("web/src/advise/a.ts", 'import { b } from "../studies/b.ts";'),
    ("web/src/validate/a.ts", 'import { b } from "../advise/b.ts";'),
    ("web/src/studies/a.ts", 'const b = import(\n  "../validate/b.ts");'),
    ("web/src/audit/a.ts", 'import { b } from "../app.ts";'),
    ("web/src/audit/a.ts", "import { b } from '../advise/b.ts';"),
    ("web/src/news/a.ts", 'import { b } from "../page/b.ts";'),
    ("web/src/page/a.ts", 'import { b } from "./b";'),
    ("web/src/page/a.ts", 'import { b } from "../../pages.mjs";'),
    ("web/src/page/a.ts", 'import { b } from "../../../tests/web/page/b.ts";'),
    ("web/src/audit/a.ts", 'import uPlot from "uplot";'),
    ("web/src/audit/a.ts", 'import { unzipSync } from "fflate";'),
    ("web/src/page/a.ts", 'import { b } from "left-pad";'),
    ("tests/web/charts/a_test.ts", 'import { b } from "../../../web/src/studies/b.ts";'),
    ("tests/web/charts/a_test.ts", 'import { b } from "../studies/b.ts";'),
    ("tests/web/charts/a_test.ts", 'import uPlot from "uplot";'),
]


@pytest.mark.parametrize("path, line", FORBIDDEN)
def test_a_forbidden_import_is_named_with_its_file(path, line):
    found = faults({path: f"// text\n{line}\nconst x = 1;\n"})
    assert len(found) == 1 and found[0].startswith(f"{path}: ")
