"""Two hundred and more traces of persons, written the many ways people write them."""

from collections.abc import Iterator

PHONES = (
    "13800138000", "15912345678", "18688886666", "17712349876", "19900001111",
    "0571-88886666", "010-62345678", "02188889999", "4008123123", "8613800138000",
)  # fmt: skip
IDENTITIES = (
    "11010519491231002X", "440308199901010012", "110105850307234", "330102197605123456",
    "510107200011110033", "22018219630909221X",
)  # fmt: skip
CARDS = ("6222021234567890123", "6217001234567890", "4111111111111111", "6228480402564890018")
CODES = ("92310115MA1K4B7X1H", "91110108MA01ABCD2X", "92440300MA5F3C2T9Y", "12330000470051372B")
PLATES = (
    "京A12345", "沪B6K789", "粤BD12345", "浙AF88886", "苏E0V123", "川A·12345", "鲁Q 99A01",
    "粤Z1234港", "京A1234警", "湘C3B2D5",
)  # fmt: skip
EMAILS = (
    "zhang.san@example.com", "a@b.com", "li-si_88@mail.qq.com", "wang@公司.cn", "me at example dot com",
    "me(at)example.com", "zhangsan[at]example[dot]cn", "z.s@a.b.c.org",
)  # fmt: skip
ACCOUNTS = (
    "微信：zhang_san88",
    "QQ 123456",
    "wechat id lisi-2020",
    "vx: abc12345",
    "支付宝账号 zhangs9",
)
ADDRESSES = (
    "人民路18号", "解放大道233号", "三号楼二单元五零二室", "3栋1单元502室", "幸福村3组", "柳巷7号",
    "建设街十二号", "12号楼", "1203室", "长安镇新民村5队", "南京西路一百二十号", "胜利胡同9号",
    "Room 502", "12 Nanjing Road", "Flat 3B", "Building 7",
)  # fmt: skip
NAMES = ("欧阳明月", "张 三 丰", "张·三·丰", "张、三丰", "ＺＨＡＮＧ ＳＡＮ", "zhang san", "Zhang-San",
         "宏达商贸有限公司", "宏达 商贸 有限公司", "𠮷田", "张先生", "小张师傅")  # fmt: skip
PARTIES = frozenset({"欧阳明月", "张三丰", "Zhang San", "宏达商贸有限公司", "𠮷田"})

FULL = str.maketrans("0123456789", "０１２３４５６７８９")
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")
ROUND = str.maketrans("0123456789", "〇壹贰叁肆伍陆柒捌玖")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
CIRCLED = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")


def written(number: str) -> Iterator[str]:
    """Write a number as people write it, and as they write it to get past a scan."""
    yield number
    yield number.translate(FULL)
    yield number.translate(SPOKEN)
    yield number.translate(ROUND)
    yield number.translate(ARABIC)
    yield number.translate(CIRCLED)
    yield " ".join(number)
    yield "-".join(number[at : at + 4] for at in range(0, len(number), 4))
    yield "\u200b".join(number)
    yield "·".join(number.translate(FULL))


def planted() -> list[str]:
    """List every trace."""
    found = [way for number in (*PHONES, *IDENTITIES, *CARDS) for way in written(number)]
    found += [way for code in CODES for way in (code, code.lower(), " ".join(code))]
    found += [way for plate in PLATES for way in (plate, plate.translate(FULL), plate.lower())]
    return [*found, *EMAILS, *ACCOUNTS, *ADDRESSES, *NAMES]
