// A form with data-once goes out once. Coming back to the page with the back button makes it sendable again.
export function startOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of buttonsOf(form)) button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of buttonsOf(form)) button.removeAttribute("aria-disabled");
    }
  });
}

const buttonsOf = (form) => [...form.elements].filter((element) => element.type === "submit");
