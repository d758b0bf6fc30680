// A form with data-once goes out once. Coming back to the page with the back button makes it sendable again.
// Without a connection it stays where it is, with the words in [data-offline]: the browser's own page would take its place.
export function startOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    const offline = document.querySelector("[data-offline]");
    if (!navigator.onLine && offline && !form.dataset.reached) {
      event.preventDefault();
      tryToReach(form, event.submitter, offline);
      return;
    }
    form.dataset.sent = "yes";
    for (const button of buttonsOf(form)) button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("online", () => {
    for (const said of document.querySelectorAll("[data-offline]")) said.hidden = true;
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of buttonsOf(form)) button.removeAttribute("aria-disabled");
    }
  });
}

// What a browser says about the connection is a guess: only an answer counts.
function tryToReach(form, button, offline) {
  offline.hidden = true;
  fetch("/healthz", { cache: "no-store" }).then(
    () => {
      form.dataset.reached = "yes";
      form.requestSubmit(button);
    },
    () => {
      form.append(offline);
      offline.hidden = false;
    },
  );
}

const buttonsOf = (form) => [...form.elements].filter((element) => element.type === "submit");
