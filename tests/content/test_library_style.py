"""The shipped library: complete files, short calm sentences, and nothing said that may not be said."""

import re
from collections import Counter

import pytest
import yaml

from bot.content.library import LIBRARY, TypeFile, read_library

GROUPS = {"学生", "家长", "老年人", "个体商户", "财务人员", "农牧民", "务工人员", "居民"}
OFFICIAL = {
    "shuadan", "invest", "shopping", "kefu", "loan", "credit",
    "leader", "police", "romance", "game", "flight",
}  # fmt: skip
"""The ten kinds of the Ministry's 2025 handbook; it counts loans and credit records as one kind."""

CARRIERS_NUMBER = "10699000"  # answers of 一证通查 come from it
PHONES = {"110", "96110", "12381", "12321", "12345", "12315", "12377", CARRIERS_NUMBER}
BLAME = ("贪心", "贪婪", "贪小便宜", "太傻", "愚蠢", "活该", "傻到", "自作自受", "咎由自取")
WEB = re.compile(r"https?:|www\.|[a-z0-9-]+\.(?:com|cn|net|org|top|xyz|cc|vip)\b", re.IGNORECASE | re.ASCII)
DIALLED = re.compile(r"(?<![\d.])\d{5,}(?!\d|\.\d|多?[元块])")
HELP = re.compile(r"110|报警|派出所|民警|123[0-9]{2}")
SENTENCE_END = re.compile(r"[。！？；\n]")

SUMMARY, STEP, SIGN, ACTION, NOTE, NAME, TITLE = 45, 40, 26, 32, 60, 14, 18
SENTENCE = 60
SHORTEST, LONGEST = 45, 250  # a case: from the one sentence of a report to a short story


def sayings(file: TypeFile) -> list[str]:
    """What a card says in our own voice."""
    return [file.summary, *file.steps, *file.signs, *file.actions, file.note]


def everything(file: TypeFile) -> list[str]:
    cases = [part for case in file.cases for part in (case.title, case.text)]
    return [file.name, *file.also, *sayings(file), *file.aliases, *file.questions, *cases]


def shared_aliases() -> set[str]:
    path = LIBRARY / "shared_aliases.yaml"
    return set(yaml.safe_load(path.read_text("utf-8")) or ()) if path.exists() else set()


FILES = read_library()
TRICKS = [file for file in FILES if file.kind != "topic"]


def code_of(file: TypeFile) -> str:
    return file.code


each_type = pytest.mark.parametrize("file", FILES, ids=code_of)
each_trick = pytest.mark.parametrize("file", TRICKS, ids=code_of)


@each_type
def test_a_type_has_enough_words_to_be_found_by(file):
    assert len(file.aliases) >= 12
    assert len(file.questions) >= 15
    assert len(file.cases) >= (0 if file.kind == "topic" else 6)


def test_there_are_cases_enough():
    assert sum(len(file.cases) for file in FILES) >= 250


@each_trick
def test_a_scam_has_a_full_card(file):
    assert 2 <= len(file.steps) <= 4
    assert 3 <= len(file.signs) <= 5
    assert 2 <= len(file.actions) <= 4


@each_type
def test_every_part_of_a_card_fits_its_place(file):
    assert len(file.name) <= NAME
    assert len(file.summary) <= SUMMARY
    assert [step for step in file.steps if len(step) > STEP] == []
    assert [sign for sign in file.signs if len(sign) > SIGN] == []
    assert [action for action in file.actions if len(action) > ACTION] == []
    assert len(file.note) <= NOTE


@each_type
def test_no_sentence_of_a_card_is_long(file):
    sentences = [sentence for text in sayings(file) for sentence in SENTENCE_END.split(text)]
    assert [sentence for sentence in sentences if len(sentence) > SENTENCE] == []


@each_type
def test_cases_have_the_length_of_a_short_story(file):
    assert [case.title for case in file.cases if not SHORTEST <= len(case.text) <= LONGEST] == []
    assert [case.title for case in file.cases if len(case.title) > TITLE] == []


@each_trick
def test_questions_have_the_length_people_type(file):
    assert [question for question in file.questions if not 6 <= len(question) <= 35] == []


@each_trick
def test_aliases_have_the_length_of_a_word_or_phrase(file):
    assert [alias for alias in file.aliases if not 2 <= len(alias) <= 10] == []


@each_type
def test_nothing_is_listed_twice(file):
    for texts in (file.aliases, file.questions, [case.title for case in file.cases], file.also, file.second):
        assert [text for text, times in Counter(texts).items() if times > 1] == []


@each_type
def test_audiences_come_from_the_agreed_list(file):
    assert set(file.groups) <= GROUPS


@each_type
def test_a_second_type_is_another_one(file):
    assert file.code not in file.second
    assert len(file.second) <= 2


@each_type
def test_no_web_address_is_shown(file):
    assert [text for text in everything(file) if WEB.search(text)] == []


@each_type
def test_no_number_but_the_official_ones_can_be_dialled(file):
    numbers = {number for text in everything(file) for number in DIALLED.findall(text)}
    assert numbers <= PHONES


@each_type
def test_nobody_is_blamed(file):
    assert [text for text in everything(file) if any(word in text for word in BLAME)] == []


@each_type
def test_nothing_unverified_is_said(file):
    assert [text for text in everything(file) if "待核" in text or "〔" in text] == []


@each_type
def test_no_way_to_recover_money_is_promised(file):
    promises = ("一定能追回", "保证追回", "可以全额追回", "包追回")
    assert [text for text in sayings(file) if any(promise in text for promise in promises)] == []


@each_trick
def test_a_scam_card_says_whom_to_turn_to(file):
    assert any(HELP.search(action) for action in file.actions)


def test_codes_are_unique_and_name_their_file():
    assert [path.stem for path in sorted((LIBRARY / "types").glob("*.yaml"))] == sorted(map(code_of, FILES))


def test_second_types_exist():
    codes = set(map(code_of, FILES))
    assert [file.code for file in FILES if not set(file.second) <= codes] == []


def test_the_official_types_are_marked_as_such():
    assert {file.code for file in FILES if file.official} == OFFICIAL


def test_no_alias_is_claimed_by_two_types():
    claims = {(alias.lower(), file.code) for file in FILES for alias in file.aliases}
    times = Counter(alias for alias, _ in claims)
    assert {alias for alias, count in times.items() if count > 1} <= shared_aliases()


def test_no_question_is_claimed_by_two_types():
    times = Counter(question for file in FILES for question in file.questions)
    assert sorted(question for question, count in times.items() if count > 1) == []


def test_a_name_opens_one_type_only():
    times = Counter(name for file in FILES for name in {file.name, *file.also})
    assert sorted(name for name, count in times.items() if count > 1) == []
