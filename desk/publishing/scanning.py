"""What in a text may tell who somebody is: found before anything is published.

A finding that `stops` has to be written otherwise; of every other one a person says that it names
nobody. The scan would rather stop a harmless number than let a telephone number through.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from desk.publishing.flattening import Flat, flatten, spoken, squeezed

FEWEST_DIGITS = 7
AROUND = 12
BETWEEN = r"[\s\-‐-―−._~·•・:/\\|()\[\]{}<>+*#=、'\"“”‘’]"
GLUE = rf"(?:{BETWEEN}|[,，;；]){{0,6}}"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜"
    "叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎"
    "贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧"
)
HONORIFICS = (
    "先生|女士|小姐|太太|师傅|大爷|大妈|大娘|大叔|大伯|大姐|大哥|阿姨|奶奶|爷爷|同志|老师|医生|"
    "律师|经理|老板|科长|处长|局长|主任|所长|队长|股长|书记|镇长|村长"
)


class Trace(StrEnum):
    """What a finding is."""

    DIGITS = "digits"
    PHONE = "phone"
    IDENTITY = "identity"
    CARD = "card"
    CREDIT_CODE = "credit_code"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    ADDRESS = "address"
    PARTY = "party"
    STAFF = "staff"
    NAME = "name"
    DAY = "day"
    ECHO = "echo"


STOPS = frozenset(
    {
        Trace.DIGITS,
        Trace.PHONE,
        Trace.IDENTITY,
        Trace.CARD,
        Trace.CREDIT_CODE,
        Trace.PLATE,
        Trace.EMAIL,
        Trace.ACCOUNT,
        Trace.ADDRESS,
        Trace.PARTY,
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the case knows: `parties` are its people and firms, `staff` those who worked on it."""

    parties: frozenset[str] = field(default=frozenset(), repr=False)
    staff: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of a text: what it may be, where it stands, and what stands around it."""

    trace: Trace
    part: str
    start: int
    end: int
    piece: str
    before: str
    after: str

    @property
    def stops(self) -> bool:
        """Tell whether it has to go; of the others somebody says that they name nobody."""
        return self.trace in STOPS

    @property
    def key(self) -> str:
        """Name the finding for an answer: the same words in the same part are answered once."""
        raw = f"{self.trace}|{self.part}|{self.piece}"
        return hashlib.sha256(raw.encode()).hexdigest()[:16]


Span = tuple[Trace, int, int]


def scan(part: str, text: str, known: Known) -> list[Finding]:
    """List what one part of a text may tell of somebody, in its order; nothing within another."""
    flat = flatten(text)
    found: list[Span] = []
    for look in LOOKS:
        for span in look(flat, known):
            if not any(span[1] < end and start < span[2] for _trace, start, end in found):
                found.append(span)
    found.sort(key=lambda span: span[1])
    return [
        Finding(
            trace,
            part,
            start,
            end,
            text[start:end],
            text[max(0, start - AROUND) : start].rpartition("\n")[2],
            text[end : end + AROUND].partition("\n")[0],
        )
        for trace, start, end in found
    ]


def _matches(trace: Trace, pattern: re.Pattern[str], flat: Flat) -> Iterator[Span]:
    for match in pattern.finditer(flat.text):
        yield (trace, *flat.span(match.start(), match.end()))


def _names(trace: Trace, names: Collection[str], flat: Flat) -> Iterator[Span]:
    """Find names whatever stands between their characters; a Latin one ends where its word does."""
    for name in sorted(names, key=len, reverse=True):
        wanted = squeezed(flatten(name)).text
        if len(wanted) < 2:
            continue
        if wanted.isascii():
            parts = [re.escape(part) for part in re.split(r"[\W_]+", flatten(name).text) if part]
            pattern = r"(?<![A-Za-z0-9])" + rf"{BETWEEN}*".join(parts) + r"(?![A-Za-z0-9])"
            yield from _matches(trace, re.compile(pattern, re.IGNORECASE), flat)
            continue
        tight = squeezed(flat)
        at = tight.text.find(wanted)
        while at >= 0:
            yield (trace, *tight.span(at, at + len(wanted)))
            at = tight.text.find(wanted, at + 1)


def _called(trace: Trace, names: Collection[str], flat: Flat) -> Iterator[Span]:
    """Find the family name of somebody known before a form of address."""
    families = {name[0] for name in names if name and "\u4e00" <= name[0] <= "\u9fff"}
    if families:
        pattern = rf"[老小]?[{''.join(sorted(families))}][一-鿿]{{0,2}}?(?:{HONORIFICS})"
        yield from _matches(trace, re.compile(pattern), flat)


CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"
TIME = re.compile(
    rf"(?<!\d)(?<!\d{BETWEEN})(?:"
    r"(?:19|20)\d\d(?P<mark>[-/.])(?:0?[1-9]|1[0-2])(?P=mark)(?:0?[1-9]|[12]\d|3[01])"
    rf"(?:[ T]{CLOCK}(?::\d\d)?)?|{CLOCK}(?: ?[-~‐-―] ?{CLOCK})?)(?!{BETWEEN}{{0,3}}\d)"
)
RUN = re.compile(rf"\d(?:{BETWEEN}{{0,6}}\d){{{FEWEST_DIGITS - 1},}}(?:{BETWEEN}{{0,2}}[Xx])?")
GROUPED = re.compile(rf"(?<!\d)1{GLUE}[3-9](?:{GLUE}\d){{9}}(?!\d)")
IDENTITY = re.compile(rf"(?<!\d)\d(?:{GLUE}\d){{16}}{GLUE}[\dXx](?![\dA-Za-z])")
CREDIT = re.compile(
    rf"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{GLUE}[0-9A-Za-z]{GLUE}\d(?:{GLUE}\d){{5}}"
    rf"(?:{GLUE}[0-9A-Za-z]){{10}}(?![0-9A-Za-z])"
)
PLATE = re.compile(
    rf"[{PROVINCES}]{GLUE}[A-HJ-NP-Za-hj-np-z]{GLUE}"
    r"(?=[^\d\n]{0,12}\d[^\d\n]{0,12}\d)"
    rf"(?:[0-9A-HJ-NP-Za-hj-np-z]{GLUE}){{4,5}}[0-9A-HJ-NP-Za-hj-np-z挂学警港澳领]"
)
AT = r"(?:@|\(at\)|\[at\]|\{at\}|\bat\b|艾特)"
DOT = r"(?:\.|。|点|\(dot\)|\[dot\]|\bdot\b)"
EMAIL = re.compile(
    rf"[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}}\s*{AT}\s*[A-Za-z0-9-]{{1,63}}"
    rf"(?:\s*{DOT}\s*[A-Za-z0-9-]{{2,24}})+",
    re.IGNORECASE | re.ASCII,
)
ANY_AT = re.compile(r"[^\s@]{2,64}@[^\s@]{2,64}\.[A-Za-z]{2,}")
ACCOUNT = re.compile(
    r"(?:微信|威信|薇信|(?<![a-z])(?:wei\s?xin|we\s?chat|vx|wx|qq)(?![a-z])|v信|扣扣|抖音|钉钉|支付宝|alipay)"
    r"[^\n。；;]{0,8}?[A-Za-z0-9][A-Za-z0-9_\-.\s]{3,}[A-Za-z0-9]",
    re.IGNORECASE,
)
LETTERED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,2}[\s\-]{0,2}\d(?:[\s\-]{0,2}\d){5,}(?![0-9])")
COUNT = r"[0-9十百]"
ADDRESS = re.compile(
    rf"(?:[一-鿿]{{1,8}}(?:大街|大道|胡同|路|街|巷|弄|道|里|庄|屯|湾)\s*(?:东|西|南|北|中)?"
    rf"\s*{COUNT}{{1,5}}\s*(?:号|弄|巷|之|-|组|户)(?!窗|台|柜|机|厅|线)"
    rf"|{COUNT}{{1,4}}\s*(?:号楼|栋|幢|座|单元|弄)\s*{COUNT}{{0,3}}\s*(?:号|单元|层|楼)?\s*{COUNT}{{0,5}}\s*(?:室|户|房|号)?"
    rf"|(?<!{COUNT}){COUNT}{{2,5}}\s*(?:室|户室)"
    rf"|[一-鿿]{{1,6}}(?:村|社区|镇|乡)\s*[一-鿿]{{0,4}}?{COUNT}{{1,4}}\s*(?:组|社|队|号|屯|户))"
)
ENGLISH_ADDRESS = re.compile(
    r"\b\d{1,5}[A-Za-z]?,?\s+(?:[A-Z][a-z]+\s+){1,4}"
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Drive|Alley|Boulevard|Blvd)\b"
    r"|\b(?:Room|Flat|Apt|Apartment|Unit|Building|Block)\.?\s*(?:No\.?\s*)?\d+[A-Za-z]?\b",
    re.ASCII,
)
OWN_NAME = re.compile(
    rf"(?:我叫|本人叫?|名叫|叫做|姓名|(?:联系人|经办人|投诉人|申请人|当事人)[:为是])"
    rf"[\s:是为]{{0,2}}(?:[{SURNAMES}][一-鿿]{{1,2}})"
)
CALLED = re.compile(rf"[老小]?[{SURNAMES}][一-鿿]{{0,2}}?(?:{HONORIFICS})")
LATIN_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Madam)\.?\s+[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?", re.ASCII
)
FULL_DAY = re.compile(
    r"(?:19|20)\d\d年\d{1,2}月\d{1,2}[日号]|(?<!\d)\d{1,2}月\d{1,2}[日号]"
    r"|(?<!\d)(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
)


def _runs(flat: Flat, _known: Known) -> Iterator[Span]:
    """Find digits in a row, whatever stands between them, unless they are a date or an hour."""
    masked = TIME.sub(lambda match: "t" * len(match[0]), flat.text)
    return _matches(Trace.DIGITS, RUN, spoken(Flat(masked, flat.places)))


def _says(trace: Trace, pattern: re.Pattern[str]) -> Callable[[Flat, Known], Iterator[Span]]:
    def look(flat: Flat, _known: Known) -> Iterator[Span]:
        return _matches(trace, pattern, spoken(flat))

    return look


LOOKS: tuple[Callable[[Flat, Known], Iterator[Span]], ...] = (
    lambda flat, known: _names(Trace.PARTY, known.parties, flat),
    _says(Trace.EMAIL, EMAIL),
    _says(Trace.EMAIL, ANY_AT),
    _says(Trace.IDENTITY, IDENTITY),
    _says(Trace.CREDIT_CODE, CREDIT),
    _says(Trace.PLATE, PLATE),
    _says(Trace.PHONE, GROUPED),
    _runs,
    _says(Trace.DIGITS, LETTERED),
    _says(Trace.ACCOUNT, ACCOUNT),
    _says(Trace.ADDRESS, ADDRESS),
    _says(Trace.ADDRESS, ENGLISH_ADDRESS),
    lambda flat, known: _called(Trace.PARTY, known.parties, flat),
    lambda flat, known: _names(Trace.STAFF, known.staff, flat),
    lambda flat, known: _called(Trace.STAFF, known.staff, flat),
    lambda flat, _known: _matches(Trace.NAME, OWN_NAME, flat),
    lambda flat, _known: _matches(Trace.NAME, CALLED, flat),
    lambda flat, _known: _matches(Trace.NAME, LATIN_TITLE, flat),
    lambda flat, _known: _matches(Trace.DAY, FULL_DAY, flat),
)
