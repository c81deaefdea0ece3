"""An administrator at the pages, the owner who is told of it, and the auditor who reads it."""

import re
from typing import Any

from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.persons import Person

WHY = "Quên mật khẩu, đã gặp trực tiếp"
OWN = "/tai-khoan/cua-toi"
LOG = "/nhat-ky-quan-tri"


def one_time(page: str) -> str:
    found = re.search(r'chỉ hiện lần này:\s*<code translate="no">([^<]+)</code>', page)
    assert found, page
    return found[1]


def test_who_gets_a_one_time_password_is_told_and_can_only_choose_another(
    person: Any, with_passwords: Office
) -> None:
    with_passwords.account("quen.mk", ("case_worker", HUONG_SO))
    administrator: Person = person("administrator")
    at = "/tai-khoan/quen.mk"
    assert administrator.send(at, f"{at}/mat-khau", reason="").status_code == 422
    given = one_time(administrator.send(at, f"{at}/mat-khau", reason=WHY).text)

    owner: Person = person("")
    assert owner.sign_in("quen.mk", given).headers["Location"] == f"{OWN}#password"
    page = owner.text(OWN)
    assert "administrator đã đặt lại mật khẩu của tài khoản này lúc 09:00 ngày 20/12/2023." in page
    assert WHY in page
    assert "Tạo mã" not in page
    assert owner.get("/ho").headers["Location"] == f"{OWN}#password"
    refused = owner.send(OWN, f"{OWN}/ma", label="x", present_for_token=given)
    assert refused.status_code == 403
    same = owner.send(OWN, f"{OWN}/mat-khau", present=given, password=given)
    assert same.status_code == 422
    new = "một câu dễ nhớ"
    assert owner.send(OWN, f"{OWN}/mat-khau", present=given, password=new).status_code == 303
    assert owner.get("/ho").status_code == 200
    assert person("").sign_in("quen.mk", given).status_code == 401
    later: Person = person("")
    assert later.sign_in("quen.mk", new).headers["Location"] == "/"
    assert "đã đặt lại mật khẩu" not in later.text(OWN)


def test_a_token_asks_for_the_password(person: Any, with_passwords: Office) -> None:
    someone: Person = person("chairman")
    for typed in (None, "", "not the password"):
        refused = someone.send(OWN, f"{OWN}/ma", label="báo cáo", present_for_token=typed)
        assert refused.status_code == 422
        assert 'id="e-present_for_token"' in refused.text
        assert "socai_" not in refused.text


def test_a_locked_account_is_opened_by_another_administrator(
    person: Any, with_passwords: Office
) -> None:
    with_passwords.account("second.admin", ("administrator", ""))
    with_passwords.account("tam.nghi", ("auditor", HUE))
    with with_passwords.services.pool.connection() as conn:
        conn.execute(
            "update office.accounts set password_hash ="
            " (select password_hash from office.accounts where account = 'administrator')"
            " where account in ('second.admin', 'tam.nghi')"
        )
    first: Person = person("administrator")
    at = "/tai-khoan/tam.nghi"
    assert first.send(at, f"{at}/khoa", reason="Nghỉ thai sản").status_code == 303
    assert person("").sign_in("tam.nghi").status_code == 401
    refused = first.send(at, f"{at}/mo-lai", reason="Đi làm lại")
    assert refused.status_code == 422
    assert "Hãy đề nghị một quản trị viên khác" in refused.text
    second: Person = person("second.admin")
    assert second.send(at, f"{at}/mo-lai", reason="Đi làm lại").status_code == 303
    back: Person = person("")
    assert back.sign_in("tam.nghi").status_code == 303
    page = back.text(OWN)
    assert "second.admin đã mở lại tài khoản này" in page
    assert "Nghỉ thai sản" in page

    shown = person("auditor").text(f"{LOG}?account=tam.nghi")
    for said in ("khóa tài khoản", "mở lại tài khoản", "Nghỉ thai sản", "Đi làm lại"):
        assert said in shown
    assert "tam.nghi" not in person("far.auditor").text(LOG)
    assert f'href="{LOG}' in person("auditor").text("/nhat-ky-doc")


def test_an_administrator_of_a_province_sees_its_accounts_alone(
    person: Any, with_passwords: Office
) -> None:
    with_passwords.account("hue.qt", ("administrator", HUE))
    with with_passwords.services.pool.connection() as conn:
        conn.execute(
            "update office.accounts set password_hash ="
            " (select password_hash from office.accounts where account = 'administrator')"
            " where account = 'hue.qt'"
        )
    someone: Person = person("hue.qt")
    page = someone.text("/tai-khoan")
    assert "/tai-khoan/case_worker" in page
    assert "/tai-khoan/far.case_worker" not in page
    assert someone.get("/tai-khoan/far.case_worker").status_code == 404
    at = "/tai-khoan/case_worker"
    role = {"role": "surveyor", "reach": "unit", "reason": WHY}
    assert someone.send(at, f"{at}/vai-tro", area="18085", **role).status_code == 403
    assert someone.send(at, f"{at}/vai-tro", area="19804", **role).status_code == 303
