// The result of a calculator follows each change: the server counts, as it does for the button. All works without this.
const WAIT = 400;
const parser = new DOMParser();
const parse = (text) => parser.parseFromString(text, "text/html");
let waiting;
let asked = 0;
let touched = false;

async function count(form) {
  const mine = ++asked;
  const body = new URLSearchParams(new FormData(form));
  body.set("live", "1");
  try {
    const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
    if (!response.ok || mine !== asked) return;
    show(form, parse(await response.text()));
  } catch {
    // The button still counts.
  }
}

// Only what has changed is written, so that a reader's voice says the score when it moves and nothing else.
function show(form, found) {
  const [panel, live] = [form.querySelector("[data-live-panel]"), form.querySelector("[data-live]")];
  for (const level of found.querySelectorAll("[data-level]")) {
    const place = document.getElementById(`${level.dataset.level}-level`);
    if (place) place.textContent = level.textContent;
    level.remove();
  }
  const [old, next] = [live, found].map((root) => root.querySelector("[data-live-status]"));
  if (old && next) {
    if (old.textContent !== next.textContent) old.replaceChildren(...next.childNodes);
    next.remove();
    live.replaceChildren(old, ...found.body.childNodes);
  } else {
    live.replaceChildren(...found.body.childNodes);
  }
  panel.hidden = false;
}

// Fields and parts that hang on another field.
function arrange(form) {
  for (const part of form.querySelectorAll("[data-show-if]")) {
    const inputs = [...form.querySelectorAll(`[name="${part.dataset.showIf}"]`)];
    const chosen = inputs.filter((input) => input.type !== "radio" || input.checked).map((input) => input.value);
    part.hidden = !chosen.some((value) => part.dataset.showValues.split(" ").includes(value));
  }
}

// The answers of the quiz fill in the form, unless somebody has begun to write.
async function fill(link) {
  try {
    const response = await fetch(link.dataset.mine, { credentials: "same-origin" });
    const page = response.ok && parse(await response.text());
    const [here, next] = [document, page || document].map((root) => root.querySelector("[data-calculator]"));
    if (touched || !page || !page.querySelector("[data-prefilled]")) return;
    here.replaceWith(document.adoptNode(next));
    start();
  } catch {
    // The link still fills it in.
  }
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.("[data-live-form]");
    if (!form) return;
    touched = true;
    if (kind === "change") arrange(form);
    clearTimeout(waiting);
    waiting = setTimeout(() => count(form), WAIT);
  });
}

function start() {
  const form = document.querySelector("[data-live-form]");
  if (!form) return;
  arrange(form);
  if (document.querySelector("[data-prefilled]")) count(form);
  document.querySelector("[data-focus]")?.focus();
}

start();
const link = document.querySelector("[data-mine]");
if (link) fill(link);
