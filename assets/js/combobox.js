// One of a long list, found while typing (WAI-ARIA combobox with a list). Without this script the same box searches and the page
// shows what it found to choose from.
//
// data-combobox="<url>"  around the box: POST `typed` there gives {options: [{code, name, language, direction}]}
// data-results, data-none: what is said of how many there are, with %s for the number
//
// The chosen option's code goes into a hidden input beside the box; typing on empties it.
const PAUSE = 200; // milliseconds without a key before asking

export function startCombobox(around) {
  const box = around.querySelector("input[type=text]");
  const found = around.querySelector(".combobox__found");
  const name = box.name.replace(/-search$/, "");
  const checked = found.querySelector("input:checked");
  const searched = around.querySelector(`input[name="${name}-searched"]`);

  const code = make("input", { type: "hidden", name, value: checked ? checked.value : "" });
  const list = make("ul", { id: `${name}-list`, role: "listbox", className: "combobox__list", hidden: true });
  const said = make("p", { className: "visually-hidden", role: "status" });
  list.setAttribute("aria-label", box.labels[0]?.textContent.trim() ?? "");
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }))
    box.setAttribute(key, value);
  around.querySelector(".combobox__search").remove();
  // What a search found stays to be chosen from until something else is typed.
  if (checked || !found.querySelector("input")) replaceFound();
  box.closest(".govuk-form-group").append(list);
  around.append(said);

  let current = -1;
  let turn = 0;
  let timer;

  function replaceFound() {
    found.remove();
    if (!code.isConnected) around.append(code);
  }

  const options = () => [...list.children];

  function point(at) {
    current = at;
    options().forEach((each, number) => each.setAttribute("aria-selected", String(number === at)));
    const now = options()[at];
    if (now) {
      box.setAttribute("aria-activedescendant", now.id);
      now.scrollIntoView({ block: "nearest" });
    } else box.removeAttribute("aria-activedescendant");
  }

  function open(is) {
    list.hidden = !is;
    box.setAttribute("aria-expanded", String(is));
    if (!is) point(-1);
  }

  function choose(option) {
    replaceFound();
    box.value = option.textContent;
    code.value = option.dataset.code;
    searched.value = box.value;
    said.textContent = "";
    open(false);
    // Whatever was wrong with it is put right.
    around.querySelector(".govuk-error-message")?.remove();
    around.querySelector(".govuk-form-group--error")?.classList.remove("govuk-form-group--error");
    box.classList.remove("govuk-input--error");
  }

  async function ask() {
    const typed = box.value.trim();
    const mine = ++turn;
    if (!typed) return open(false);
    const body = new URLSearchParams({ typed, csrfmiddlewaretoken: box.form.elements.csrfmiddlewaretoken?.value ?? "" });
    let answer;
    try {
      const response = await fetch(around.dataset.combobox, { method: "POST", body });
      if (!response.ok) return;
      answer = await response.json();
    } catch {
      return; // no connection: the box is searched when the page is sent
    }
    if (mine !== turn || document.activeElement !== box) return;
    list.replaceChildren(
      ...answer.options.map((each, number) => {
        const option = make("li", { id: `${list.id}-${number}`, role: "option", textContent: each.name, lang: each.language, dir: each.direction });
        option.dataset.code = each.code;
        option.setAttribute("aria-selected", "false");
        return option;
      }),
    );
    const count = answer.options.length;
    said.textContent = count ? around.dataset.results.replace("%s", count) : around.dataset.none;
    point(-1);
    open(count > 0);
  }

  box.addEventListener("input", () => {
    replaceFound();
    code.value = "";
    searched.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  // Half a name is nothing to be scolded for: what is not chosen is looked for when the page is sent.
  box.addEventListener("change", (event) => event.stopPropagation());
  box.addEventListener("blur", () => open(false));
  box.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return count && box.value ? open(true) : ask();
      const by = event.key === "ArrowDown" ? 1 : -1;
      point(current < 0 ? (by > 0 ? 0 : count - 1) : (current + by + count) % count);
    } else if (event.key === "Enter" && !list.hidden && current >= 0) {
      event.preventDefault();
      choose(options()[current]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    } else if (event.key === "Tab" && !list.hidden && current >= 0) choose(options()[current]);
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}

function make(kind, values) {
  const element = document.createElement(kind);
  const { role, ...others } = values;
  if (role) element.setAttribute("role", role);
  return Object.assign(element, others);
}
