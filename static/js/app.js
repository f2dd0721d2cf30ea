// What the pages do in the browser beyond htmx: keys, drafts that survive, the lock, ticking clocks.
"use strict";

const page = document.body;
const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

// ── Keys: "/" goes to the search, arrows walk through what was found, Ctrl+Enter sends the form. ──
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = find("#search");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  if (event.target.id === "search") walkFound(event);
});

function walkFound(event) {
  const options = findAll("#found [role=option]");
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") { event.target.value = ""; closeFound(); return; }
  if (event.key === "Enter") {
    const chosen = options[at] || (find("#found")?.dataset.for === event.target.value.trim() && options[0]);
    if (chosen) { event.preventDefault(); sessionStorage.setItem("opened-by-keyboard", "yes"); chosen.click(); }
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const next = options[(at + (event.key === "ArrowDown" ? 1 : options.length - 1) + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length];
  chooseFound(next);
  next?.scrollIntoView({ block: "nearest" });
}

function chooseFound(chosen) {
  findAll("#found [role=option]").forEach((option) => option.setAttribute("aria-selected", String(option === chosen)));
  if (chosen) find("#search").setAttribute("aria-activedescendant", chosen.id);
  else find("#search").removeAttribute("aria-activedescendant");
}

// Who opened a contact by keyboard goes on writing what happened; the page stays at its top.
if (sessionStorage.getItem("opened-by-keyboard")) {
  sessionStorage.removeItem("opened-by-keyboard");
  find("#log #note")?.focus({ preventScroll: true });
}

function closeFound() {
  find("#found")?.replaceChildren();
  tellFound();
}

// The field says whether its list is open. Who was chosen while a fresher list was under way stays chosen in it;
// going on to type chooses nobody.
let chosenBefore = null;
document.addEventListener("htmx:before:swap", () => { chosenBefore = find("#found [aria-selected=true]")?.href || null; });
document.addEventListener("input", (event) => { if (event.target.id === "search") chooseFound(null); });
function tellFound() {
  const search = find("#search");
  if (!search) return;
  search.setAttribute("aria-expanded", String(Boolean(find("#found")?.children.length)));
  chooseFound(findAll("#found [role=option]").find((option) => option.href && option.href === chosenBefore));
}
document.addEventListener("htmx:after:swap", tellFound);

// A part that came in takes the keyboard along: into the step that was opened, to what was refused, else to
// the complaint that was saved; and to the complaint that a logged entry asks for.
let isOpening = false;
let savedInto = null;
document.addEventListener("click", (event) => { isOpening = Boolean(event.target.closest("[hx-target='#step']")); });
document.addEventListener("submit", (event) => { savedInto = event.target.getAttribute("hx-target"); });
document.addEventListener("htmx:after:swap", () => {
  const at = document.activeElement;
  const offer = find("#log a[autofocus]");
  if (isOpening) firstOf(find("#step"))?.focus({ preventScroll: true });
  else if (offer && (at === page || at.closest("#log"))) { offer.removeAttribute("autofocus"); offer.focus(); }
  else if (savedInto && at === page) landIn(find(savedInto));
  isOpening = false;
  savedInto = null;
});

function landIn(part) {
  const to = part && (find("[aria-invalid]", part) || find("[role=alert]", part) || part);
  if (to && !to.matches("a, button, input, select, textarea, [tabindex]")) to.tabIndex = -1;
  to?.focus();
}
// A form that came back leads to what is wrong in it.
find("main form [aria-invalid]")?.focus();

function firstOf(step) {
  const first = step && (find("[data-first]", step) || find("form :is(input:not([type=hidden]), select, textarea)", step));
  return (first?.type === "radio" && find(`[name="${first.name}"]:checked`, step)) || first;
}

// The board is not drawn anew while somebody reads rows further down that it would fold away.
document.addEventListener("htmx:before:request", (event) => {
  const board = event.target.id === "board" ? event.target : null;
  if (board && findAll("#board-rows > li:not(.rows__more)").length > Number(board.dataset.rows)) event.preventDefault();
});

// A call's number stays out of the address bar and the history.
if (location.pathname === "/screen-pop") history.replaceState(null, "", "/contacts/new");

document.addEventListener("click", (event) => {
  if (!event.target.closest(".top")) closeFound();
  const opener = event.target.closest("[data-focus]");
  if (opener) {
    const target = find(opener.dataset.focus);
    if (target) { event.preventDefault(); target.focus(); target.scrollIntoView({ block: "center" }); }
  }
  const filler = event.target.closest("[data-fill]");
  if (filler) {
    const field = find(filler.dataset.into, filler.form || document);
    field.value = (field.value ? field.value.trimEnd() + " " : "") + filler.dataset.fill;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
  if (event.target.closest("[data-print]")) window.print();
});

// ── Drafts: what is typed into a form marked data-keep survives errors, expiry, reloads and Back. ──
const SECRET = new Set(["csrf_token", "password", "current_password", "pin"]);
const SEEN = new Set(["version", "seen"]);
const SENT_TO = "sent to"; // where the form goes, kept among its fields
const draftName = (form) => `draft:${location.pathname}:${form.dataset.keep}`;

function saveDraft(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => !SECRET.has(name) && typeof value === "string");
  sessionStorage.setItem(draftName(form), JSON.stringify([...fields, [SENT_TO, form.getAttribute("action")]]));
}

// A draft keeps the version it was written over: is there a newer one by now, the server shows both texts.
// Only in the answer to a form that was sent does the version of the page stand; there both were seen.
function restoreDraft(form, isAnswer) {
  const kept = sessionStorage.getItem(draftName(form));
  if (!kept || form.dataset.restored) return;
  form.dataset.restored = "yes";
  const fields = JSON.parse(kept).filter(([name]) => name !== SENT_TO);
  if (find("button[name=more]", form) && fields.some(([name]) => !form.elements.namedItem(name))) drawWithRows(form, fields);
  for (const element of form.elements) {
    if (!element.name || SECRET.has(element.name) || (isAnswer && SEEN.has(element.name))) continue;
    const values = fields.filter(([name]) => name === element.name).map(([, value]) => value);
    if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
    else if (element.type !== "file" && element.type !== "submit" && values.length) element.value = values.shift();
  }
}

// Rows that were added to a form are not in a fresh one: the server draws it again with all that was typed.
async function drawWithRows(form, fields) {
  const body = new URLSearchParams([...fields, ["more", "all"]]);
  const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers }).catch(() => null);
  if (!answer || !answer.ok) { say(page.dataset.offline); return; }
  const drawn = find("form", new DOMParser().parseFromString(await answer.text(), "text/html"));
  drawn.dataset.keep = form.dataset.keep;
  drawn.dataset.restored = "yes";
  const at = form.contains(document.activeElement) && document.activeElement.id;
  form.replaceWith(drawn);
  htmx.process(drawn);
  if (at) document.getElementById(at)?.focus();
}

function forgetSentDrafts() {
  const sent = document.cookie.match(/(?:^|; )sent_form=([^;]+)/);
  if (!sent) return;
  const isSent = ([name, value]) => (name === "form_key" || name === SENT_TO) && value === sent[1];
  for (const name of Object.keys(sessionStorage).filter((key) => key.startsWith("draft:"))) {
    if (JSON.parse(sessionStorage.getItem(name)).some(isSent)) sessionStorage.removeItem(name);
  }
  document.cookie = "sent_form=; Max-Age=0; path=/; SameSite=Lax";
}

function restoreDrafts(isAnswer) {
  forgetSentDrafts();
  findAll("form[data-keep]").forEach((form) => restoreDraft(form, isAnswer));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keep]");
  if (form) saveDraft(form);
});
window.addEventListener("pageshow", () => restoreDrafts("answers" in page.dataset));
document.addEventListener("htmx:after:swap", (event) => restoreDrafts(event.detail.ctx.request.method === "POST"));

// What could not be sent is sent from where it was written, after signing in here: its draft is kept there. And who
// signs in elsewhere sends it with the new session's token.
const resume = find("a[data-resume]");
const writtenAt = resume && document.referrer && new URL(document.referrer);
if (writtenAt && Object.keys(sessionStorage).some((key) => key.startsWith(`draft:${writtenAt.pathname}:`))) {
  resume.search = new URLSearchParams({ next: writtenAt.pathname + writtenAt.search });
  resume.parentElement.hidden = false;
  find("[data-second-tab]").hidden = true;
}
if (resume) window.addEventListener("focus", async () => {
  const answer = await fetch("/sign-in").catch(() => null);
  const fresh = answer && new DOMParser().parseFromString(await answer.text(), "text/html").body;
  if (fresh) useToken(tokenOf(fresh));
});

// ── One click is one form; the server's form keys make it true, this only shows it. ──
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) { event.preventDefault(); return; }
  const button = event.submitter;
  if (button && !form.hasAttribute("hx-post")) setTimeout(() => { button.disabled = true; }, 0);
  setTimeout(() => { if (button) button.disabled = false; }, 4000);
});

// A PDF takes a while to be drawn: its link says so until the document is here.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href*=".pdf"]');
  link?.setAttribute("aria-busy", "true");
  setTimeout(() => link?.removeAttribute("aria-busy"), 20000);
});
window.addEventListener("pageshow", () => findAll("a[aria-busy]").forEach((link) => link.removeAttribute("aria-busy")));

// ── Messages ──
function say(text) {
  const toast = find("#toast");
  if (!toast) return;
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.hidden = true; }, 6000);
}
if (find("#toast:not([hidden])")) say(find("#toast").textContent); // what the page before did
document.addEventListener("htmx:error", () => say(page.dataset.offline));
window.addEventListener("offline", () => say(page.dataset.offline));

// ── The lock: after idle time the screen is covered, the page beneath keeps what was typed. ──
const idleMinutes = Number(page.dataset.idle || 0);
const lock = find("#lock");
const covered = [...(lock?.childNodes || [])]; // what the lock shows until it is known who can open it
const inOwnLanguage = { "Accept-Language": document.documentElement.lang }; // whose a locked session is, is not asked
let touchedAt = Date.now();
let isLocked = false;

// Only a PIN opens it: Escape does nothing, and a browser that closes it all the same sees it opened again.
window.addEventListener("keydown", (event) => {
  if (isLocked && event.key === "Escape") { event.preventDefault(); event.stopImmediatePropagation(); }
}, { capture: true });
lock?.addEventListener("cancel", (event) => event.preventDefault());
lock?.addEventListener("close", () => { if (isLocked) showLock(); });

function showLock() {
  page.classList.add("is-locked");
  lock.showModal();
  find("input[name=pin]", lock)?.focus();
}

function openLock() {
  isLocked = false;
  touchedAt = Date.now();
  page.classList.remove("is-locked");
  lock.close();
}

function lockScreen() {
  if (isLocked) return;
  isLocked = true;
  findAll("form[data-keep]").forEach((form) => { if (sessionStorage.getItem(draftName(form))) saveDraft(form); });
  lock.replaceChildren(...covered); // nothing of the last time, such as the PIN that was typed
  find("[data-unreached]", lock).hidden = true;
  showLock();
  askWhoIsHere();
}

// The screen is covered already; while the server is not reached, nobody opens it and it is asked again.
async function askWhoIsHere() {
  const headers = { "X-CSRFToken": csrfToken() };
  await fetch("/lock", { method: "POST", headers, redirect: "manual" }).catch(() => null);
  const answer = await fetch("/lock", { headers: inOwnLanguage }).catch(() => null);
  if (!answer || !answer.ok) {
    find("[data-unreached]", lock).hidden = false;
    setTimeout(askWhoIsHere, 3000);
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  lock.replaceChildren(...fresh.querySelectorAll("#unlock"));
  if (!lock.children.length) { location.reload(); return; }
  find("form", lock).addEventListener("submit", unlock);
  find("input[name=pin]", lock)?.focus();
}

async function unlock(event) {
  event.preventDefault();
  event.stopPropagation();
  const form = event.target;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json", ...inOwnLanguage } }).catch(() => null);
  if (!answer) { say(page.dataset.offline); return; }
  const said = await answer.json().catch(() => ({ next: "/sign-in" }));
  if (answer.ok && said.same) { useToken(said.csrf); openLock(); return; }
  if (answer.ok) { location.reload(); return; }
  if (said.next) { location.href = said.next; return; }
  find("[role=alert]", lock).textContent = said.refusal;
  find("input[name=pin]", form).value = "";
  find("input[name=pin]", form).focus();
}

const tokenOf = (body) => JSON.parse(body.getAttribute("hx-headers:inherited") || "{}")["X-CSRFToken"];
const csrfToken = () => tokenOf(page);
function useToken(token) {
  page.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
  findAll("input[name=csrf_token]").forEach((field) => { field.value = token; });
}

if (idleMinutes) {
  for (const name of ["keydown", "pointerdown", "scroll"]) {
    window.addEventListener(name, () => { touchedAt = Date.now(); }, { passive: true, capture: true });
  }
  setInterval(() => {
    const left = idleMinutes * 60000 - (Date.now() - touchedAt);
    if (left <= 0) lockScreen();
    else if (left < 60000 && !isLocked) say(page.dataset.locking);
  }, 5000);
  findAll("[data-lock]").forEach((button) => button.addEventListener("click", (event) => { event.preventDefault(); lockScreen(); }));
}

// Staying awake counts as being here: one quiet request every few minutes while somebody works.
let toldAt = Date.now();
setInterval(() => {
  if (!idleMinutes || isLocked || touchedAt <= toldAt) return;
  toldAt = Date.now();
  fetch("/presence", { headers: { Accept: "text/plain" } }).catch(() => null);
}, 90000);

// ── Set-up: the browser knows its own time zone; where that is proposes the country, and the country the rest. ──
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const country = find("select[data-places]");
const chosen = new Set(); // by hand

function propose(select, name) {
  const names = (option) => [option.value, ...(option.dataset.former || "").split(" ")];
  const known = findAll("option", select).find((option) => names(option).includes(name));
  if (known && !chosen.has(select)) select.value = known.value;
}

function proposeByCountry() {
  const { currency, time_zone: zone } = country.form.elements;
  const [money, ...zones] = JSON.parse(country.dataset.places)[country.value] || [];
  propose(currency, money);
  if (zones.includes(zone.value)) return;
  propose(zone, zones.length === 1 ? zones[0] : ownZone);
}

if (country) {
  const { currency, time_zone: zone } = country.form.elements;
  propose(zone, ownZone);
  propose(country, Object.entries(JSON.parse(country.dataset.places)).find(([, place]) => place.includes(zone.value))?.[0]);
  proposeByCountry();
  for (const select of [currency, zone]) select.addEventListener("input", () => chosen.add(select));
  country.addEventListener("input", () => { if (!country.form.dataset.restored) proposeByCountry(); });
}

// ── Clocks tick by the server's time: a wrong computer clock, or one that slept, is put right. ──
let serverOffset = Date.parse(find("meta[name=server-time]")?.content || "") - Date.now() || 0;
const MINUTE = 60000;
const digits = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: false });
const clockWords = JSON.parse(page.dataset.clockWords || "{}");

function noteServerTime(response) {
  const said = Date.parse(response?.headers?.get("Date") || "");
  // The header has whole seconds: half of one is its mean.
  if (said) serverOffset = said + 500 - Date.now();
}
document.addEventListener("htmx:after:request", (event) => noteServerTime(event.detail?.ctx?.response));

function lengthText(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / MINUTE);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const say = (name, number) => clockWords[name].replace("%(num)d", digits.format(number));
  if (days) return [say(days === 1 ? "day" : "days", days), hours ? say("hours", hours) : ""].join(" ").trim();
  if (hours) return [say("hours", hours), minutes % 60 ? say("minutes", minutes % 60) : ""].join(" ").trim();
  return say("minutes", minutes);
}

function tick() {
  const now = Date.now() + serverOffset;
  for (const clock of findAll("[data-due]")) {
    const left = Date.parse(clock.dataset.due) - now;
    const soon = clock.dataset.soon ? Date.parse(clock.dataset.soon) <= now : false;
    const text = left < 0 ? clockWords.late : clockWords.in;
    const said = text.replace("%(length)s", lengthText(left < 0 ? left : left + MINUTE - 1000));
    const words = find("span", clock);
    if (words.textContent !== said) words.textContent = said;
    clock.classList.toggle("clock--breach", left < 0);
    clock.classList.toggle("clock--soon", left >= 0 && soon);
  }
}

setInterval(tick, 5000);
document.addEventListener("htmx:after:swap", tick);
document.addEventListener("visibilitychange", async () => {
  if (document.hidden || !find("[data-due]")) return;
  noteServerTime(await fetch("/presence", { headers: { Accept: "text/plain", "X-Background": "1" } }).catch(() => null));
  tick();
});
tick();
