"""The demo's catalogue: 1,662 invented items whose sums are the published ones of a model district.

Each figure comes out of the rows: 1,571 online, 516 with exactly one visit, 1,146 with none, 117
across provinces, 71 within the city cluster, 26 across regions, 31 decided at once, and 1,362
district-level items with both limits whose promised days are 12.12 % of the legal ones.
"""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import insert

from desk.catalogue.finding import doc_text
from desk.catalogue.models import DayUnit, Item, ItemDoc, ItemVersion
from desk.demo.place import Place
from desk.kernel.db import db

ITEMS = 1662
ONLINE = 1571
ONE_VISIT = 516
ACROSS_PROVINCES, CLUSTER, CROSS_REGION = 117, 71, 26
INSTANT = 31
DISTRICT_WITH_LIMITS = 1362
SHARE = (4, 33)
"""Promised to legal days over the district-level items: 4 of 33, a compression of 87.88 %."""

VALID_FROM = date(2024, 1, 1)

THINGS: tuple[tuple[int, tuple[tuple[str, str], ...]], ...] = (
    (
        0,
        (
            ("建设项目环境影响登记", "Environmental registration of a project"),
            ("户外广告设施设置", "Outdoor advertising"),
            ("临时占用城市道路", "Temporary use of a road"),
            ("林木采伐", "Tree felling"),
            ("取水许可", "Water abstraction permit"),
            ("生鲜乳收购站", "Raw milk station"),
        ),
    ),
    (
        1,
        (
            ("不动产转移登记（存量房买卖）", "Transfer of property (second-hand home)"),
            ("不动产抵押登记", "Mortgage of property"),
            ("不动产继承登记", "Inheritance of property"),
            ("不动产更名登记", "Change of name on property"),
            ("预告登记", "Priority notice"),
            ("地役权登记", "Easement"),
        ),
    ),
    (
        2,
        (
            ("城乡居民养老保险参保", "Residents' pension enrolment"),
            ("失业保险金申领", "Unemployment benefit"),
            ("工伤认定", "Recognition of work injury"),
            ("社会保障卡补领", "Replacement of social security card"),
            ("稳岗返还", "Job retention refund"),
            ("劳务派遣经营许可", "Labour dispatch licence"),
        ),
    ),
    (
        3,
        (
            ("企业设立登记", "Company registration"),
            ("企业注销登记", "Company deregistration"),
            ("食品经营许可", "Food business licence"),
            ("特种设备使用登记", "Special equipment registration"),
            ("个体工商户变更", "Change of a sole trader"),
            ("药品零售许可", "Retail pharmacy licence"),
        ),
    ),
    (
        4,
        (
            ("普通护照签发", "Ordinary passport"),
            ("户口迁移", "Moving of household registration"),
            ("居民身份证补领", "Replacement of identity card"),
            ("居住证申领", "Residence permit"),
            ("新生儿出生登记", "Registration of a birth"),
            ("保安员证核发", "Security guard certificate"),
        ),
    ),
    (
        5,
        (
            ("异地就医备案", "Registration of treatment elsewhere"),
            ("医疗费用手工报销", "Reimbursement of medical costs"),
            ("生育津贴支付", "Maternity allowance"),
            ("门诊慢特病认定", "Recognition of chronic illness"),
            ("参保信息变更", "Change of insurance data"),
            ("医保关系转移", "Transfer of medical insurance"),
        ),
    ),
    (
        6,
        (
            ("建筑工程施工许可", "Building permit"),
            ("商品房预售许可", "Pre-sale permit"),
            ("公租房申请", "Public rental housing"),
            ("排水许可", "Drainage permit"),
            ("竣工验收备案", "Completion filing"),
            ("燃气经营许可", "Gas supply licence"),
        ),
    ),
    (
        7,
        (
            ("税务注销", "Tax deregistration"),
            ("发票票种核定", "Approval of invoice types"),
            ("契税申报", "Deed tax return"),
            ("增值税留抵退税", "VAT credit refund"),
            ("税收优惠备案", "Tax relief filing"),
            ("完税证明开具", "Certificate of tax paid"),
        ),
    ),
    (
        8,
        (
            ("最低生活保障审核", "Minimum living allowance"),
            ("残疾人两项补贴", "Two allowances for disabled people"),
            ("高龄津贴发放", "Allowance of the very old"),
            ("社会团体成立登记", "Registration of an association"),
            ("收养登记", "Registration of adoption"),
            ("临时救助", "Temporary relief"),
        ),
    ),
    (
        9,
        (
            ("公共场所卫生许可", "Public hygiene permit"),
            ("医疗机构执业登记", "Registration of a clinic"),
            ("护士执业注册", "Registration of a nurse"),
            ("生育登记", "Birth registration service"),
            ("放射诊疗许可", "Radiology permit"),
            ("饮用水卫生许可", "Drinking water permit"),
        ),
    ),
    (
        10,
        (
            ("义务教育入学", "School enrolment"),
            ("民办学校设立", "Founding of a private school"),
            ("教师资格认定", "Teacher certification"),
            ("学籍转移", "Transfer of pupil records"),
            ("学生资助申请", "Student aid"),
            ("校外培训许可", "After-school training licence"),
        ),
    ),
    (
        11,
        (
            ("道路货物运输经营许可", "Road freight licence"),
            ("出租汽车驾驶员证", "Taxi driver's licence"),
            ("超限运输许可", "Oversize transport permit"),
            ("机动车维修备案", "Filing of a repair shop"),
            ("从业资格换证", "Renewal of a driver's qualification"),
            ("客运班线许可", "Coach route licence"),
        ),
    ),
)
WAYS = (
    ("首次办理", "first application"),
    ("变更", "change"),
    ("延续", "renewal"),
    ("补发", "replacement"),
    ("注销", "cancellation"),
    ("信息查询", "enquiry"),
    ("企业办理", "for businesses"),
    ("个人办理", "for individuals"),
    ("委托代办", "by a representative"),
    ("加急", "urgent"),
    ("年度报告", "annual report"),
    ("证明开具", "certificate"),
    ("异议处理", "objection"),
    ("批量办理", "in bulk"),
    ("上门办理", "at home"),
    ("容缺受理", "with papers to follow"),
    ("告知承诺", "by commitment"),
    ("跨街道办理", "in any street office"),
    ("预约办理", "by appointment"),
    ("全程网办", "fully online"),
    ("一件事联办", "as one matter"),
    ("特殊群体", "for people with special needs"),
    ("复核", "review"),
    ("备案", "filing"),
)
LEGAL = (5, 7, 10, 15, 20, 20, 30, 30, 45, 60)
TYPES = ("行政许可", "公共服务", "行政确认", "行政给付", "其他行政权力")


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """What the history needs of an item."""

    id: int
    version_id: int
    department_id: int
    name_zh: str
    name_en: str


def build_items(place: Place, rng: Random) -> list[CatalogueItem]:
    """Write the catalogue; the caller holds the transaction."""
    names = _names()
    limits = _limits(rng)
    flags = _flags(rng)
    departments = [place.departments[at] for at, _zh, _en in names]
    rows = [
        {
            "region_id": place.region.id,
            "code": f"420699-{department.code}-{n + 1:04d}",
            "department_id": department.id,
        }
        for n, department in enumerate(departments)
    ]
    ids = _inserted(Item, rows)
    versions = []
    for n, item_id in enumerate(ids):
        _at, zh, en = names[n]
        legal, promised, level = limits[n]
        versions.append(
            {
                "item_id": item_id,
                "version": 1,
                "valid_from": VALID_FROM,
                "name_zh": zh,
                "name_en": en,
                "type": TYPES[n % len(TYPES)],
                "level": level,
                "legal_n": legal,
                "legal_unit": DayUnit.WORKING_DAY if legal is not None else None,
                "promised_n": promised,
                "promised_unit": DayUnit.WORKING_DAY if promised is not None else None,
                "visits": flags.visits[n],
                "online": flags.online[n],
                "instant": promised == 0,
                "ratable": True,
                "reach": flags.reach[n],
                "materials": ["申请表", "身份证明", "有关批准文件"][: 1 + n % 3],
                "guide": {"window": f"{n % 30 + 1:02d}"},
            }
        )
    version_ids = _inserted(ItemVersion, versions)
    db.session.execute(
        insert(ItemDoc),
        [
            {
                "item_id": item_id,
                "text": doc_text((zh, en), (department.name_zh, department.name_en)),
            }
            for item_id, department, (_at, zh, en) in zip(ids, departments, names, strict=True)
        ],
    )
    return [
        CatalogueItem(item_id, version_id, department.id, zh, en)
        for item_id, version_id, department, (_at, zh, en) in zip(
            ids, version_ids, departments, names, strict=True
        )
    ]


def _inserted(model: type[Item | ItemVersion], rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and return their ids in the same order."""
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows))


def _names() -> list[tuple[int, str, str]]:
    """Combine matters and ways; the department's place, the Chinese and the English name."""
    combined = [
        (place, f"{zh}·{way_zh}", f"{en}, {way_en}")
        for way_zh, way_en in WAYS
        for place, things in THINGS
        for zh, en in things
    ]
    return combined[:ITEMS]


def _limits(rng: Random) -> list[tuple[int | None, int | None, str]]:
    """Give legal and promised days so that the district's sums stand exactly as 33 to 4.

    Thirty-one items promise an answer at once (0 days); the sums are evened out on the others.
    """
    legal = [rng.choice(LEGAL) for _ in range(DISTRICT_WITH_LIMITS)]
    part, whole = SHARE
    legal[0] += (-sum(legal)) % whole
    target = sum(legal) * part // whole
    promised = [
        0 if n < INSTANT else max(1, round(days * part / whole)) for n, days in enumerate(legal)
    ]
    n = INSTANT
    while sum(promised) != target:
        step = 1 if sum(promised) < target else -1
        if 1 <= promised[n] + step <= legal[n]:
            promised[n] += step
        n = INSTANT + (n + 1 - INSTANT) % (DISTRICT_WITH_LIMITS - INSTANT)
    rows: list[tuple[int | None, int | None, str]] = [
        (days, kept, "county") for days, kept in zip(legal, promised, strict=True)
    ]
    rows += [(None, None, "township" if n % 2 else "city") for n in range(ITEMS - len(rows))]
    rng.shuffle(rows)
    return rows


@dataclass(frozen=True, slots=True)
class _Flags:
    visits: list[int]
    online: list[bool]
    reach: list[list[str]]


def _flags(rng: Random) -> _Flags:
    visits = [1] * ONE_VISIT + [0] * (ITEMS - ONE_VISIT)
    online = [True] * ONLINE + [False] * (ITEMS - ONLINE)
    reach: list[list[str]] = [[] for _ in range(ITEMS)]
    for word, number in (
        ("across_provinces", ACROSS_PROVINCES),
        ("cluster", CLUSTER),
        ("cross_region", CROSS_REGION),
    ):
        for n in rng.sample(range(ITEMS), number):
            reach[n].append(word)
    rng.shuffle(visits)
    rng.shuffle(online)
    return _Flags(visits, online, reach)
