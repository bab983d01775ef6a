"""What a file or its name says to a terminal is shown and not obeyed."""
import json

from command_line import ssem

PROBLEM = ["--classes", "4", "--instances-per-class", "5", "--dimension", "16"]
CLEAR = "\x1b[2J"
WINDOW_TITLE = "\x1b]0;owned\x07"
ONE_BYTE_ESCAPE = "\x9b2J"  # CSI in one character
TURNED = "\u202eabc"


def assert_harmless(*parts):
    for part in parts:
        text = part.decode()
        assert not any(each in text for each in ("\x1b", "\x07", "\x9b", "\u202e")), text


def test_a_table_s_columns_and_name_are_shown_harmless(tmp_path):
    columns = ["label", "x0", "x1", f"a{CLEAR}", f"b{WINDOW_TITLE}", f"c{ONE_BYTE_ESCAPE}", TURNED]
    path = tmp_path / f"h{CLEAR}.csv"
    rows = [f"{k % 2},{k}.5,{-k * k},p,q,r,s" for k in range(8)]
    path.write_text("\n".join([",".join(columns), *rows]) + "\n")
    done = ssem("audit", str(path))
    assert done.returncode == 0, done.stderr
    assert b"b?]0;owned?" in done.stdout  # it is named, masked
    assert_harmless(done.stdout, done.stderr)
    path.write_text("label,y\n0,1\n")
    refused = ssem("audit", str(path))
    assert refused.returncode == 2 and refused.stderr
    assert_harmless(refused.stdout, refused.stderr)


def test_a_report_s_texts_are_shown_harmless(tmp_path):
    report = {"verdict": "confirmed", "why": f"because of {WINDOW_TITLE}", "notes": [f"left out {TURNED}{CLEAR}"],
              "measured": {"collapsed": False, "within_class_variance": 0.25}}  # fmt: skip
    trainer = tmp_path / "ssem-train"
    line = json.dumps({"event": "finished", "time_s": 0.1, "report": report})
    trainer.write_text(f"#!/bin/sh\ncat > /dev/null\ncat <<'END'\n{line}\nEND\n")
    trainer.chmod(0o755)
    point = ["--loss-weight", "0.5", "--temperature", "0.1"]
    done = ssem("validate", *PROBLEM, *point, environment={"SSEM_TRAIN": str(trainer)})
    assert done.returncode == 0, done.stderr
    assert b"because of" in done.stdout
    assert_harmless(done.stdout, done.stderr)
