import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registry import people, promoters, scenes
from bot.registry.erase import erase
from bot.registry.models import BroughtIn, UnitKind
from bot.registry.promoters import labels_in
from bot.registry.unit_ends import merge_units
from core.clock import county_date
from core.errors import Conflict, Refusal
from core.secrets import Vault
from tests import make
from tests.conftest import DATA_KEY


@pytest.fixture
def bureau(session):
    return make.unit(session, "民政局", code="D01", kind=UnitKind.AGENCY)


def added(session, unit, clock, *labels):
    return promoters.add(session, unit, list(labels), "zhang", clock())


def came(session, unit, scene, clock):
    person = make.follower(session, scene=scene)
    people.register(session, person.id, unit.id, 1, "chat", clock())
    promoters.credit(session, person.id)
    return person


def row(session, unit, label):
    return next(one for one in promoters.listed(session, [unit.id]) if one.label == label)


def test_who_comes_by_a_promoters_code_counts_for_the_promoter(session, bureau, clock):
    wang, _ = added(session, bureau, clock, "王小明", "1007")
    came(session, bureau, scenes.scene_of_promoter(wang), clock)
    came(session, bureau, scenes.scene_of("D01"), clock)
    assert (row(session, bureau, "王小明").now, row(session, bureau, "王小明").total) == (1, 1)
    assert (row(session, bureau, "1007").now, row(session, bureau, "1007").total) == (0, 0)
    assert promoters.totals(promoters.listed(session, [bureau.id])) == (1, 1)


def test_who_erases_themselves_stays_as_a_count_that_leads_to_nobody(session, bureau, clock):
    (wang,) = added(session, bureau, clock, "王小明")
    person = came(session, bureau, scenes.scene_of_promoter(wang), clock)
    erase(session, person.id, Vault(DATA_KEY), clock(), by_wish=True)
    assert (row(session, bureau, "王小明").now, row(session, bureau, "王小明").total) == (0, 1)
    assert session.query(BroughtIn).count() == 0


def test_a_merged_units_promoters_go_on_in_the_other_with_their_counts(session, bureau, clock):
    other = make.unit(session, "教育局", code="D02", kind=UnitKind.AGENCY)
    added(session, other, clock, "王小明")
    (wang,) = added(session, bureau, clock, "王小明")
    came(session, bureau, scenes.scene_of_promoter(wang), clock)
    merge_units(session, bureau.id, other.id, clock())
    assert [(each.label, each.now) for each in promoters.listed(session, [other.id])] == [
        ("王小明", 0), ("王小明(2)", 1),
    ]  # fmt: skip
    assert scenes.unit_of_scene(session, scenes.scene_of_promoter(wang), county_date(clock())).id == other.id
    came(session, other, scenes.scene_of_promoter(wang), clock)
    assert row(session, other, "王小明(2)").now == 2


def test_a_second_credit_for_the_same_person_does_nothing(session, bureau, clock):
    (wang,) = added(session, bureau, clock, "王小明")
    person = came(session, bureau, scenes.scene_of_promoter(wang), clock)
    assert not promoters.credit(session, person.id)
    assert row(session, bureau, "王小明").total == 1


def test_a_closed_promoters_code_still_names_the_unit_and_counts_for_nobody(session, bureau, clock):
    (wang,) = added(session, bureau, clock, "王小明")
    held = promoters.by_id(session, row(session, bureau, "王小明").id)
    promoters.set_open(session, held, False, "zhang", clock())
    scene = scenes.scene_of_promoter(wang)
    assert scenes.unit_of_scene(session, scene, county_date(clock())).id == bureau.id
    came(session, bureau, scene, clock)
    assert row(session, bureau, "王小明").total == 0
    promoters.set_open(session, held, True, "zhang", clock())
    came(session, bureau, scene, clock)
    assert row(session, bureau, "王小明").total == 1


def test_numbers_go_on_where_they_ended(session, bureau, clock):
    added(session, bureau, clock, *promoters.numbered(session, bureau.id, 2))
    assert promoters.numbered(session, bureau.id, 2) == ["推广员3", "推广员4"]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["长" * 21], "太长"),
        (["王", "王"], "写了两次"),
        (["13800001111"], "不要写手机号"),
        (["王小明 13800001111"], "不要写手机号"),
        (["王小明（138-0000-1111）"], "不要写手机号"),
        (["工号7 １３８００００１１１１"], "不要写手机号"),
        (["+8613800001111李"], "不要写手机号"),
        ([], "1 到 500"),
        (["x"] * 501, "1 到 500"),
    ],
)
def test_labels_that_cannot_be_are_refused_and_nothing_is_added(session, bureau, clock, labels, said):
    with pytest.raises(Refusal, match=said):
        added(session, bureau, clock, *labels)
    assert promoters.listed(session, [bureau.id]) == []


@pytest.mark.parametrize("label", ["工号 20130012345", "王小明 0470-1234567", "138000011112"])
def test_a_number_that_is_no_mobile_number_may_stand_in_a_label(session, bureau, clock, label):
    added(session, bureau, clock, label)
    assert [each.label for each in promoters.listed(session, [bureau.id])] == [label]


def test_a_label_of_the_same_unit_is_taken_and_of_another_is_not(session, bureau, clock):
    added(session, bureau, clock, "王小明")
    with pytest.raises(Conflict, match="王小明"):
        added(session, bureau, clock, "李四", "王小明")
    assert added(session, make.unit(session, "教育局", kind=UnitKind.AGENCY), clock, "王小明")


def test_a_list_is_read_line_by_line_and_by_commas():
    assert labels_in(" 王小明 \n\n李四，赵　六、1007,孙七\r\n") == ["王小明", "李四", "赵 六", "1007", "孙七"]


@given(st.text(max_size=70))
def test_a_scene_is_a_promoters_only_when_it_begins_as_one_and_says_more(scene):
    code = scenes.promoter_in(scene)
    assert (code is not None) == (scene.startswith("p:") and len(scene) > 2)
    assert code is None or scenes.scene_of_promoter(code) == scene


@given(st.text(min_size=1, max_size=40))
def test_every_code_comes_back_out_of_its_scene(code):
    assert scenes.promoter_in(scenes.scene_of_promoter(code)) == code
    assert scenes.promoter_in(scenes.scene_of(code)) is None


@given(st.text())
def test_labels_read_from_any_text_hold_no_line_breaks_and_no_blanks_at_their_ends(typed):
    assert all(label == label.strip() and label and "\n" not in label for label in labels_in(typed))


@pytest.mark.parametrize("scene", ["", "u:", "p:", "p:nobody", "u:D99", "u:p:x", "pp:x"])
def test_a_scene_that_names_nothing_leads_nowhere(session, bureau, clock, scene):
    assert scenes.unit_of_scene(session, scene, county_date(clock())) is None
