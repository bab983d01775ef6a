"""The rules of links_check.py on trees that are made up."""

import pytest
from links_check import Tree, faults

THEORY = "# Theory\n\n## 0. Words\n\n## 3. Dimension\n\n### 3.1 Lines\n\n## How far\n"
FILES = {"advisor/theory.md": THEORY, "advisor/model/batch.h": "// A batch.\n", "README.md": "# Read\n", "web/shot.png": None}



def found(path, text):
    files = {**FILES, path: text}
    return faults(Tree({name: body for name, body in files.items() if body is not None}, frozenset(files)))


@pytest.mark.parametrize(
    "path, text",
    [
        ("a.md", "[theory](advisor/theory.md), [how](advisor/theory.md#how-far), ![shot](web/shot.png), [far](https://x.y/z.md)"),
        ("advisor/a.md", "See [the batch](model/batch.h), `batch.h`, `model/` and `../README.md`."),
        ("a.md", "```\n[nothing](there.md)\n```\n\n    `nothing.h`\n"),
        ("advisor/b.h", "// As theory.md, sections 0 and 3, says; batch.h holds the rest.\n"),
        ("advisor/b.h", "int x;  // theory.md, section 3.1\n"),
        ("advisor/b.h", "// Broken over two lines (theory.md,\n// section 3).\n"),
        ("advisor/b.h", '#include "gone.h"\nconst char* name = "gone.h";\n'),
        ("b.py", '"""As advisor/theory.md, section 3."""\nx = "gone.h"\n'),
        ("b.h", "// RFC 9112, section 6; httplib.h; tests/api/x.cpp\n"),
    ],
)
def test_what_is_there_may_be_pointed_at(path, text):
    assert found(path, text) == []


@pytest.mark.parametrize(
    "path, text, fault",
    [
        ("a.md", "[x](gone.md)", "a.md:1: links to gone.md, which is not there"),
        ("a.md", "\n![x](web/gone.png)", "a.md:2: links to web/gone.png, which is not there"),
        ("a.md", "[x](advisor/theory.md#gone)", "a.md:1: links to advisor/theory.md#gone: no such heading"),
        ("a.md", "A list:\n- a link\n  [over two\n  lines](gone.md)", "a.md:3: links to gone.md, which is not there"),
        ("a.md", "As advisor/theory.md,\nsections 0\nand 9, says.", "a.md:1: cites section 9 of advisor/theory.md, which has none"),
        ("a.md", "the file `advisor/gone.h`", "a.md:1: names advisor/gone.h, which is not there"),
        ("a.md", "the folder `gone/`", "a.md:1: names gone/, which is not there"),
        ("advisor/b.h", "\n// theory.md, section 4\n", "advisor/b.h:2: cites section 4 of theory.md, which has none"),
        ("advisor/b.h", "// (theory.md, sections 3\n// and 7).\n", "advisor/b.h:1: cites section 7 of theory.md, which has none"),
        ("advisor/b.h", "int x;  // gone.md, section 1\n", "advisor/b.h:1: names gone.md, which is not there"),
        ("advisor/b.h", "// spread.h says why.\n", "advisor/b.h:1: names spread.h, which is not there"),
        ("b.ts", "/** As the contract, section 3 */\n", "b.ts:1: cites 'contract', which is no document of this tree"),
        ("b.py", 'def f():\n    """As theory.md,\n    section 9."""\n', "b.py:2: cites section 9 of theory.md, which has none"),
    ],
)
def test_what_is_not_there_is_named_with_its_line(path, text, fault):
    assert fault in found(path, text)
