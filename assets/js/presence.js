// Two people on one case see each other. While a page is looked at it says so every 25 seconds, and shows what comes back.
//
// <div data-presence="address" data-revision="what the page was made from">  filled with the answer; aria-live speaks it
const EVERY = 25_000;

export function startPresence(place) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  const body = (more) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, revision: place.dataset.revision, ...more })) form.append(name, value);
    return form;
  };
  const say = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(place.dataset.presence, { method: "POST", body: body() });
      if (!response.ok || response.redirected) return;
      const found = new DOMParser().parseFromString(await response.text(), "text/html").body;
      if (found.textContent.trim() !== place.textContent.trim()) place.replaceChildren(...found.childNodes);
    } catch {
      // no connection: nobody else is shown until there is one
    }
  };
  setInterval(say, EVERY);
  document.addEventListener("visibilitychange", say);
  addEventListener("pagehide", () => navigator.sendBeacon(place.dataset.presence, body({ leave: "yes" })));
}
