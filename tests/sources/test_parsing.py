"""Bytes into documents: encodings, JSON and YAML as kubectl takes them, and what a broken document costs."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8sready.sources.documents import documents
from k8sready.sources.parsing import Document, parse
from tests.controlplane.server import ControlPlane

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
TEXT = json.dumps(POD)


def contents(body: str | bytes) -> list[Any]:
    return [item.content for item in found(body) if not item.problem]


def found(body: str | bytes) -> list[Document]:
    return list(parse("f", body if isinstance(body, bytes) else body.encode()))


def problems(body: str | bytes) -> str:
    return "; ".join(item.problem for item in found(body) if item.problem)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(TEXT.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(TEXT.encode("utf-16"), id="UTF-16 with a mark"),
        pytest.param(TEXT.encode("utf-16-le"), id="UTF-16, little end first"),
        pytest.param(TEXT.encode("utf-16-be"), id="UTF-16, big end first"),
        pytest.param(gzip.compress(TEXT.encode(), mtime=0), id="gzip"),
        pytest.param(yaml.safe_dump(POD).encode("utf-16"), id="YAML of a Windows shell"),
        pytest.param(
            b"# words\n---\n# more\n---\n" + TEXT.encode() + b"\n---\n...\n", id="comments and empty documents"
        ),
        pytest.param(b"---\r\n" + yaml.safe_dump(POD).replace("\n", "\r\n").encode(), id="lines that end in CR LF"),
        pytest.param(TEXT.replace('"}}', '",},}').encode(), id="JSON with trailing commas, which is YAML"),
        pytest.param(b"!Custom\n" + yaml.safe_dump(POD).encode(), id="a tag nobody knows"),
    ],
)
def test_a_document_is_read_in_any_of_these_forms(body: bytes) -> None:
    assert contents(body) == [POD]
    assert problems(body) == ""


@pytest.mark.parametrize("between", ["\n", "", "\n\n", "\n---\n"])
def test_several_in_a_row_are_all_read(between: str) -> None:
    assert contents(between.join([TEXT] * 3)) == [POD] * 3


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (bytes(range(256)) * 4, "not text"),
        (b"# caf\xe9\n" + TEXT.encode(), "line 1: not UTF-8 text"),
        (gzip.compress(TEXT.encode(), mtime=0)[:-9], "damaged gzip"),
        (b"metadata:\n\tname: p\n", "line 2"),
        (b"metadata:\n  name: {{ .Values.name }}\n", "helm template"),
        (b"{{- if .Values.on }}\n" + TEXT.encode() + b"\n{{- end }}\n", "line 1: a template"),
        (b'# "{{ $labels.pod }}"\nmetadata:\n\tname: p\n', "line 3: not valid YAML"),
        (b"metadata:\n  name: p\x01\n", "control characters"),
        (b"p.yaml".ljust(257, b"\0") + b"ustar".ljust(300, b"\0"), "an archive; unpack it"),
        (TEXT[:-9].encode(), "line 1: not valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"a: " + b"[" * 20_000, "nest"),  # libyaml says so itself, or we do
        (b"- " * 20_000, "nested too deeply"),
        (b"? " * 20_000, "nested too deeply"),
        (b"a: &a [*a]\n", "unfold without end"),
        (b"a: *unknown\n", "line 1"),
        (b"? [a, b]\n: c\n", "line 1"),
        (b"? &a [*a]\n: c\n", "unfold without end"),
        (b"x: !!bool hunter2\n", "not valid YAML"),
        (b"x: !!int hunter2\n", "not valid YAML"),
        (b"x: !!timestamp hunter2\n", "not valid YAML"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(body: bytes, told: str) -> None:
    assert told in problems(body)
    assert contents(body) == []


def test_documents_after_a_broken_one_are_read() -> None:
    good = yaml.safe_dump(POD)
    text = f"{good}---\na: [\n---\n{good}---\nb: 1\n? {{}}\n---\n--- }}\n---\n{good}"
    assert contents(text) == [POD] * 3
    assert [item.problem.partition(":")[0] for item in found(text) if item.problem] == ["line 7", "line 14", "line 16"]


def test_of_a_stream_of_json_that_breaks_off_the_whole_documents_are_kept() -> None:
    text = f"{TEXT}\n{TEXT}\n{TEXT[:20]}"
    assert contents(text) == [POD] * 2
    assert problems(text).startswith("line 3: ")


def test_lines_of_json_after_a_broken_one_are_read() -> None:
    text = f'{TEXT}\n{{"a":\n{TEXT}\n{{"b"\n{TEXT}\n'
    assert contents(text) == [POD] * 3
    assert [item.problem.partition(":")[0] for item in found(text) if item.problem] == ["line 4", "line 5"]


def test_a_template_is_told_by_the_document_that_is_broken() -> None:
    """Rules of alerts hold {{ }} too."""
    text = f"rules: '{{{{ $labels.pod }}}}'\n---\na: [\n---\nb: {{{{ .Values.b }}}}\n---\n{TEXT}"
    assert "line 4: not valid YAML" in problems(text)
    assert "line 5: a template" in problems(text)


YAML = yaml.safe_dump(POD)


@pytest.mark.parametrize("body", [f"{TEXT}\n", YAML])
def test_what_kubectl_says_on_standard_error_costs_no_dump(body: str) -> None:
    """As in: kubectl get all -A -o yaml > dump.yaml 2>&1."""
    assert contents(f"Warning: v1 ComponentStatus is deprecated in v1.19+\n{body}") == [POD]
    assert problems(f"Warning: v1 ComponentStatus is deprecated in v1.19+\n{body}") == ""
    errors = (
        'Error from server (Forbidden): nodes is forbidden: User "u" cannot list resource "nodes"',
        "E1125 10:00:00.123456   12345 memcache.go:265] couldn't get resource list for metrics.k8s.io/v1beta1: down",
    )
    for text in [f"{error}\n{body}" for error in errors] + [f"{body}{error}\n" for error in errors]:
        assert contents(text) == [POD]
        assert "an error of kubectl" in problems(text)


def test_logs_in_a_dump_of_the_cluster_are_no_documents() -> None:
    """kubectl cluster-info dump prints logs between its lists; whoever writes a log does not write the dump."""
    name = "for container c of pod a/p ===="
    logs = f'==== START logs {name}\nlistening\n{{"apiVersion": "v1", "kind": "Node", "metadata": {{"name": "n"}}}}\n'
    text = f"{TEXT}\n{logs}==== END logs {name}\n{TEXT}\n{{"
    assert contents(text) == [POD, POD]
    assert problems(text).startswith("line 7: ")


def test_what_helm_says_around_manifests_costs_none() -> None:
    status = "NAME: r\nLAST DEPLOYED: Mon Jan  1 10:00:00 2026\nUSER-SUPPLIED VALUES:\nnull\n\nHOOKS:\nMANIFEST:\n"
    notes = "\nNOTES:\n1. Get the URL:\n  NOTE: it may take a while\n  echo {{ .Values.url }}\n"
    manifest = f"---\n# Source: shop/templates/pod.yaml\n{YAML}"
    text = f"{status}{manifest}{manifest}{notes}"
    assert contents(text) == [POD, POD]
    assert problems(text) == ""
    assert "line 10: not valid" in problems(f"{status}---\na: [\n{manifest}")


@pytest.mark.parametrize("piece", ['\n{"a', "kind: Pod\n---\n{\n", "a: [\n---\n", "a: !!timestamp x\n---\n"])
def test_a_file_of_mistakes_is_told_and_not_read_to_its_end(piece: str) -> None:
    *_, last = parse("f", (piece * (1_000_000 // len(piece))).encode())
    assert "was not read" in last.problem


def test_half_a_character_does_not_reach_anything() -> None:
    assert contents('{"a": "\\ud800", "b\\udc00": ["\\ud83d\\ude00"]}') == [{"a": "�", "b�": ["😀"]}]


def test_of_a_dump_only_what_is_nested_too_deeply_is_left_out() -> None:
    deep = '{"f:a": ' * 9000 + "{}" + "}" * 9000
    managed = f'{{"metadata": {{"name": "q", "managedFields": [{{"fieldsV1": {deep}}}]}}}}'
    (read,) = found(f'{{"kind": "List", "items": [{TEXT}, {managed}]}}')
    assert read.problem == ""
    assert [item["metadata"]["name"] for item in read.content["items"]] == ["p", "q"]


def test_a_number_beyond_64_bits_is_no_integer() -> None:
    for body in ('{"a": 18446744073709551616}', "a: 18446744073709551616", "a: 0xFFFFFFFFFFFFFFFFF"):
        assert [type(item["a"]) for item in contents(body)] == [float], body


@pytest.mark.parametrize("number", ["9" * 6000, "1e999", "-1e999", "0x" + "F" * 400, "0" + "7" * 600, ".inf"])
def test_a_number_that_json_does_not_have_is_text(number: str) -> None:
    """As goyaml takes it; a snapshot could not keep it either."""
    for body in (f"a: {number}", f'{{"a": {number}}}'):
        assert contents(body) == [{"a": number}]


def test_a_whole_number_with_a_fraction_is_whole_in_yaml() -> None:
    """kubectl hands it on as 1, which the API server takes for an integer."""
    assert [type(item["a"]) for body in ("a: 1.0", "a: 1e3", "a: 1.5") for item in contents(body)] == [int, int, float]


def test_what_cannot_be_constructed_is_told_without_its_value() -> None:
    for tag in ("bool", "int", "float", "timestamp", "omap", "binary"):
        told = problems(f"x: !!{tag} hunter2-é\n")
        assert ("not valid YAML" in told, "hunter2" in told) == (True, False)


@pytest.mark.parametrize("inner", ["[*a, *a]", "{x: *a, y: *a}", "{<<: [*a, *a]}"])
def test_aliases_that_unfold_without_end_are_refused_before_they_do(inner: str) -> None:
    levels = "".join(f"a{n}: &a{n} {inner.replace('*a', f'*a{n - 1}')}\n" for n in range(1, 40))
    assert problems(f"a0: &a0 {{k: v}}\n{levels}") == "its aliases unfold without end"
    assert len(contents(f"---\na0: &a0 {{k: v}}\n{levels}---\n{TEXT}")) == 1


def test_of_a_key_that_stands_twice_the_last_is_taken_as_kubectl_does_and_it_is_told() -> None:
    (read,) = found("# words\na: 1\nb: {x: 1, <<: {x: 2}}\na: 3\n")
    assert read.content == {"a": 3, "b": {"x": 1}}
    assert read.doubt.startswith("line 4: 'a' stands there twice")


def test_a_large_dump_is_no_bomb() -> None:
    text = "items:\n" + "- {a: 1}\n" * 10
    assert found(text)[0].problem == ""


def test_a_folder_tells_what_it_does_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "o.yaml").write_text(TEXT)
    (inside / "p.yaml").write_text(TEXT)
    (inside / "q.json.gz").write_bytes(gzip.compress(TEXT.encode(), mtime=0))
    (inside / "again.yaml").symlink_to(inside / "p.yaml")
    (inside / "round").symlink_to(inside)
    (inside / "out").symlink_to(outside)
    (inside / "nowhere.yaml").symlink_to(inside / "gone")
    (inside / "ring.yaml").symlink_to(inside / "ring.yaml")
    (inside / "notes.txt").write_text("{")
    read = {item.where: item.problem for item in documents(inside)}
    assert {where for where, problem in read.items() if not problem} == {"p.yaml", "q.json.gz"}
    assert {where for where, problem in read.items() if problem} == {"out", "nowhere.yaml", "ring.yaml"}


PLAIN = """
true false yes no on off y n Yes NO On True TRUE ~ null Null none 1 -1 +1 0 012 0o17 0x1F 0b101 1_000 1.5 1. .5 -.5 1e3
1.5e3 1E-2 12:30 12:30:45 190:20:30.15 2020-01-01 2020-01-01T00:00:00Z 2020-01-01t00:00:00+01:00 1.10
v1 1.2.3 08 0o9 9223372036854775807 9223372036854775808 -9223372036854775809 = << 0.0 -0 1e 1e+3 +.5 0x 0xg
"""


@pytest.mark.controlplane
def test_plain_values_mean_what_kubectl_takes_them_for(controlplane: ControlPlane) -> None:
    """kubectl prints what it read as JSON; text, number or truth must agree (they decide what an object is)."""
    differing = {}
    words = PLAIN.split()
    stdin = "".join(
        f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{n}}}\nx: {w}\n" for n, w in enumerate(words)
    )
    for word, printed in zip(words, _kubectl_reads(controlplane, stdin), strict=True):
        ours = contents(f"x: {word}\n")[0]["x"]
        if (isinstance(ours, bool), ours) != (isinstance(printed, bool), printed):  # 1.0 is 1, but not true
            differing[word] = (ours, printed)
    assert differing == {}


def _kubectl_reads(controlplane: ControlPlane, stdin: str) -> list[Any]:
    command = ("create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-")
    printed = controlplane.kubectl(*command, stdin=stdin).stdout
    return [item["x"] for item in contents(printed)]
