"""The pages of the floor: the words that the desk's pages show, and what is asked for them."""

LIST = """<!doctype html><table>{% for r in rows %}
<tr><td><a href="/case/{{ r.number }}">{{ r.number }}</a><td>{{ r.title }}<td>{{ r.status }}
<td>{{ r.next_due_at }}<td>{{ r.name_masked }}<td>{{ r.item }}<td>{{ r.department }} {{ r.handler }}
{% endfor %}</table>"""
CASE = """<!doctype html><h1>{{ c.number }} {{ c.title }}</h1>
<p>{{ c.status }} {{ c.round }} {{ c.hop }} {{ c.promised_on }} {{ c.name_masked }} {{ c.item }}
{{ c.department }} {{ c.handler }} {{ c.complexity }} {{ c.outcome }} {{ c.root_cause }}
{{ c.responsibility }} {{ c.result }}<p>{{ c.story }}<p>{{ c.wish }}
{% for t in told %}<div>{{ t.at }} {{ names[t.user_id] }}
{% if t.what %}{{ t.what }} {{ t.to_status }}
{% elif t.facts %}<p>{{ t.facts }}<p>{{ t.basis }}<p>{{ t.action }}<p>{{ t.next_step }}
<p>{{ t.contact }}
{% elif t.body %}{{ t.author_kind }}<p>{{ t.body }}
{% else %}{{ t.kind }} {{ t.channel }} {{ t.solved }} {{ t.note }}{% endif %}</div>{% endfor %}
{% for k in clocks %}<div>{{ k.step }} {{ k.due_at }} {{ k.stopped_at }} {{ k.met }}</div>
{% endfor %}"""
FORM = """<!doctype html><form method=post>{% for f in fields %}<input name="{{ f }}">{% endfor %}
<button>Send</button></form>"""
SUMS = """<!doctype html>{% for rows in tables %}<table>{% for r in rows %}<tr>
{% for cell in r.values() %}<td>{{ cell }}{% endfor %}{% endfor %}</table>{% endfor %}"""
DONE = """<!doctype html><h1>{{ number }}</h1><p>{{ due }}"""
FACTS = """SELECT c.*, p.name_masked, v.name_zh AS item, d.name_zh AS department, u.name AS handler
FROM cases c LEFT JOIN parties p ON p.region_id = c.region_id AND p.id = c.party_id
LEFT JOIN item_versions v ON v.id = c.item_version_id
LEFT JOIN departments d ON d.id = c.department_id LEFT JOIN users u ON u.id = c.handler_id
WHERE c.region_id = %s AND c.number = %s"""
REASONS = "SELECT code FROM codes WHERE list = 'reasons'"
SUMMED = """SELECT measure{by}, sum(n) AS n FROM tallies WHERE region_id = %s AND measure = ANY(%s)
AND grain = %s AND on_date BETWEEN %s AND %s GROUP BY measure{by}"""
OCCASION = """SELECT e.*, v.name_zh AS item, w.code AS counter FROM rating_tokens t
JOIN service_events e ON e.region_id = t.region_id AND e.id = t.service_event_id
LEFT JOIN item_versions v ON v.id = e.item_version_id LEFT JOIN windows w ON w.id = e.window_id
WHERE t.region_id = %s AND t.token_h = %s"""
TABS = {
    "turn": "status IN ('submitted', 'accepted', 'replied')",
    "unassigned": "handler_id IS NULL AND status IN ('dispatched', 'handling')",
    "today": "next_due_at >= %(now)s AND next_due_at < %(tomorrow)s",
    "overdue": "next_due_at < %(now)s",
    "waiting": "status = 'supplement'",
    "follow_up": "status = 'replied'",
    "mine": "handler_id = 1",
    "all": "true",
}
