// A visit that is about to end says so in time, and is made longer by a press. Screen readers are told too.
//
// <aside data-stay="seconds"> with [data-stay-warning data-soon data-over] and form[data-stay-form]; POST there gives {seconds}
const BEFORE = 180;

export function startStay(place) {
  const said = place.querySelector("[data-stay-warning]");
  const form = place.querySelector("[data-stay-form]");
  let timers = [];
  const lasts = (seconds) => {
    timers.forEach(clearTimeout);
    say("");
    timers = [
      setTimeout(() => say(said.dataset.soon, true), Math.max(0, seconds - BEFORE) * 1000),
      setTimeout(() => say(said.dataset.over), seconds * 1000),
    ];
  };
  const say = (words, mayStay = false) => {
    said.textContent = words;
    said.classList.toggle("stay__warning", Boolean(words));
    place.classList.toggle("stay--now", Boolean(words));
    form.hidden = !mayStay;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const { seconds } = await answer.json();
      lasts(seconds);
    } catch {
      say(said.dataset.over); // signed out meanwhile, or no connection
    }
  });
  lasts(Number(place.dataset.stay));
}
