// A button that fills in where one is: data-locate is the id of the input. Shown only where a device can say it.
export function startLocate() {
  for (const button of document.querySelectorAll("[data-locate]")) {
    if (!navigator.geolocation) continue;
    button.parentElement.hidden = false;
    button.addEventListener("click", () => locate(button));
  }
}

function locate(button) {
  const input = document.getElementById(button.dataset.locate);
  const said = button.parentElement.querySelector("[role=status]");
  const options = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      input.value = `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`;
      said.textContent = button.dataset.found;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    () => (said.textContent = button.dataset.refused),
    options,
  );
}
