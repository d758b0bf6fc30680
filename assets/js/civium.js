// What makes citizens' pages better. Everything works without it.
//
// data-keep="<url>"        on a form: what is typed is kept as one types
// data-live-check="<url>"  on a form: a field is checked by the server's own rule as it is left
// data-once                on a form: sent once, however often it is pressed, and not without a connection
// data-rows                on what has rows: they are added and taken out, and summed up, without leaving the page
// data-locate="<id>"       on a button: fills in where one is
// data-map="<id>"          on a map: a press, or the arrow keys, put a pin there and its coordinates into that input
// data-suggestions="<url>" on a search form: what one may be looking for, while one types
// data-print               on a button: prints the page
// data-stay="<seconds>"    on what says until when a visit lasts: warns in time, and makes it longer
// data-passkey-problem     on what says that a passkey did not work: shown when it did not
// data-refresh="<seconds>" on what waits for news: the page is looked at again
import { startKeeping } from "./keep.js";
import { startLiveCheck } from "./live-check.js";
import { startOnce } from "./once.js";
import { startMenus } from "./menus.js";
import { fetched } from "./parts.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const form of document.querySelectorAll("form[data-live-check]")) startLiveCheck(form);
for (const form of document.querySelectorAll("form[data-keep]")) startKeeping(form);
startOnce();
startMenus();
if (document.querySelector("[data-locate]")) fetched(import("./locate.js"), ({ startLocate }) => startLocate());
const maps = document.querySelectorAll("[data-map]");
if (maps.length) fetched(import("./pin.js"), ({ startPin }) => maps.forEach(startPin));
const longLists = document.querySelectorAll("[data-combobox^='/']");
if (longLists.length) fetched(import("./combobox.js"), ({ startCombobox }) => longLists.forEach(startCombobox));
const searches = document.querySelectorAll("form[data-suggestions]");
if (searches.length) fetched(import("./suggestions.js"), ({ startSuggestions }) => searches.forEach(startSuggestions));
if (document.querySelector("[data-rows]:not(table)")) fetched(import("./rows.js"), ({ startRows }) => startRows());

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

// The library tells nobody but the console.
const refused = document.querySelector("[data-passkey-problem]");
if (refused)
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    refused.hidden = true;
    setTimeout(() => (refused.hidden = false), 50);
  });

const waiting = document.querySelector("[data-refresh]");
if (waiting) setTimeout(() => location.reload(), Number(waiting.dataset.refresh) * 1000);

const visit = document.querySelector("[data-stay]");
if (visit) fetched(import("./stay.js"), ({ startStay }) => startStay(visit));

// GOV.UK's own behaviour comes only to pages that have something for it: plain radios need none.
const needy =
  ".govuk-character-count, .govuk-password-input, .govuk-error-summary, .govuk-checkboxes__conditional, [data-behaviour=exclusive]";
if (document.querySelector(needy)) fetched(import("./govuk.js"), ({ start }) => start());
