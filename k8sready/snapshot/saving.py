"""The snapshot file: a zip whose members are zstd-compressed JSON, listed with sizes and checksums in a manifest.

Opened strictly: a version that is not known, a missing, extra or changed member, a path, or a size beyond the limits is
refused with the reason. Equal snapshots give equal bytes.
"""

import hashlib
import struct
import zipfile
from pathlib import Path
from types import GenericAlias, MappingProxyType
from typing import Annotated, Any

import msgspec
import zstandard

from ..errors import K8sReadyError
from ..objects.base import Object
from ..objects.decoding import decode_hook, encode_hook
from ..objects.kinds import BY_KEY
from ..objects.meta import Resource
from ..objects.pods import Pod, PodSpec
from ..replacing import replacing
from .value import Coverage, Identity, ServedResource, Snapshot

VERSION = 1
_MANIFEST = "manifest.json"
_SPECS = "podspecs"
_UNPACKED_AT_MOST = 2 << 30  # bytes of all members: 150,000 pods need about 100 MB
_MANIFEST_AT_MOST = 16 << 20
_RATIO_AT_MOST, _SMALL = 500, 1 << 20  # of unpacked to packed bytes, beyond a few: those of clusters are below 50
_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Member(msgspec.Struct, forbid_unknown_fields=True):
    size: int
    sha256: str


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    identity: Identity
    coverage: dict[str, Coverage]
    discovery: tuple[ServedResource, ...] | None
    access: dict[str, str]
    members: dict[str, _Member]


class _SavedPod(Object, frozen=True):
    """A pod with the number of its spec among the saved specs."""

    pod: Pod
    number: Annotated[int, msgspec.Meta(ge=0)] = 0


_ENCODER = msgspec.json.Encoder(enc_hook=encode_hook, order="sorted")


def save(snapshot: Snapshot, path: str | Path) -> Path:
    """Write the snapshot in one step, readable by its owner only, and return the path.

    Raises:
        OSError: the folder cannot be written.
    """
    target = Path(path)
    members = {
        key: _ENCODER.encode(items) for key, items in sorted(snapshot.objects.items()) if key != "pods" and items
    }
    pods = snapshot.of("pods", Pod)
    if pods:
        members |= _with_shared_specs(pods)
    described = {name: _Member(len(body), hashlib.sha256(body).hexdigest()) for name, body in members.items()}
    coverage, access = dict(snapshot.coverage), dict(snapshot.access)
    manifest = _Manifest(VERSION, snapshot.identity, coverage, snapshot.discovery, access, described)
    _write(target, {_MANIFEST: _ENCODER.encode(manifest), **members})
    return target


def _with_shared_specs(pods: tuple[Pod, ...]) -> dict[str, bytes]:
    """Pods of one template share a spec; it is saved once."""
    places: dict[int, int] = {}
    by_content: dict[bytes, int] = {}
    saved = []
    for pod in pods:
        place = places.get(id(pod.spec))
        if place is None:
            place = by_content.setdefault(_ENCODER.encode(pod.spec), len(by_content))
            places[id(pod.spec)] = place
        saved.append(_SavedPod(pod=msgspec.structs.replace(pod, spec=PodSpec()), number=place))
    return {_SPECS: b"[" + b",".join(by_content) + b"]", "pods": _ENCODER.encode(saved)}


def _write(target: Path, members: dict[str, bytes]) -> None:
    with replacing(target) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        compressor = zstandard.ZstdCompressor(level=6)
        for name, body in members.items():
            packed = compressor.compress(body)
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), packed + _filling(len(body), len(packed)))


def _filling(size: int, packed: int) -> bytes:
    """A frame that readers skip (RFC 8878), so that no member is refused as a bomb when it is opened.

    Anybody may write a pod with a hundred thousand equal arguments, which pack a thousandfold.
    """
    lacking = -(-(size - _SMALL) // _RATIO_AT_MOST) - packed
    return b"\x50\x2a\x4d\x18" + struct.pack("<I", lacking) + bytes(lacking) if lacking > 0 else b""


def open_snapshot(path: str | Path) -> Snapshot:
    """Open a saved snapshot; it equals the one that was saved.

    Raises:
        K8sReadyError: it is not a snapshot, or is damaged, changed, too large or of another version.
    """
    source = Path(path)
    try:
        with zipfile.ZipFile(source) as archive:
            return _opened(source, archive)
    except FileNotFoundError:
        raise K8sReadyError(
            f"{source}: there is no such file. Name a snapshot, a folder of manifests or a dump."
        ) from None
    except OSError as error:
        if error.filename:  # the file itself cannot be read
            raise
        raise _refused(source, "it is damaged or cut short") from None  # it points to places before its start
    except (zipfile.BadZipFile, EOFError, zstandard.ZstdError, RuntimeError, NotImplementedError, struct.error):
        raise _refused(source, "it is damaged or cut short") from None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, LookupError, TypeError, ArithmeticError):
        raise _refused(source, "its content is not what a snapshot holds") from None


def _refused(source: Path, why: str) -> K8sReadyError:
    return K8sReadyError(f"{source}: not opened: {why}. Copy the file again, or collect the cluster again.")


def _opened(source: Path, archive: zipfile.ZipFile) -> Snapshot:
    manifest = _manifest(source, archive)
    contents = {name: _checked(source, archive, name, member) for name, member in manifest.members.items()}
    return Snapshot(
        manifest.identity,
        MappingProxyType(_objects(contents)),
        MappingProxyType(manifest.coverage),
        manifest.discovery,
        MappingProxyType(manifest.access),
    )


def _manifest(source: Path, archive: zipfile.ZipFile) -> _Manifest:
    names = archive.namelist()
    if len(names) != len(set(names)) or _MANIFEST not in names:
        told = "an archive, but not a k8sready snapshot. Unpack it and name the folder of manifests or dumps."
        raise K8sReadyError(f"{source}: {told}")
    body = _unpacked(source, archive, _MANIFEST, _MANIFEST_AT_MOST)
    version = msgspec.json.decode(body, type=dict[str, Any]).get("version")
    if version != VERSION:
        raise K8sReadyError(
            f"{source}: this snapshot has format {version!r:.20}; this k8sready reads format {VERSION}. "
            "Open it with the k8sready that wrote it, or collect again."
        )
    manifest = msgspec.json.decode(body, type=_Manifest)
    _check_list(source, {*names} - {_MANIFEST}, manifest.members)
    return manifest


def _check_list(source: Path, names: set[str], members: dict[str, _Member]) -> None:
    if names != set(members):
        raise _refused(source, "its list of members is not what it holds")
    if unknown := names - set(BY_KEY) - {_SPECS}:
        raise _refused(source, f"it holds a member of an unknown kind, {min(unknown)!r:.60}")
    if sum(max(0, member.size) for member in members.values()) > _UNPACKED_AT_MOST:
        raise _refused(source, "it would need more memory than any cluster does")


def _checked(source: Path, archive: zipfile.ZipFile, name: str, member: _Member) -> bytes:
    packed = archive.getinfo(name).file_size
    if not 0 <= member.size <= _SMALL + _RATIO_AT_MOST * packed:
        raise _refused(source, f"member {name!r:.60} says it is {member.size} bytes, of {packed} packed ones")
    body = _unpacked(source, archive, name, member.size)
    if len(body) != member.size or hashlib.sha256(body).hexdigest() != member.sha256:
        raise _refused(source, f"member {name!r:.60} was changed after it was saved")
    return body


def _unpacked(source: Path, archive: zipfile.ZipFile, name: str, at_most: int) -> bytes:
    """A member, unpacked no further than it may be: neither of its two declared sizes is trusted."""
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
        raise _refused(source, f"member {name!r:.60} is packed in another way")
    with (
        archive.open(info) as packed,
        zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(packed) as reader,
    ):
        body: bytes = reader.read(at_most + 1)
    if len(body) > at_most:
        raise _refused(source, f"member {name!r:.60} is larger than it says")
    return body


def _objects(contents: dict[str, bytes]) -> dict[str, tuple[Resource, ...]]:
    objects: dict[str, tuple[Resource, ...]] = {}
    for key, body in contents.items():
        if key not in (_SPECS, "pods"):
            struct: Any = GenericAlias(tuple, (BY_KEY[key].struct, ...))
            objects[key] = msgspec.json.decode(body, type=struct, dec_hook=decode_hook)
    if "pods" in contents:
        specs = msgspec.json.decode(contents[_SPECS], type=tuple[PodSpec, ...], dec_hook=decode_hook)
        saved = msgspec.json.decode(contents["pods"], type=tuple[_SavedPod, ...], dec_hook=decode_hook)
        objects["pods"] = tuple(msgspec.structs.replace(item.pod, spec=specs[item.number]) for item in saved)
    return dict(sorted(objects.items()))
