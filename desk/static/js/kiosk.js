// The kiosk of a window. A tap is written down on this tablet and signed before anybody is thanked;
// it is sent when there is a network, as often as it takes, and the desk keeps it once.
const IDLE = 60_000;
const WARNED = 20_000;
const THANKS = 5_000;
const BEAT = 5_000;
const PATIENCE = 8_000;
const MOST = 500;
const AT_ONCE = 50;
const BLOCK = 1_000_000;
const TICKET = /^[0-9A-Z-]{0,20}$/;

const page = document.documentElement;
const { kiosk: code, lang: ownLang } = document.body.dataset;
const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// What this tablet keeps: the key (nobody can read it out), the last number, the taps not yet sent.
const opened = () =>
  new Promise((done, fail) => {
    const request = indexedDB.open(`desk-kiosk-${code}`, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      request.result.createObjectStore("taps", { keyPath: "seq" });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

const within = (mode, work) =>
  new Promise((done, fail) => {
    const transaction = database.transaction(["kept", "taps"], mode, { durability: "strict" });
    const asked = work(transaction.objectStore("kept"), transaction.objectStore("taps"));
    transaction.oncomplete = () => done(asked?.result);
    transaction.onabort = () => fail(transaction.error);
  });

const read = (name) => within("readonly", (kept) => kept.get(name));
const waiting = () => within("readonly", (_kept, taps) => taps.count());

const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const sign = async (text) => hex(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
const signed = async (tap) => {
  const { seq, level, at, event, ticket } = tap;
  return { ...tap, sig: await sign([code, seq, level, at, event, ticket].join("\n")) };
};

let database;
let key;
let seq = 0;
let n = 0;
let screen = "";
let occasion = null;
let ticket = "";
let over = "";
let busy = false;
let sending = false;
let timer = 0;
let left = 0;

// Talking to the desk: an answer, or nothing when there is none that helps.
const ask = async (what, data, headers = {}) => {
  const body = JSON.stringify(data);
  if (key) headers["X-Desk-Kiosk"] = await sign(`POST /kiosk/${code}/${what}\n${body}`);
  try {
    return await fetch(`${code}/${what}`, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json", ...headers },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    return null;
  }
};

const told = async (what, data) => {
  if (!key) return null;
  n += 1;
  const answer = await ask(what, { n, sent_at: Date.now(), ...data });
  if (answer?.status === 410) await unpair();
  return answer?.ok ? answer.json() : null;
};

const unpair = async () => {
  key = undefined;
  await within("readwrite", (kept) => kept.delete("key"));
  show("pair");
};

const pair = async (typed) => {
  const answer = await ask("pair", { code: typed });
  if (!answer?.ok) return answer && answer.status < 500 ? "pair_wrong" : "pair_later";
  const given = await answer.json();
  const raw = bytes(given.key);
  key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const taps = await within("readonly", (_kept, rows) => rows.getAll());
  const again = await Promise.all(taps.map(signed));
  seq = given.last_seq;
  await within("readwrite", (kept, rows) => {
    for (const tap of again) rows.put(tap);
    kept.put(key, "key");
    kept.put(seq, "seq");
  });
  return "";
};

const send = async () => {
  if (sending || !key) return;
  sending = true;
  try {
    for (;;) {
      const taps = await within("readonly", (_kept, rows) => rows.getAll(null, AT_ONCE));
      const answer = taps.length ? await told("sync", { taps }) : null;
      const done = answer ? [...answer.kept, ...answer.refused] : [];
      if (!done.length) break;
      await within("readwrite", (_kept, rows) => done.forEach((one) => rows.delete(one)));
    }
  } finally {
    sending = false;
    await count();
  }
};

const beat = async () => {
  const answer = await told("beat", {});
  if (!answer) return;
  const next = answer.occasion;
  if (next && `${next.event}/${next.asked}` !== over && next.event !== occasion?.event) {
    if (screen === "idle" || screen === "ask") begin(next);
  }
  await send();
};

const count = async () => {
  left = await waiting();
  find("[data-waiting]").hidden = left === 0;
  find("[data-waiting-n]").textContent = left;
  if (screen === "full" ? left < MOST : left >= MOST && screen !== "pair" && screen !== "thanks") wipe();
};

// The screens.
const speak = (lang) => {
  page.lang = lang;
  const zh = lang !== "en";
  for (const place of all("[data-zh]")) place.textContent = zh ? place.dataset.zh : place.dataset.en;
  for (const button of all("[data-language]")) button.hidden = button.dataset.language === lang;
  find("[data-item]").textContent = (zh ? occasion?.zh : occasion?.en) ?? "";
};

const enlarge = (large) => {
  page.dataset.type = large ? "large" : "normal";
  find("[data-large]").setAttribute("aria-pressed", String(large));
};

const show = (wanted) => {
  const name = left >= MOST && (wanted === "idle" || wanted === "ask") ? "full" : wanted;
  clearTimeout(timer);
  find("[data-still]").close();
  screen = name;
  document.body.dataset.state = name;
  for (const section of all("[data-screen]")) section.hidden = section.dataset.screen !== name;
  const heading = find(`[data-screen="${name}"] h1`);
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  if (name === "thanks") timer = setTimeout(wipe, THANKS);
  else watch();
};

const begin = (next) => {
  occasion = next;
  const number = next?.number ?? ticket;
  find("[data-number]").textContent = number;
  find("[data-number-line]").hidden = !number;
  speak(page.lang);
  show("ask");
};

// Nothing of one person is left for the next.
const wipe = () => {
  if (occasion) over = `${occasion.event}/${occasion.asked}`;
  occasion = null;
  ticket = "";
  for (const form of all("form")) form.reset();
  find("[data-ticket-wrong]").hidden = true;
  enlarge(false);
  speak(ownLang);
  show(key ? "idle" : "pair");
};

const touched = () => find("#ticket").value !== "" || page.lang !== ownLang || page.dataset.type === "large";

const watch = () => {
  clearTimeout(timer);
  if (screen === "ask" || (screen === "idle" && touched())) timer = setTimeout(warn, IDLE);
};

const warn = () => {
  find("[data-still]").showModal();
  timer = setTimeout(wipe, WARNED);
};

const tap = async (level) => {
  if (busy) return;
  busy = true;
  try {
    const row = { seq: seq + 1, level, at: Date.now(), event: occasion?.event ?? "", ticket };
    const kept = await signed(row);
    await within("readwrite", (store, taps) => {
      taps.add(kept);
      store.put(kept.seq, "seq");
    });
    seq = kept.seq;
    show("thanks");
  } catch {
    seq = (await read("seq")) ?? seq;
    show("full");
  } finally {
    busy = false;
  }
  await send();
};

for (const button of all("[data-level]")) button.addEventListener("click", () => tap(Number(button.dataset.level)));
for (const button of all("[data-language]")) {
  button.addEventListener("click", () => {
    speak(button.dataset.language);
    watch();
  });
}
find("[data-large]").addEventListener("click", () => {
  enlarge(page.dataset.type !== "large");
  watch();
});
find("[data-stay]").addEventListener("click", () => {
  find("[data-still]").close();
  watch();
});
find("[data-still]").addEventListener("cancel", watch);
find("[data-start]").addEventListener("submit", (event) => {
  event.preventDefault();
  ticket = find("#ticket").value.trim().toUpperCase();
  const wrong = !TICKET.test(ticket);
  find("[data-ticket-wrong]").hidden = !wrong;
  if (wrong) find("#ticket").focus();
  else begin(null);
});
find("[data-pair]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const wrong = await pair(find("#pair-code").value);
  const place = find("[data-pair-wrong]");
  place.hidden = !wrong;
  if (wrong) {
    const { zh, en } = find(`[data-text="${wrong}"]`).dataset;
    place.textContent = page.lang === "en" ? en : zh;
    find("#pair-code").focus();
    return;
  }
  page.requestFullscreen?.().catch(() => {});
  wipe();
  beat();
});
for (const name of ["pointerdown", "keydown", "input"]) {
  addEventListener(name, () => !find("[data-still]").open && screen !== "thanks" && watch());
}
addEventListener("online", beat);

// What the page itself is made of is kept too, so that it comes up without a network.
const keepPage = async () => {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("worker.js");
  const parts = all("link[href], script[src]").map((part) => part.href || part.src);
  await (await caches.open("desk-kiosk")).addAll([location.pathname, ...parts]);
};

database = await opened();
key = await read("key");
seq = (await read("seq")) ?? 0;
const block = ((await read("block")) ?? 0) + 1;
await within("readwrite", (kept) => kept.put(block, "block"));
n = block * BLOCK;
wipe();
await count();
keepPage().catch(() => {});
navigator.storage?.persist?.().catch(() => {});
setInterval(beat, BEAT);
await beat();
