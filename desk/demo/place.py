"""The demo's invented district: its hall, departments, windows and staff."""

from dataclasses import dataclass
from datetime import date
from random import Random

from desk.access.permissions import Role
from desk.accounts.models import Membership, User
from desk.kernel.db import db
from desk.organisation.actions.places import open_hall, place_region
from desk.organisation.actions.reference import load_reference
from desk.organisation.models import Department, Hall, Region, RegionLevel, Window
from desk.organisation.queries import forget_kept

CITY = "420600"
DEPARTMENTS = (
    ("D01", "区行政审批局", "Administrative Approval Bureau"),
    ("D02", "区不动产登记中心", "Property Registration Centre"),
    ("D03", "区人力资源和社会保障局", "Human Resources and Social Security Bureau"),
    ("D04", "区市场监督管理局", "Market Regulation Bureau"),
    ("D05", "区公安分局", "Public Security Sub-bureau"),
    ("D06", "区医疗保障局", "Medical Security Bureau"),
    ("D07", "区住房和城乡建设局", "Housing and Construction Bureau"),
    ("D08", "区税务局", "Tax Bureau"),
    ("D09", "区民政局", "Civil Affairs Bureau"),
    ("D10", "区卫生健康局", "Health Bureau"),
    ("D11", "区教育局", "Education Bureau"),
    ("D12", "区交通运输局", "Transport Bureau"),
)
ZONES = ("企业开办区", "不动产区", "社保医保区", "公安户政区", "综合窗口区")
WINDOWS = 30
ACCOUNTS = (
    ("clerk", "沈青禾", Role.CLERK, 0),
    ("clerk2", "许闻笛", Role.CLERK, 0),
    ("handler", "项舟", Role.HANDLER, 1),
    ("handler2", "程亦安", Role.HANDLER, 2),
    ("lead", "郑简", Role.LEAD, 1),
    ("lead2", "高望", Role.LEAD, 2),
    ("supervisor", "陆知微", Role.SUPERVISOR, 0),
    ("supervisor2", "方既白", Role.SUPERVISOR, 0),
    ("integrity", "严守一", Role.INTEGRITY, 0),
    ("admin", "温故", Role.ADMIN, 0),
    ("auditor", "秦录", Role.AUDITOR, 0),
)
"""Login, name, role, and the place in `DEPARTMENTS` for handlers and leads."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the demo happens, and who works there by login."""

    region: Region
    hall: Hall
    departments: tuple[Department, ...]
    windows: tuple[Window, ...]
    staff: dict[str, User]
    handlers: dict[int, User]
    leads: dict[int, User]


def build_place(rng: Random, *, password_hash: str) -> Place:
    """Make the district with everybody in it; the caller holds the transaction."""
    city = place_region(CITY)
    root = city
    while root.parent_id is not None:
        root = db.session.get_one(Region, root.parent_id)
    load_reference(root)
    region = Region(
        code="420699",
        parent_id=city.id,
        level=RegionLevel.COUNTY,
        name_zh="西洲区",
        name_en="Xizhou District",
        path=f"{city.path}420699/",
        short_code="XZ",
        is_home=True,
    )
    db.session.add(region)
    db.session.flush()
    forget_kept()
    hall = open_hall(
        region,
        code="H1",
        name_zh="西洲区政务服务大厅",
        name_en="Xizhou District Service Hall",
        phone="0710-5550100",
        address="西洲区临湖路1号",
    )
    departments = tuple(
        Department(region_id=region.id, code=code, name_zh=zh, name_en=en)
        for code, zh, en in DEPARTMENTS
    )
    db.session.add_all(departments)
    db.session.flush()
    windows = tuple(
        Window(
            hall_id=hall.id,
            department_id=departments[n % len(departments)].id,
            code=f"{n + 1:02d}",
            zone=ZONES[n % len(ZONES)],
            qr_code=f"XZ{rng.getrandbits(60):015x}",
        )
        for n in range(WINDOWS)
    )
    db.session.add_all(windows)
    db.session.flush()
    staff = _staff(region, hall, departments, password_hash)
    return Place(
        region,
        hall,
        departments,
        windows,
        staff,
        _of_departments(region, departments, staff, Role.HANDLER, password_hash),
        _of_departments(region, departments, staff, Role.LEAD, password_hash),
    )


def _staff(
    region: Region, hall: Hall, departments: tuple[Department, ...], password_hash: str
) -> dict[str, User]:
    made = {login: _person(login, name, password_hash) for login, name, _role, _place in ACCOUNTS}
    db.session.flush()
    for login, _name, role, place in ACCOUNTS:
        in_department = role in {Role.HANDLER, Role.LEAD}
        _seat(
            made[login],
            role,
            region,
            hall_id=hall.id if role is Role.CLERK else 0,
            department_id=departments[place].id if in_department else 0,
        )
    return made


def _of_departments(
    region: Region,
    departments: tuple[Department, ...],
    staff: dict[str, User],
    role: Role,
    password_hash: str,
) -> dict[int, User]:
    """Give every department somebody of a role: the demo account where there is one."""
    found: dict[int, User] = {
        departments[place].id: staff[login]
        for login, _name, its_role, place in ACCOUNTS
        if its_role is role
    }
    for department in departments:
        if department.id not in found:
            login = f"{role.value}-{department.code.lower()}"
            person = _person(
                login,
                f"{department.name_zh[1:3]}{'经办员' if role is Role.HANDLER else '负责人'}",
                password_hash,
            )
            db.session.flush()
            _seat(person, role, region, hall_id=0, department_id=department.id)
            found[department.id] = person
    return found


def _person(login: str, name: str, password_hash: str) -> User:
    user = User(login=login, name=name, password_hash=password_hash)
    db.session.add(user)
    return user


def _seat(user: User, role: Role, region: Region, *, hall_id: int, department_id: int) -> None:
    db.session.add(
        Membership(
            user_id=user.id,
            role=role,
            region_id=region.id,
            hall_id=hall_id,
            department_id=department_id,
            from_on=date(2020, 1, 1),
            granted_by="demo",
            confirmed_by="demo-second",
        )
    )
