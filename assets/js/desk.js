// Keys for the desk. Off with one press (WCAG 2.1.4), and never while somebody types.
//
// data-shortcut="x"  on a link, button or field: x presses or focuses it
// data-rows          on a table: j and k move between its rows, o opens the row's first link
// data-shortcuts     on a button: switches the keys on and off
const OFF = "shortcuts-off";
const isOff = () => localStorage.getItem(OFF) === "yes";

document.addEventListener("keydown", (event) => {
  if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
  if (event.key === "j" || event.key === "k") return moveRow(event.key === "j" ? 1 : -1);
  if (event.key === "o") return currentLink()?.click();
  const target = [...document.querySelectorAll("[data-shortcut]")].find((each) => each.dataset.shortcut === event.key);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, select, textarea")) target.focus();
  else target.click();
});

const links = () => [...document.querySelectorAll("table[data-rows] tbody tr")].map((row) => row.querySelector("a[href]")).filter(Boolean);
const currentLink = () => links().find((link) => link.closest("tr").contains(document.activeElement));

function moveRow(by) {
  const all = links();
  const now = all.indexOf(currentLink());
  const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

for (const button of document.querySelectorAll("[data-shortcuts]")) {
  button.hidden = false;
  button.setAttribute("aria-pressed", String(!isOff()));
  button.addEventListener("click", () => {
    localStorage.setItem(OFF, isOff() ? "no" : "yes");
    button.setAttribute("aria-pressed", String(!isOff()));
  });
}

const present = document.querySelector("[data-presence]");
if (present) import("./presence.js").then(({ startPresence }) => startPresence(present));
