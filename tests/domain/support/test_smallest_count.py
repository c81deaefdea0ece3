"""The smallest count that is shown: a dated setting of a province, with a default of our own."""

import pytest

from domain.support.errors import (
    SmallestCountInvalid,
    SmallestCountOfProvince,
    SupportDocumentMissing,
)
from domain.support.smallest_count import (
    DEFAULT,
    SetSmallestCount,
    SmallestCount,
    smallest_count,
    smallest_count_id,
)
from tests.domain.support.conftest import PROVINCE, SupportOffice
from tests.given import HUONG_SO, day


def on(office: SupportOffice, when: str, province: str = PROVINCE) -> int:
    return smallest_count(office.application.support.services(), province, day(when))


def test_the_number_of_the_province_counts_from_its_day_on_then_that_of_the_country(
    office: SupportOffice,
) -> None:
    office.do(SetSmallestCount("", 7), "2023-01-01")
    office.do(SetSmallestCount(PROVINCE, 10), "2023-03-01")
    office.do(SetSmallestCount(PROVINCE, 3), "2023-06-01")
    assert on(office, "2022-12-31") == DEFAULT
    assert on(office, "2023-02-28") == 7
    assert on(office, "2023-03-01") == 10
    assert on(office, "2023-06-01") == 3
    assert on(office, "2023-06-01", "") == 7


def test_the_same_again_records_nothing(office: SupportOffice) -> None:
    first = office.do(SetSmallestCount(PROVINCE, 10), "2023-03-01")
    again = office.do(SetSmallestCount(PROVINCE, 10), "2023-03-01")
    assert again.version == first.version
    found = office.application.support.find(SmallestCount, smallest_count_id(PROVINCE))
    assert found is not None
    assert len(office.events(found.id)) == 2


@pytest.mark.parametrize("households", [-1, 0, 1, 101])
def test_a_number_out_of_bounds_is_refused(office: SupportOffice, households: int) -> None:
    with pytest.raises(SmallestCountInvalid):
        office.do(SetSmallestCount(PROVINCE, households), "2023-03-01")
    assert on(office, "2023-03-01") == DEFAULT


def test_a_commune_has_no_number_of_its_own(office: SupportOffice) -> None:
    with pytest.raises(SmallestCountOfProvince):
        office.do(SetSmallestCount(HUONG_SO, 10), "2023-03-01")


def test_a_setting_needs_a_paper(office: SupportOffice) -> None:
    with pytest.raises(SupportDocumentMissing):
        office.do(SetSmallestCount(PROVINCE, 10), "2023-03-01", document=None)
