// What is typed on a page is kept while it is typed: a closed window, a flat battery or an ended session loses nothing.
//
// Sent: POST <data-keep>, the form's fields (no files), a moment after the last key, and when the page is left
// The words in [data-kept] come up when something was kept.
const PAUSE = 2000;

export function startKeeping(form) {
  let waiting = 0;
  let isNew = false;
  const send = (leaving) => {
    clearTimeout(waiting);
    if (!isNew || form.dataset.sent) return;
    isNew = false;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    fetch(form.dataset.keep, { method: "POST", body, keepalive: leaving })
      .then((answer) => {
        const said = form.querySelector("[data-kept]");
        if (said && answer.status === 204) said.hidden = false;
      })
      .catch(() => (isNew = true)); // no connection: the next key tries again, or the connection when it is back
  };
  form.addEventListener("input", () => {
    isNew = true;
    clearTimeout(waiting);
    waiting = setTimeout(() => send(false), PAUSE);
  });
  window.addEventListener("online", () => send(false));
  window.addEventListener("pagehide", () => send(true));
}
