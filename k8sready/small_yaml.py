"""Small YAML files that people write: a mapping at the top, and no key twice, as the first would be lost silently."""

from pathlib import Path
from typing import Any

import yaml

from .errors import K8sReadyError


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A mapping.

        Raises:
            yaml.MarkedYAMLError: a key stands twice.
        """
        known: set[Any] = set()
        for key, _ in node.value:
            if key.value in known:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r:.60} stands there twice", problem_mark=key.start_mark)
            known.add(key.value)
        return super().construct_mapping(node, deep)


def load(path: Path) -> dict[str, Any]:
    """What the file holds; nothing where there is no file, or an empty one.

    Raises:
        K8sReadyError: it is not such a file; the message names file and line.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader) if path.exists() else {}  # noqa: S506
    except OSError:
        raise
    except Exception as error:  # constructors raise many types, for 2026-02-30 or !!bool x
        raise K8sReadyError(_told(path, error)) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise K8sReadyError(f"{path}: expected a mapping at the top, found {type(content).__name__}.")
    return content


def _told(path: Path, error: Exception) -> str:
    where, why = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    line = f", line {where.line + 1}" if where else ""
    reason = f" ({why or error})" if why or type(error) is ValueError else ""
    return f"{path}{line}: this is not valid YAML{reason}. Mend it or move it away, then run again."
