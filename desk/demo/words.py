"""What the demo's people say, in Chinese and English: invented, and close to life."""

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻"
GIVEN = (
    "晓岚",
    "子墨",
    "文博",
    "雨桐",
    "嘉禾",
    "明远",
    "书雅",
    "景行",
    "若溪",
    "知秋",
    "云帆",
    "思齐",
    "安然",
    "一鸣",
    "清扬",
    "静姝",
)
COMPANIES = (
    "青禾商贸",
    "湖畔餐饮",
    "云间软件",
    "城东物业",
    "一间工作室",
    "悦来宾馆",
    "临湖机械",
    "阿庆小吃",
)
COMPANY_ENDING = "有限公司"

STORIES = {
    "R01": (
        "说我的材料格式不对，但没有告诉我哪一页不对，也没有样本可以照着写。",
        "They said my papers were in the wrong form, did not say which page, and had no sample to follow.",
    ),
    "R02": (
        "第一次去让补婚姻证明，补来后又说还要完税证明，第三次才把单子给我。",
        "The first time they wanted one certificate, the second time another; only on the third visit did I get a list.",
    ),
    "R03": (
        "指南上只列了三样材料，窗口要我再交一份承诺书，说是内部要求。",
        "The guide lists three papers. The window wanted a fourth and called it an internal rule.",
    ),
    "R04": (
        "网上写当天办结，到了窗口说要等十个工作日。",
        "The website says the same day. At the window they said ten working days.",
    ),
    "R05": (
        "窗口看了一眼就把材料退回来，说不收，也不肯给书面答复。",
        "The window looked once, gave my papers back, and would not put the refusal in writing.",
    ),
    "R06": (
        "承诺五个工作日，已经过了三个星期，问了两次都说在走流程。",
        "Five working days were promised. Three weeks have passed; twice I was told it is being processed.",
    ),
    "R07": (
        "住建说归不动产管，不动产说要住建先出证明，我来回跑了四趟。",
        "Housing says it is up to the registry, the registry wants a paper from housing first. I have been four times.",
    ),
    "R08": (
        "小区十一年前交房，至今办不了首次登记，每次都说是历史问题。",
        "Our building was handed over eleven years ago and still cannot be registered. Each time it is called a legacy problem.",
    ),
    "R09": (
        "提交到最后一步系统一直转圈，换了三台电脑都不行，客服说找窗口，窗口说找客服。",
        "The last step of the online form never finishes, on three computers. The hotline sends me to the window and the window to the hotline.",
    ),
    "R10": (
        "新规定没有说我这种情况怎么办，窗口不敢收，让我等文件。",
        "The new rule does not mention my situation, so the window will not take it and tells me to wait for a document.",
    ),
    "R11": (
        "问了两句就不耐烦，说自己上网查。排在我后面的人都办完了。",
        "After two questions they lost patience and told me to look it up online, while those behind me were served.",
    ),
    "R12": (
        "公示名单里有我们公司，四个月过去补贴还没到账，没有人说为什么。",
        "Our company is on the published list. Four months later the benefit has not been paid and nobody says why.",
    ),
    "R13": (
        "要我找指定的一家公司做测绘，比外面贵一倍。",
        "I was told to use one particular surveyor, at twice the usual price.",
    ),
    "R14": (
        "在外省的家里申请，系统显示已受理，本地窗口却说没有收到。",
        "I applied from another province. The system says accepted; the local window says it has nothing.",
    ),
    "R15": (
        "告诉我依法不能办，但没有说是哪一条。",
        "I was told the law does not allow it, but not which article.",
    ),
    "R99": (
        "叫号机坏了没人管，等了一上午。",
        "The ticket machine was broken and nobody cared; I waited all morning.",
    ),
}
WISHES = (
    (
        "请一次说清还缺什么，按指南收件。",
        "Please tell me once what is missing and take my papers as the guide says.",
    ),
    (
        "请告诉我哪天能办好，由谁负责。",
        "Please tell me by when it will be done and who is in charge.",
    ),
    ("请给我书面的答复和依据。", "Please give me a written answer and its basis."),
)
REPLIES = {
    "DONE": (
        (
            "经调取当日受理记录，窗口沿用旧版清单，两次补件要求均不在现行指南内。",
            "We checked the records of the day. The window used an old list; neither request is in the current guide.",
        ),
        ("《办事指南》2026年版第四条。", "Service guide 2026, article 4."),
        (
            "已按现有材料收件并于当日办结，证书已寄出。",
            "Your papers were taken as they were and the matter was finished the same day; the certificate is in the post.",
        ),
        (
            "您不用再来。收到证书后如有出入，请拨打下面的电话。",
            "You need not come again. If anything on the certificate is wrong, call the number below.",
        ),
    ),
    "PART": (
        (
            "登记部分已核实，配套的水电更名由另外两家单位办理。",
            "The registration is confirmed; the change of name for water and power is done by two other bodies.",
        ),
        ("《联动办理规则》第七条。", "Rules on joint handling, article 7."),
        (
            "登记已办结，水电更名已推送，预计三个工作日内完成。",
            "The registration is done and the rest has been passed on, to be finished within three working days.",
        ),
        (
            "三个工作日后会有短信告诉您结果。",
            "You will get a text message after three working days.",
        ),
    ),
    "EXPLAINED": (
        (
            "经核实，您申请的情形不符合现行条件。",
            "We checked: your situation does not meet the present conditions.",
        ),
        ("《管理办法》第十二条第二款。", "Regulation, article 12, paragraph 2."),
        (
            "已把不符合的具体一项写在附后的说明里，并说明可以走的另一条路。",
            "The exact condition is written in the note attached, with the other way that is open to you.",
        ),
        (
            "如不同意，可在六十日内申请行政复议。",
            "If you disagree, you may ask for administrative review within sixty days.",
        ),
    ),
}
CONTACT = (
    "承办窗口值班长，工作日9:00—17:30。",
    "The duty lead of the department, working days 9:00 to 17:30.",
)
EVIDENCE = (
    "办结凭证一份，编号见附页。",
    "One completion certificate; its number is on the attached page.",
)
COMMENTS = {
    1: ("让我跑了三趟，还没有办成。", "Three visits and still not done."),
    2: ("说法前后不一样，耽误了半天。", "I was told different things and lost half a day."),
    3: ("办成了，就是等得有点久。", "It got done; the wait was long."),
    4: ("说得清楚，一次办完。", "Clear and done in one visit."),
    5: ("没想到这么快，谢谢。", "Faster than I expected, thank you."),
}
