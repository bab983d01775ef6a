"""The page's view Audit against the real server and the real trainer."""
import json
import os
import re
import subprocess

import numpy
import pytest
from page_fixtures import browser, open_page  # noqa: F401
from page_training import LONG_MS, collapsed, server  # noqa: F401
from playwright.sync_api import expect


def test_an_audit_says_what_the_command_line_says(open_page, collapsed):
    page = open_page("/audit")
    page.set_input_files("#audit-file", collapsed)
    expect(page.locator("#audit-classes tbody tr")).to_have_count(2, timeout=LONG_MS)
    printed = subprocess.run([os.environ["SSEM_BINARY"], "audit", str(collapsed), "--json"], capture_output=True, text=True, check=True)
    report = json.loads(printed.stdout.splitlines()[-1])["report"]
    for sentence in report["diagnosis"]:
        expect(page.locator("#audit-diagnosis")).to_contain_text(sentence)
    expect(page.locator("#audit-classes")).to_contain_text("collapsed")
    expect(page.locator(".embeddings-card canvas").first).to_have_attribute("data-points", "24")
    page.select_option("#audit-order", "within_class_variance")
    variances = page.locator("#audit-classes tbody td:nth-child(3)").all_inner_texts()
    assert [float(text) for text in variances] == sorted(float(text) for text in variances)
    page.fill("#audit-temperature", "0.1")
    page.locator("#audit-temperature").blur()
    expect(page.locator("#audit-diagnosis")).to_contain_text("At temperature 0.1", timeout=LONG_MS)
    assert page.watch.errors == []


@pytest.mark.parametrize("name, content, words", [
    ("x.npz", b"PK nonsense", "zip"), ("x.csv", b"", "file"), ("x.csv", b"a,b\n1,2\n", "label"), ("x.parquet", b"x", ".npz, .csv, .tsv, .safetensors or .pt"),
    ("x.csv", b"label,x\n\xff\xfe,1\n", "the file"), ("x.npz", b"\0" * (9 << 20), "more than 8 MiB"), ("x", b"x", ".npz, .csv, .tsv, .safetensors or .pt"),
])
def test_bad_files_are_answered_in_words(open_page, tmp_path, name, content, words):
    page = open_page("/audit")
    (tmp_path / name).write_bytes(content)
    page.set_input_files("#audit-file", tmp_path / name)
    expect(page.locator("#audit-form .fault-summary")).to_contain_text(words, timeout=LONG_MS)
    assert not [error for error in page.watch.errors if "400" not in error]


def test_a_refused_field_is_marked_and_the_report_stays(open_page, collapsed, tmp_path):
    page = open_page("/audit")
    page.set_input_files("#audit-file", collapsed)
    expect(page.locator("#audit-classes tbody tr")).to_have_count(2, timeout=LONG_MS)
    asked = []
    page.on("request", lambda request: "/audits?" in request.url and asked.append(request.url))
    page.fill("#audit-loss-weight", "0.3")
    page.locator("#audit-loss-weight").blur()
    expect(page.locator("#audit-loss-weight-hint")).to_have_text("needs a temperature")
    page.fill("#audit-temperature", "cold")
    page.locator("#audit-temperature").blur()
    expect(page.locator("#audit-temperature")).to_have_attribute("aria-invalid", "true", timeout=LONG_MS)
    expect(page.locator("#audit-temperature-fault")).to_contain_text("number")
    described = page.locator("#audit-temperature").get_attribute("aria-describedby").split()
    assert "audit-temperature-fault" in described
    expect(page.locator("#audit-classes tbody tr")).to_have_count(2)
    page.fill("#audit-temperature", "0.1")
    page.locator("#audit-temperature").blur()
    expect(page.locator("#audit-diagnosis")).to_contain_text("At temperature 0.1", timeout=LONG_MS)
    expect(page.locator("#audit-temperature-fault")).to_be_hidden()
    assert page.locator("#audit-form [aria-invalid]").count() == 0
    assert ["loss_weight" in url for url in asked] == [False, True, True]
    (tmp_path / "empty.csv").write_text("label,x\n")
    page.set_input_files("#audit-file", tmp_path / "empty.csv")  # a refused file does empty the report
    expect(page.locator("#audit-form .fault-summary")).to_contain_text("no rows", timeout=LONG_MS)
    expect(page.locator("#audit-classes")).to_have_count(0)


def test_there_is_nothing_to_colour_where_nothing_is_drawn(open_page, tmp_path):
    page = open_page("/audit")
    rows = "\n".join(f"{k % 2},{k % 4},{k % 3},1" for k in range(12))
    (tmp_path / "fine.csv").write_text(f"label,fine_label,x,y\n{rows}\n")
    (tmp_path / "bad.npz").write_bytes(b"no zip")
    page.set_input_files("#audit-file", tmp_path / "fine.csv")
    choice = page.locator(".embeddings-card select")
    expect(choice).to_be_visible(timeout=LONG_MS)
    expect(page.locator("#audit-classes")).to_be_visible(timeout=LONG_MS)
    page.set_input_files("#audit-file", tmp_path / "bad.npz")
    expect(page.locator(".embeddings-card")).to_contain_text("Nothing is drawn")
    expect(choice).to_be_hidden()
    expect(page.locator("#audit-form .fault-summary")).to_contain_text("zip", timeout=LONG_MS)


def test_a_compressed_npz_is_drawn_where_the_browser_cannot_inflate(open_page, tmp_path):
    page = open_page("/audit")
    page.add_init_script("delete window.DecompressionStream")
    page.reload()
    rows = numpy.random.default_rng(0).normal(size=(24, 3)).astype(numpy.float32)
    numpy.savez_compressed(tmp_path / "mine.npz", embeddings=rows, labels=numpy.arange(24) % 2)
    page.set_input_files("#audit-file", tmp_path / "mine.npz")
    expect(page.locator(".embeddings-card canvas").first).to_have_attribute("data-points", "24", timeout=LONG_MS)
    expect(page.locator("#audit-classes tbody tr")).to_have_count(2, timeout=LONG_MS)
    assert page.watch.errors == []


def test_a_dropped_file_is_audited(open_page, collapsed):
    page = open_page("/audit")
    transfer = page.evaluate_handle("""text => { const transfer = new DataTransfer();
        transfer.items.add(new File([text], 'dropped.csv')); return transfer; }""", collapsed.read_text())
    page.dispatch_event("#audit-zone", "drop", {"dataTransfer": transfer})
    expect(page.locator("#audit-zone")).to_contain_text("dropped.csv")
    assert page.locator("#audit-file").evaluate("field => field.files[0].name") == "dropped.csv"
    expect(page.locator("#audit-classes tbody tr")).to_have_count(2, timeout=LONG_MS)


def test_the_example_is_audited_and_leads_to_the_advice(open_page):
    page = open_page("/audit")
    page.click("#audit-example")
    expect(page.locator("#audit-diagnosis")).to_contain_text("ollapse", timeout=LONG_MS)
    expect(page.locator("#audit-classes tbody tr")).to_have_count(6)
    expect(page.locator("#audit-classes .unsafe")).to_have_count(2)
    expect(page.locator("#audit-what-next")).to_contain_text("2 of 6 classes have collapsed")
    page.fill("#audit-temperature", "0.1")
    page.fill("#audit-instances", "20")
    page.locator("#audit-instances").blur()
    expect(page.locator("#audit-what-next")).to_contain_text("images of each class are filled in", timeout=LONG_MS)
    page.click("#audit-next")
    expect(page.locator("#classes")).to_have_value("6")
    expect(page.locator("#dimension")).to_have_value("16")
    expect(page.locator("#instances_per_class")).to_have_value("20")
    expect(page.locator("#verdict h2")).to_contain_text("Train with loss weight")
    assert page.watch.errors == []


def test_without_a_batch_the_advice_asks_for_its_size(open_page, collapsed):
    page = open_page("/audit")
    page.set_input_files("#audit-file", collapsed)
    page.locator("#audit-next").click(timeout=LONG_MS)
    expect(page.locator("#classes")).to_have_value("2")
    expect(page.locator("#verdict h2")).to_contain_text("the size of a batch")


def test_an_audit_under_way_says_so_and_a_report_stands_while_its_fields_change(open_page, collapsed):
    page = open_page("/audit")
    held = []
    page.route("**/api/v1/audits?*", lambda route: held.append(route))
    page.set_input_files("#audit-file", collapsed)
    expect(page.locator("#audit-busy")).to_contain_text("Reading mine.csv")
    expect(page.locator("#audit-busy progress")).to_be_visible()
    expect(page.locator("text=Have your classes collapsed?")).to_have_count(0)
    held.pop().continue_()
    expect(page.locator("#audit-diagnosis")).to_be_visible(timeout=LONG_MS)
    page.fill("#audit-temperature", "0.1")
    page.locator("#audit-temperature").blur()
    page.wait_for_timeout(200)
    expect(page.locator("#audit-diagnosis")).to_be_visible()
    held.pop().fulfill(status=400, json={"error": {"message": "no", "fields": []}})
    expect(page.locator("#audit-form .fault-summary")).to_contain_text("no")
    expect(page.locator("#audit-busy")).to_have_count(0)


def test_the_lines_that_write_a_file_are_copied(open_page):
    page = open_page("/audit", permissions=["clipboard-read", "clipboard-write"])
    page.click("text=How to write such a file")
    page.click("[aria-label='Copy the PyTorch code that writes such a file']")
    expect(page.locator(".file-help .copy")).to_have_text("Copied")
    lines = page.evaluate("navigator.clipboard.readText()")
    assert "embeddings=" in lines and "labels=" in lines
    compile(lines, "save_embeddings.py", "exec")


def test_a_loss_value_is_explained_beside_the_audit(open_page):
    page = open_page("/audit")
    for name, text in {"values": "8.909", "classes": "10", "batch-size": "256", "temperature": "0.1", "base-temperature": "0.07"}.items():
        page.fill(f"#loss-{name}", text)
    page.click("#loss-ask")
    expect(page.locator("#loss-verdict h2")).to_have_text("8.909: all embeddings at one point", timeout=LONG_MS)
    expect(page.locator("#loss-verdict")).to_contain_text("log(511) times 0.1/0.07")
    expect(page.locator("#loss-next")).to_contain_text("learning rate")
    expect(page.locator("#loss-states tbody tr").first).to_contain_text("as said")
    page.fill("#loss-values", "step,loss\n" + "\n".join(f"{step},{3.934 + 2.69 * 0.9 ** step}" for step in range(120)))
    page.fill("#loss-base-temperature", "")
    page.click("#loss-ask")
    expect(page.locator("#loss-verdict h2")).to_contain_text("every class at one point")
    assert "_" not in page.locator("#loss-verdict").inner_text() + page.locator("#loss-states").inner_text()
    assert page.watch.errors == []


def test_a_curve_comes_from_an_event_file_of_a_run_and_another_of_its_curves_can_be_chosen(open_page, tmp_path):
    spec = {"problem": {"classes": 2, "instances_per_class": 3, "dimension": 5}, "loss_weight": 0.5, "temperature": 1,
            "mode": "embeddings", "budget": {"steps": 200}, "output_directory": str(tmp_path / "run")}
    trainer = os.path.join(os.path.dirname(os.environ["SSEM_BINARY"]), "ssem-train")
    subprocess.run([trainer], input=json.dumps(spec), text=True, capture_output=True, check=True)
    [events] = (tmp_path / "run/tensorboard").iterdir()
    rows = [line.split(",") for line in (tmp_path / "run/curve.csv").read_text().splitlines()]
    logged = [[float(row[rows[0].index(name)]) for name in ("step", "loss")] for row in rows[1:]]
    page = open_page("/audit")
    page.set_input_files("#loss-file", events)
    expect(page.locator("#loss-values")).to_have_value(re.compile("^step,loss\n"))
    drawn = [[float(cell) for cell in line.split(",")] for line in page.input_value("#loss-values").splitlines()[1:]]
    assert [step for step, _ in drawn] == [step for step, _ in logged]
    assert all(abs(mine - theirs) < 1e-5 * theirs for (_, mine), (_, theirs) in zip(drawn, logged))
    expect(page.locator("#loss-curve")).to_have_value("loss")
    page.select_option("#loss-curve", "view_alignment")
    expect(page.locator("#loss-values")).not_to_have_value("\n".join(["step,loss", *(f"{a},{b}" for a, b in drawn)]))
    page.select_option("#loss-curve", "loss")
    for name, text in {"classes": "2", "batch-size": "6", "temperature": "1"}.items():
        page.fill(f"#loss-{name}", text)
    page.click("#loss-ask")
    expect(page.locator("#loss-verdict h2")).to_contain_text("It ends at", timeout=LONG_MS)
    (tmp_path / "broken").write_bytes(events.read_bytes()[:40] + b"x" * 40)
    page.set_input_files("#loss-file", tmp_path / "broken")
    expect(page.locator("#loss-form .fault-summary")).to_contain_text("checksum")
    (tmp_path / "table.csv").write_text("step,loss\n0,6.6\n1,6.2\n")
    page.set_input_files("#loss-file", tmp_path / "table.csv")
    expect(page.locator("#loss-values")).to_have_value("step,loss\n0,6.6\n1,6.2\n")
    expect(page.locator("#loss-form .fault-summary")).to_have_count(0)
    assert page.watch.errors == []


def test_the_coordinates_of_a_table_are_named_in_a_field(open_page, tmp_path):
    page = open_page("/audit")
    rows = "\n".join(f"{k % 2},{k % 5},{1 + k % 3},{k}" for k in range(24))
    (tmp_path / "odd.csv").write_text(f"label,id,width,depth\n{rows}\n")
    page.fill("#audit-columns", "width, id")
    page.set_input_files("#audit-file", tmp_path / "odd.csv")
    expect(page.locator("#audit-diagnosis")).to_contain_text("width to id, 2 columns", timeout=LONG_MS)
    expect(page.locator("#audit-diagnosis")).to_contain_text("depth (not named)")
    expect(page.locator(".embeddings-card canvas").first).to_have_attribute("data-points", "24")
    page.fill("#audit-columns", "width, hight")
    page.locator("#audit-columns").blur()
    expect(page.locator("#audit-columns-fault")).to_contain_text("hight; the file has label, id, width, depth", timeout=LONG_MS)


def test_what_an_explanation_lacks_is_marked_at_its_field(open_page):
    page = open_page("/audit")
    page.fill("#loss-values", "4.4")
    page.click("#loss-ask")
    expect(page.locator("#loss-batch-size")).to_have_attribute("aria-invalid", "true", timeout=LONG_MS)
    expect(page.locator("#loss-batch-size-fault")).to_contain_text("Is required")
    page.fill("#loss-values", "")
    page.fill("#loss-batch-size", "256")
    page.click("#loss-ask")
    expect(page.locator("#loss-values-fault")).to_contain_text("Is required")
    expect(page.locator("#loss-batch-size-fault")).to_be_hidden()
