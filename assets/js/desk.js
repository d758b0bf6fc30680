// Keys for the desk. All that they do can be done with Tab and Enter, too. Off with one press (WCAG 2.1.4), and never while
// somebody types or chooses.
//
// data-shortcut="x"   on a link, button or field: x presses or focuses it
// data-rows           on a table: j and k (in a row: the arrows, too) move between its rows, o opens the row's first link,
//                     x ticks the row
// data-take           on a form: c ticks the row and presses the form's data-take-button
// data-keys           on a details: the cheat sheet, which ? opens and closes
// data-shortcuts      on a button: switches the keys on and off
import { fetched } from "./parts.js";

const OFF = "shortcuts-off";
const isOff = () => localStorage.getItem(OFF) === "yes";
const TYPING =
  "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), select, textarea, [contenteditable], [role=combobox], [role=textbox], dialog[open]";

const ROW_KEYS = { j: 1, k: -1 };
const ARROWS = { ArrowDown: 1, ArrowUp: -1 };
const DOINGS = { o: () => linkOf(currentRow()), x: () => tickOf(currentRow()), c: takeRow, "?": showKeys };

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (isOff() || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPING)) return;
  if (key in ARROWS && !event.shiftKey && currentRow()) return did(event, moveRow(ARROWS[key]));
  if (key in ROW_KEYS) return did(event, moveRow(ROW_KEYS[key]));
  const done = DOINGS[key]?.();
  if (done instanceof Element) return did(event, done.click());
  if (done) return did(event);
  const shortcut = [...document.querySelectorAll("[data-shortcut]")].find((each) => each.dataset.shortcut === key);
  if (!shortcut) return;
  did(event, shortcut.matches("input, select, textarea") ? shortcut.focus() : shortcut.click());
});

const did = (event) => event.preventDefault();
const linkOf = (row) => row?.querySelector("a[href]");
const tickOf = (row) => row?.querySelector("input[type=checkbox]");
const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")].filter(linkOf);
const currentRow = () => rows().find((row) => row.contains(document.activeElement));

function moveRow(by) {
  const all = rows();
  const now = all.indexOf(currentRow());
  const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1)];
  linkOf(next)?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

// What is ticked goes along with the row that one is in.
function takeRow() {
  const tick = tickOf(currentRow());
  if (!tick) return null;
  tick.checked = true;
  return tick.form.querySelector("[data-take-button]");
}

function showKeys() {
  const sheet = document.querySelector("[data-keys]");
  if (!sheet) return false;
  sheet.open = !sheet.open;
  sheet.querySelector("summary").focus();
  return true;
}

for (const sheet of document.querySelectorAll("[data-keys]")) sheet.hidden = false;
for (const button of document.querySelectorAll("[data-shortcuts]")) {
  button.hidden = false;
  button.setAttribute("aria-pressed", String(!isOff()));
  button.addEventListener("click", () => {
    localStorage.setItem(OFF, isOff() ? "no" : "yes");
    button.setAttribute("aria-pressed", String(!isOff()));
  });
}

// Words that are typed and not sent: the browser asks before they are left behind, whichever way (a link, a key, another form).
let goingOut = null;
const isUnsent = (area) => area.form !== goingOut && area.value.trim() && area.value !== area.defaultValue;
addEventListener("submit", (event) => (goingOut = event.target));
addEventListener("pageshow", () => (goingOut = null));
addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("form[method=post] textarea")].some(isUnsent)) event.preventDefault();
});

const presence = document.querySelector("[data-presence]");
if (presence) fetched(import("./presence.js"), ({ startPresence }) => startPresence(presence));
