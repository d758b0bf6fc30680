// A map on which one puts a pin: by a press, or with the arrow keys; plus, minus and the buttons change the size, dragging moves a
// large map. The pin's coordinates go into the input that data-map names, and what stands there moves the pin.
const SVG = "http://www.w3.org/2000/svg";
const LARGEST = 8;

export function startPin(map) {
  const drawing = map.querySelector("svg");
  const input = document.getElementById(map.dataset.map);
  const part = map.closest(".map-part");
  const said = part.querySelector("[role=status]");
  const whole = drawing.viewBox.baseVal;
  const [width, height] = [whole.width, whole.height];
  const edge = Object.fromEntries(["north", "south", "west", "east"].map((name) => [name, Number(map.dataset[name])]));
  const names = [...drawing.querySelectorAll("text.map-place")];
  const pin = drawing.appendChild(document.createElementNS(SVG, "path"));
  let view = { x: 0, y: 0, size: 1 };
  let at = null;
  let dragged = null;

  pin.setAttribute("class", "map-pin");
  part.hidden = false;

  function show() {
    const [w, h] = [width / view.size, height / view.size];
    view.x = Math.min(Math.max(view.x, 0), width - w);
    view.y = Math.min(Math.max(view.y, 0), height - h);
    drawing.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
    const s = 3 / view.size;
    pin.toggleAttribute("hidden", !at);
    if (at) pin.setAttribute("d", `M${at.x} ${at.y}l${-9 * s} ${-16 * s}a${10 * s} ${10 * s} 0 1 1 ${18 * s} 0z`);
  }

  function put(x, y) {
    at = { x: Math.min(Math.max(x, 0), width), y: Math.min(Math.max(y, 0), height) };
    const lat = edge.north - (at.y / height) * (edge.north - edge.south);
    const lon = edge.west + (at.x / width) * (edge.east - edge.west);
    input.value = `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    said.textContent = `${map.dataset.near.replace("{place}", nearest())} (${input.value})`;
    follow();
  }

  function nearest() {
    const far = (name) => Math.hypot(name.getAttribute("x") - at.x, name.getAttribute("y") - at.y);
    return names.reduce((best, name) => (far(name) < far(best) ? name : best), names[0])?.textContent ?? "";
  }

  // The pin never leaves what is seen.
  function follow() {
    const [w, h] = [width / view.size, height / view.size];
    if (at && (at.x < view.x || at.x > view.x + w)) view.x = at.x - w / 2;
    if (at && (at.y < view.y || at.y > view.y + h)) view.y = at.y - h / 2;
    show();
  }

  function zoom(by) {
    const size = Math.min(Math.max(view.size * by, 1), LARGEST);
    const middle = at ?? { x: view.x + width / view.size / 2, y: view.y + height / view.size / 2 };
    view = { x: middle.x - width / size / 2, y: middle.y - height / size / 2, size };
    show();
  }

  function pressed(event) {
    const box = drawing.getBoundingClientRect();
    return {
      x: view.x + ((event.clientX - box.left) / box.width) * (width / view.size),
      y: view.y + ((event.clientY - box.top) / box.height) * (height / view.size),
    };
  }

  function read() {
    const found = /^\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*,\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*$/.exec(input.value);
    if (!found) return;
    const x = ((Number(found[2]) - edge.west) / (edge.east - edge.west)) * width;
    const y = ((edge.north - Number(found[1])) / (edge.north - edge.south)) * height;
    at = x >= 0 && x <= width && y >= 0 && y <= height ? { x, y } : null;
    follow();
  }

  map.addEventListener("pointerdown", (event) => {
    dragged = { from: pressed(event), moved: false };
    if (view.size > 1) map.setPointerCapture(event.pointerId);
  });
  map.addEventListener("pointermove", (event) => {
    if (!dragged || view.size === 1) return;
    const to = pressed(event);
    const step = Math.hypot(to.x - dragged.from.x, to.y - dragged.from.y) * view.size;
    if (!dragged.moved && step < width / 60) return;
    dragged.moved = true;
    view.x += dragged.from.x - to.x;
    view.y += dragged.from.y - to.y;
    show();
  });
  map.addEventListener("pointerup", (event) => {
    if (dragged && !dragged.moved) put(pressed(event).x, pressed(event).y);
    dragged = null;
  });
  map.addEventListener("pointercancel", () => (dragged = null));
  map.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) {
      const step = (width / view.size / 50) * (event.shiftKey ? 5 : 1);
      const from = at ?? { x: view.x + width / view.size / 2, y: view.y + height / view.size / 2 };
      put(from.x + moves[event.key][0] * step, from.y + moves[event.key][1] * step);
    } else if (event.key === "+" || event.key === "=") zoom(2);
    else if (event.key === "-") zoom(0.5);
    else return;
    event.preventDefault();
  });
  for (const button of part.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoom(button.dataset.zoom === "in" ? 2 : 0.5));
  }
  input.addEventListener("change", (event) => event.isTrusted && read());
  read();
  show();
}
