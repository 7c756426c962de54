"""The shipped library: read its files, check them, bring them into the database without undoing an editor's work."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.content.fold import fold, fold_both
from bot.content.models import Case, Phrase, ScamType
from bot.registry.models import AuditEntry, Version
from core.errors import Refusal

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it is built in: nine times as fast
LIBRARY = Path(__file__).parent / "library"
VERSION = "library"
ALIAS = "alias"
QUESTION = "question"
ORDINARY = "ordinary"
LISTS = ("also", "steps", "signs", "actions", "groups", "tags", "second")
CARD = ("name", "kind", "official", "summary", "note", *LISTS)
ORDER = (
    "shuadan", "invest", "shopping", "kefu", "loan", "credit", "leader", "police", "romance", "game", "flight",
    "resale", "baiwan", "refund", "boss", "aiface", "nude", "minor", "antiaddict", "teacher", "exam", "phish",
    "parcel", "sexcard", "gold", "army", "asset", "elder", "farm", "card", "goip", "account", "ticket", "job",
    "gamble", "mlm", "live", "kidnap", "recover", "screen", "nfc",
)  # fmt: skip
"""How types are listed: the kinds of the Ministry's 2025 handbook first, then as families of the same trick."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class CaseFile(BaseModel):
    """One shipped case."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    tags: tuple[Line, ...] = ()


class TypeFile(BaseModel):
    """One shipped type with its card, phrases and cases."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{2,20}$")]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    kind: Literal["scam", "technique", "topic"]
    official: bool = False
    also: tuple[Line, ...] = ()
    summary: Line
    steps: tuple[Line, ...] = Field(min_length=1)
    signs: tuple[Line, ...] = ()
    actions: tuple[Line, ...] = Field(min_length=1)
    note: str = ""
    groups: tuple[Line, ...] = ()
    tags: tuple[Line, ...] = ()
    second: tuple[Line, ...] = ()
    aliases: tuple[Line, ...] = ()
    questions: tuple[Line, ...] = ()
    cases: tuple[CaseFile, ...] = ()

    @model_validator(mode="after")
    def _titles_differ(self) -> "TypeFile":
        titles = [case.title for case in self.cases]
        if twice := sorted({title for title in titles if titles.count(title) > 1}):
            raise ValueError(f"案例标题重复：{'、'.join(twice)}")
        return self


class Spelt(NamedTuple):
    """A message as its words are compared (`key_of`), folded with its digits masked, as its pieces are, and folded."""

    key: str
    masked: str
    folded: str


class LoadResult(NamedTuple):
    """Rows written (added, changed or retired) of each sort, and rows left as an editor made them."""

    types: int
    cases: int
    phrases: int
    kept: int

    @property
    def changed(self) -> bool:
        return bool(self.types or self.cases or self.phrases)


@dataclass
class _Tally:
    written: int = 0
    kept: int = 0


def key_of(text: str) -> str:
    """The spelling phrases and messages are compared in: folded, without punctuation, 帐户 as 账户."""
    return _bare(fold(text))


def spellings(text: str) -> Spelt:
    """All spellings of a message for little more than the time of one."""
    folded, masked = fold_both(text)
    return Spelt(_bare(folded), masked, folded)


def _bare(folded: str) -> str:
    return folded.replace(",", "").replace("?", "").replace("帐", "账")


def library_version(session: Session) -> int:
    """The number each process compares with what it holds; 0 before the first edit."""
    return session.scalar(select(Version.number).where(Version.name == VERSION)) or 0


def touch_library(session: Session) -> None:
    """Move the library's version; its row stays locked until the transaction ends, so versions follow commits."""
    here = update(Version).where(Version.name == VERSION).values(number=Version.number + 1)
    moved = session.execute(here, execution_options={"synchronize_session": False})
    if not moved.rowcount:  # type: ignore[attr-defined]
        session.execute(insert(Version).values(name=VERSION, number=1))


def read_library(folder: Path = LIBRARY) -> list[TypeFile]:
    """Every types/*.yaml under `folder`, in listing order. Raises Refusal naming each file and what is wrong in it."""
    read, faults = [], []
    for path in sorted((folder / "types").glob("*.yaml")):
        try:
            read.append(_read_type(path))
        except (yaml.YAMLError, ValidationError, ValueError) as error:
            faults.append(f"{path.name}：{_fault(error)}")
    faults += _clashes(read)
    if faults:
        raise Refusal("案例库文件有问题：\n" + "\n".join(faults))
    return sorted(read, key=_place)


def _read_type(path: Path) -> TypeFile:
    made = TypeFile.model_validate(yaml.load(path.read_text("utf-8"), Loader=_LOADER))
    if made.code != path.stem:
        raise ValueError(f"code 是 {made.code}，应与文件名相同")
    return made


def _fault(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "；".join(f"{'.'.join(map(str, e['loc']))} {e['msg']}" for e in error.errors())
    return " ".join(str(error).split())


def _clashes(files: list[TypeFile]) -> list[str]:
    codes, names = {file.code for file in files}, [file.name for file in files]
    twice = [f"{file.code}.yaml：名称“{file.name}”重复" for file in files if names.count(file.name) > 1]
    lost = [
        f"{file.code}.yaml：second 里的 {code} 不存在"
        for file in files
        for code in file.second
        if code not in codes
    ]
    return twice + lost


def _place(file: TypeFile) -> tuple[bool, int, str]:
    known = ORDER.index(file.code) if file.code in ORDER else len(ORDER)
    return file.kind == "topic", known, file.code


def load_library(session: Session, now: datetime, folder: Path = LIBRARY) -> LoadResult:
    """Bring the shipped files into the database; a second run changes nothing.

    A row an editor changed since it was loaded is never touched. A shipped row that is gone from the files is
    retired. The version moves, and the audit log gets a line, only when something changed.
    """
    files = read_library(folder)
    types, cases, phrases = (
        _load_types(session, files, now),
        _load_cases(session, files),
        _load_phrases(session, files),
    )
    kept = types.kept + cases.kept + phrases.kept
    result = LoadResult(types.written, cases.written, phrases.written, kept)
    if result.changed:
        touch_library(session)
        after = json.dumps(result._asdict())
        session.add(
            AuditEntry(at=now, actor="load-library", action="library.load", subject="library", after=after)
        )
        session.flush()
    return result


def _load_types(session: Session, files: list[TypeFile], now: datetime) -> _Tally:
    tally = _Tally()
    rows = {row.code: row for row in session.scalars(select(ScamType))}
    for position, file in enumerate(files, 1):
        row = rows.get(file.code)
        if row is not None and row.shipped != _card_hash(row):
            tally.kept += 1
        elif row is None or row.shipped != _fingerprint(_card_of(file)) or row.position != position:
            row = row or ScamType(code=file.code, version=0, shipped="")
            _write_card(row, file, position, now)
            session.add(row)
            tally.written += 1
    session.flush()
    return tally


def _card_of(file: TypeFile) -> dict[str, object]:
    plain = {name: getattr(file, name) for name in CARD}
    return {name: _listed(value) if name in LISTS else value for name, value in plain.items()}


def _write_card(row: ScamType, file: TypeFile, position: int, now: datetime) -> None:
    before = row.shipped
    for name, value in _card_of(file).items():
        setattr(row, name, value)
    row.position = position
    row.shipped = _card_hash(row)
    if row.shipped != before:
        row.version += 1
        row.changed_at = now


def _card_hash(row: ScamType) -> str:
    return _fingerprint({name: getattr(row, name) for name in CARD})


def _load_cases(session: Session, files: list[TypeFile]) -> _Tally:
    tally = _Tally()
    held = session.scalars(select(Case)).all()
    rows = {(row.type_code, row.first_title or row.title): row for row in held}
    renamed = {(row.type_code, row.title) for row in held if row.first_title}
    wanted = {(file.code, case.title): case for file in files for case in file.cases}
    for key, case in wanted.items():
        row = rows.pop(key, None)
        after = {"text": case.text, "tags": _listed(case.tags), "live": True}
        if _edited(row) if row else key in renamed:
            tally.kept += 1
        elif row is None or row.shipped != _fingerprint(after):
            row = row or Case(type_code=key[0], title=key[1], first_title="", version=0)
            _write_case(row, after)
            session.add(row)
            tally.written += 1
    for row in rows.values():
        if row.live and row.shipped and not _edited(row):
            _write_case(row, {"live": False})
            tally.written += 1
    return tally


def _write_case(row: Case, after: dict[str, object]) -> None:
    for name, value in after.items():
        setattr(row, name, value)
    row.shipped = _case_hash(row)
    row.version += 1


def _edited(row: Case) -> bool:
    """Whether an editor's hand was on it; its title is no part of the hash."""
    return row.shipped != _case_hash(row) or bool(row.first_title)


def _case_hash(row: Case) -> str:
    return _fingerprint({"text": row.text, "tags": row.tags, "live": row.live})


def _load_phrases(session: Session, files: list[TypeFile]) -> _Tally:
    """`shipped` is true while the row stands as the files left it; an editor's hand makes it false."""
    tally = _Tally()
    rows = {(row.kind, row.folded, row.type_code): row for row in session.scalars(select(Phrase))}
    wanted = dict(_phrases_in(files))
    for key, text in wanted.items():
        row = rows.pop(key, None)
        if row is None:
            kind, folded, code = key
            session.add(Phrase(type_code=code, kind=kind, text=text, folded=folded, live=True, shipped=True))
            tally.written += 1
        elif not row.shipped:
            tally.kept += 1
        elif not row.live or row.text != text:
            row.live, row.text = True, text
            tally.written += 1
    gone = [row.id for row in rows.values() if row.shipped and row.live]
    for start in range(0, len(gone), 500):
        session.execute(update(Phrase).where(Phrase.id.in_(gone[start : start + 500])).values(live=False))
    tally.written += len(gone)
    return tally


def _phrases_in(files: list[TypeFile]) -> Iterable[tuple[tuple[str, str, str], str]]:
    for file in files:
        for kind, texts in ((ALIAS, file.aliases), (QUESTION, file.questions)):
            for text in texts:
                if folded := key_of(text):
                    yield (kind, folded, file.code), text


def _listed(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _fingerprint(values: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
