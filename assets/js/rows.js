// Rows of a table are added and taken out, and what they come to is shown, without leaving the page.
//
// Sent:     POST the form as it stands, with the button that was pressed (`_act`); `_act=look` when a cell is left
// Answered: the page as it is now: nothing is saved, nothing is scolded
//
// The rows and the totals end up as the server would have drawn them. Without an answer the button does what it does anyway.
export function startRows() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[name=_act]");
    if (!button) return;
    event.preventDefault();
    act(button);
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-rows]") && document.querySelector("#computed")) look(event.target.form);
  });
}

async function act(button) {
  const form = button.form;
  const id = button.closest("[data-rows]").id;
  const page = await ask(form, button.value);
  const rows = page?.getElementById(id);
  if (!rows) {
    form.requestSubmit(button);
    return;
  }
  const before = document.getElementById(id);
  const at = [...before.querySelectorAll("button[name=_act]")].indexOf(button);
  before.replaceWith(rows);
  showTotals(page);
  // The reader stands where the change is: in the row that is new, or at the button after the one that is gone.
  const buttons = rows.querySelectorAll("button[name=_act]");
  const next = rows.querySelector("[autofocus]") || buttons[Math.min(at, buttons.length - 1)];
  (next || rows).focus();
}

let turn = 0;
async function look(form) {
  const mine = ++turn;
  const page = await ask(form, "look");
  if (page && mine === turn) showTotals(page);
}

function showTotals(page) {
  const [before, now] = [document.querySelector("#computed"), page.querySelector("#computed")];
  if (before && now && before.innerHTML !== now.innerHTML) before.innerHTML = now.innerHTML;
}

async function ask(form, pressed) {
  const body = new FormData();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  body.append("_act", pressed);
  try {
    const response = await fetch(form.action || location.href, { method: "POST", body });
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  } catch {
    return null; // no connection: the button sends the form, and the browser says so
  }
}
