"""What programs of the user said through the kubelet: outputs of probes and hooks, and the commands themselves.

Sources: kubernetes pkg/kubelet/prober/prober.go, pkg/kubelet/lifecycle/handlers.go; runc's "exec:" errors.
"""

import re

from .cut import CUT, NOT_CUT

# An exec probe's message is the output of its command; those of other probes are the kubelet's own words.
_PROBE = re.compile(
    r"((?:Liveness|Readiness|Startup) probe (?:failed|errored|warning)(?: and resulted in unknown state)?: )"
    r"(?!\[redacted\]\Z)(?!HTTP probe failed|(?:Get|Head) \"|dial tcp|service unhealthy|timeout: |error: |rpc error:"
    r"|Probe terminated redirects)(?s:.+)"
)
_BODY = re.compile(rf"(Response body: ){NOT_CUT}(?s:.+)")
_HOOK = re.compile(rf"(lifecycle hook \(){NOT_CUT}(?s:.*?)(\) for Container \"|\Z)")
_HOOK_FAILED = re.compile(
    rf"(lifecycle hook \(\[redacted\]\) for Container \"[^\"\n]{{0,300}}\" in Pod \"[^\"\n]{{0,300}}\""
    rf" failed - error: ){NOT_CUT}(?s:.+)"
)
_EXEC = re.compile(rf"((?<!\w)exec: \"){NOT_CUT}(?![\w./-]+\")(?:[^\"\\\n]|\\.)*(\"|$)", re.MULTILINE)
_COMMAND = re.compile(
    rf"((?<!unknown )\bcommand(?: timed out:)? (?=['\"])(['\"])){NOT_CUT}(?:[^\n]*?)(\2(?= (?:exited|timed|failed))|$)"
)


def cut(text: str) -> str:
    """The text without outputs and command lines."""
    if "probe " in text:
        text = _BODY.sub(rf"\1{CUT}", _PROBE.sub(rf"\1{CUT}", text))
    if "lifecycle hook" in text:
        text = _HOOK_FAILED.sub(rf"\1{CUT}", _HOOK.sub(rf"\1{CUT}\2", text))
    if "exec: " in text:
        text = _EXEC.sub(rf"\1{CUT}\2", text)
    return _COMMAND.sub(rf"\1{CUT}\3", text) if "command" in text else text
