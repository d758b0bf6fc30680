// Suggestions under a search box, as one types (WAI-ARIA combobox with a list). Choosing one goes there; Enter without choosing
// searches as it does without this script.
//
// data-suggestions="<url>"  on the form: GET ?q=... answers {options: [{name, href, language, direction}]}
// data-some, data-none      what is said of how many there are, with %s for the number
const PAUSE = 150; // milliseconds without a key before asking

export function startSuggestions(form) {
  const box = form.querySelector("input[type=search]");
  const list = Object.assign(document.createElement("ul"), { id: `${box.id}-suggestions`, className: "combobox__list", hidden: true });
  const said = Object.assign(document.createElement("p"), { className: "visually-hidden" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0]?.textContent.trim() ?? "");
  said.setAttribute("role", "status");
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) box.setAttribute(key, value);
  form.append(list, said);

  let current = -1;
  let turn = 0;
  let timer;
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
    point(-1);
  }

  async function ask() {
    const typed = box.value.trim();
    const mine = ++turn;
    if (typed.length < 2) {
      said.textContent = "";
      return open(false);
    }
    let answer;
    try {
      const response = await fetch(`${form.dataset.suggestions}?${new URLSearchParams({ q: box.value })}`);
      if (!response.ok) return;
      answer = await response.json();
    } catch {
      return; // no connection: the box still searches
    }
    if (mine !== turn || document.activeElement !== box) return;
    list.replaceChildren(
      ...answer.options.map((each, number) => {
        const option = Object.assign(document.createElement("li"), { id: `${list.id}-${number}`, textContent: each.name, lang: each.language, dir: each.direction });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.href = each.href;
        return option;
      }),
    );
    const count = answer.options.length;
    said.textContent = count ? form.dataset.some.replace("%s", count) : form.dataset.none;
    open(count > 0);
  }

  const choose = (option) => location.assign(option.dataset.href);

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  box.addEventListener("blur", () => open(false));
  box.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) return;
      event.preventDefault();
      if (list.hidden) open(true);
      const by = event.key === "ArrowDown" ? 1 : -1;
      point(current < 0 ? (by > 0 ? 0 : count - 1) : (current + by + count) % count);
    } else if (event.key === "Enter" && !list.hidden && current >= 0) {
      event.preventDefault();
      choose(options()[current]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    }
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}
