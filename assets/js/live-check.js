// A field that is left is checked by the server, with the rule that will judge it when the form is sent.
//
// Sent:     POST <data-live-check>, the form's fields (no files) and `_field`, the name of the one that was left
// Answered: the field's error message as the server draws it (p.govuk-error-message), or nothing when it is fine
//
// The group ends up as the server would have drawn it. An empty field is not scolded until the form is sent.
const latest = new WeakMap();

export function startLiveCheck(form) {
  form.addEventListener("change", (event) => {
    const field = event.target;
    const group = groupOf(field);
    if (!field.name || !group || field.type === "file" || field.type === "hidden") return;
    if (!hasAnswer(group) && !group.classList.contains("govuk-form-group--error")) return;
    if (group.querySelector(".govuk-date-input") && !isComplete(group)) return;
    check(form, field, group);
  });
}

// The outermost group of the question: a date's three boxes have groups of their own. What stands below an option is a question itself.
function groupOf(field) {
  const below = field.closest(".govuk-radios__conditional");
  let group = field.closest(".govuk-form-group");
  for (let outer = group; outer && !(below && outer.contains(below)); outer = outer.parentElement.closest(".govuk-form-group")) group = outer;
  return group;
}

const fieldsOf = (group) => [...group.querySelectorAll("input, select, textarea")].filter((field) => groupOf(field) === group);
const isFilled = (field) => (["radio", "checkbox"].includes(field.type) ? field.checked : field.value.trim() !== "");
const hasAnswer = (group) => fieldsOf(group).some(isFilled);
const isComplete = (group) => fieldsOf(group).every(isFilled);

async function check(form, field, group) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  body.append("_field", field.name);
  const turn = Symbol();
  latest.set(group, turn);
  let answer;
  try {
    const response = await fetch(form.dataset.liveCheck, { method: "POST", body });
    if (!response.ok) return;
    answer = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return; // no connection: the form will be checked when it is sent
  }
  if (latest.get(group) === turn) show(group, answer.querySelector(".govuk-error-message"));
}

function show(group, error) {
  const fieldset = group.querySelector("fieldset");
  const date = group.querySelector(".govuk-date-input");
  const field = group.querySelector("input:not([type=hidden]), select, textarea");
  const id = date?.id || (fieldset ? field.id.replace(/-\d+$/, "") : field.id);
  const described = fieldset || field;
  const errorId = `${id}-error`;
  document.getElementById(errorId)?.remove();
  const others = (described.getAttribute("aria-describedby") || "").split(/\s+/).filter((each) => each && each !== errorId);
  group.classList.toggle("govuk-form-group--error", Boolean(error));
  for (const each of fieldsOf(group)) {
    for (const kind of ["input", "textarea", "select"]) {
      if (each.classList.contains(`govuk-${kind}`)) each.classList.toggle(`govuk-${kind}--error`, Boolean(error));
    }
  }
  if (error) {
    error.id = errorId;
    placeFor(group, fieldset, field).before(error);
    others.push(errorId);
  }
  if (others.length) described.setAttribute("aria-describedby", others.join(" "));
  else described.removeAttribute("aria-describedby");
}

// The error stands where GOV.UK's macros put it: after the hint, before what is filled in.
function placeFor(group, fieldset, field) {
  const inside = fieldset || group;
  return [...inside.children].find((child) => child === field || (child.contains(field) && child.tagName !== "LEGEND")) || field;
}
