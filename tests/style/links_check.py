"""Fails, naming file and line, where a document or a comment points at something that is not in the tree.

Looked at are relative links and images of Markdown, file names in its code spans, and in comments and docstrings names of
sources ("tight_frame.h") and sections of documents ("theory.md, sections 1 and 4"). Sections are headings with a number.
"""

import pathlib
import re
import sys
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = {".git", ".venv", "build", "dist", "node_modules", "__pycache__", "ssem-data"}
COMMENTED = {  # suffix or name -> what begins a comment line
    ".cpp": r"\s*//+|.*?\s//+", ".h": r"\s*//+|.*?\s//+", ".ts": r"\s*(?://+|/?\*+)|.*?\s//+", ".mjs": r"\s*//+|.*?\s//+",
    ".py": r"\s*#+|.*?\s#+", ".cmake": r"\s*#+", ".txt": r"\s*#+", ".yaml": r"\s*#+|\s*description:",
}
# What comments may name although it is no file of the tree: files of others, of the build, of a run.
ELSEWHERE = {
    "httplib.h", "sqlite3.h", "stb_image.h", "TorchConfig.cmake", "assets_data.cpp", "openapi_data.cpp", "dist/", "tensorboard/",
}

SOURCE_NAME = re.compile(r"(?<![\w./<*-])((?:[\w-]+/)*[\w-]+\.(?:h|cpp|ts|mjs|cmake|md|yaml))(?![\w*])")
SPAN = re.compile(r"`([^`\s]+)`")
IN_SPAN = re.compile(r"(?:[\w.-]+/)*[\w-]+\.(?:h|cpp|ts|mjs|py|cmake|md|yaml)|(?:[\w.-]+/)+")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CITATION = re.compile(r"([\w./-]*\bcontract(?:\.md)?|(?:[\w-]+/)*[\w-]+\.md),\s+sections?\s+([\d.]+(?:(?:,| and|, and)\s+[\d.]+)*)",
                      re.IGNORECASE)
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Tree:
    """Paths with / -> texts of the files that are read; of the others only the paths."""

    texts: dict
    paths: frozenset

    def has(self, path):
        return path in self.paths or any(known.startswith(path.rstrip("/") + "/") for known in self.paths)

    def found(self, name, beside):
        """Whether a name, perhaps with folders before it, is that of some file; names with folders also count from `beside`."""
        example = len(pathlib.PurePath(name).stem) == 1 or "NAME" in name  # "a.h", "api/x.cpp", "NAME_view.ts"
        if example or name in ELSEWHERE or self.has(name) or self.has(joined(beside, name)):
            return True
        return any(known.endswith("/" + name) or ("/" + name.rstrip("/") + "/") in "/" + known for known in self.paths)


def joined(path, relative):
    """`relative` as seen from the folder of `path`."""
    parts = path.split("/")[:-1]
    for part in relative.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def slugs(markdown):
    """The anchors that GitHub makes of headings."""
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    plain = (re.sub(r"[^\w\- ]", "", title.strip().lower()) for title in HEADING.findall(prose))
    return {title.replace(" ", "-") for title in plain}


def sections(markdown):
    return {match.group(1).rstrip(".") for title in HEADING.findall(markdown) if (match := re.match(r"([\d.]+)\s", title))}


def comments(path, text):
    """(line number, comment) with neighbouring comment lines as one, so that a citation may be broken over two."""
    suffix = "." + path.rsplit(".", 1)[-1]
    begin = COMMENTED.get(suffix)
    if begin is None:
        return
    first, gathered = 0, []
    docstring = False
    for number, line in enumerate([*text.split("\n"), ""], 1):
        quotes = line.count('"""') if suffix == ".py" else 0
        match = re.match(begin, line)
        is_comment = match or docstring or quotes
        if is_comment:
            first = first if gathered else number
            gathered.append(line if docstring or quotes else line[match.end():])
        if quotes % 2:
            docstring = not docstring
        if not is_comment and gathered:
            yield first, " ".join(part.strip() for part in gathered)
            gathered = []


def prose_of(markdown):
    """(line number, paragraph or row of a table) outside of fenced and indented code."""
    fenced, first, gathered = False, 0, []
    for number, line in enumerate([*markdown.split("\n"), ""], 1):
        fence = line.lstrip().startswith("```")
        indented = line.startswith("    ") and not gathered
        ends = fence or fenced or indented or not line.strip() or line.startswith(("|", "#"))
        if ends and gathered:
            yield first, "\n".join(gathered)
            gathered = []
        if fence:
            fenced = not fenced
        elif not fenced and not indented and line.strip():
            if ends:
                yield number, line
            else:
                first = first if gathered else number
                gathered.append(line)


def citation_faults(tree, path, text):
    for document, numbers in CITATION.findall(text):
        if re.search(r"\bcontract", document, re.IGNORECASE):
            yield f"cites '{document}', which is no document of this tree"
            continue
        targets = [known for known in tree.texts if known == document or known.endswith("/" + document)]
        beside = joined(path, document)
        targets = [beside] if beside in targets else targets
        for number in re.findall(r"[\d]+(?:\.\d+)*", numbers):
            if not any(number in sections(tree.texts[target]) for target in targets):
                yield f"cites section {number} of {document}, which has none"


def link_fault(tree, path, target):
    if re.match(r"[a-z]+:", target):
        return None
    file, _, anchor = target.partition("#")
    aimed = joined(path, file) if file else path
    if not tree.has(aimed):
        return f"links to {target}, which is not there"
    if anchor and anchor not in slugs(tree.texts.get(aimed, "")):
        return f"links to {target}: no such heading"
    return None


def markdown_faults(tree, path, text):
    for first, paragraph in prose_of(text):
        flat = paragraph.replace("\n", " ")
        for match in LINK.finditer(flat):
            if fault := link_fault(tree, path, match.group(1)):
                yield first + paragraph[: match.start()].count("\n"), fault
        for match in SPAN.finditer(flat):
            if IN_SPAN.fullmatch(match.group(1)) and not tree.found(match.group(1), path):
                yield first + paragraph[: match.start()].count("\n"), f"names {match.group(1)}, which is not there"
        for fault in citation_faults(tree, path, flat):
            yield first, fault


def comment_faults(tree, path, text):
    for number, comment in comments(path, text):
        for name in SOURCE_NAME.findall(comment):
            if not tree.found(name, path):
                yield number, f"names {name}, which is not there"
        for fault in citation_faults(tree, path, comment):
            yield number, fault


def faults(tree):
    found = []
    for path, text in sorted(tree.texts.items()):
        look = markdown_faults if path.endswith(".md") else comment_faults
        found += [f"{path}:{number}: {fault}" for number, fault in look(tree, path, text)]
    return found


def tree_of(root):
    below = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    paths = [path for path in below if not SKIPPED & set(path.parts[:-1])]
    read = [path for path in paths if path.suffix in {".md", *COMMENTED} and path.name != "links_check_test.py"]
    texts = {path.as_posix(): (root / path).read_text(encoding="utf-8") for path in read}
    return Tree(texts, frozenset(path.as_posix() for path in paths))


def main():
    tree = tree_of(ROOT)
    found = faults(tree)
    print(*found, f"{len(tree.texts)} files read, {len(found)} faults", sep="\n")
    return 1 if found or "README.md" not in tree.texts or "advisor/problem.h" not in tree.texts else 0


if __name__ == "__main__":
    sys.exit(main())
