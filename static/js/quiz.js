// A step of a quiz swaps in without a reload, fields appear when they count, and a link is copied. All works without it.
const parser = new DOMParser();
let busy = false;
let again = false; // somebody went back or forth meanwhile
let at = location.pathname + location.search;

const part = (root) => root.querySelector("[data-quiz]");

async function load(url, options) {
  const response = await fetch(url, { credentials: "same-origin", redirect: "follow", ...options });
  const type = response.headers.get("Content-Type") ?? "";
  if (!type.startsWith("text/html")) throw new Error(`No page: ${response.status}`);
  return { url: response.url, page: parser.parseFromString(await response.text(), "text/html") };
}

// Put the step of another page in the place of this one's; false for a page that has none.
function swap(page) {
  const [next, here] = [part(page), part(document)];
  if (!next || !here) return false;
  here.replaceWith(document.adoptNode(next));
  document.title = page.title;
  const other = [document, page].map((root) => root.querySelector(".strip__language"));
  if (other[0] && other[1]) other[0].href = other[1].href;
  arrange();
  scrollTo({ top: 0 });
  (next.querySelector("[data-focus]") ?? next.querySelector("h1"))?.focus({ preventScroll: true });
  return true;
}

async function step(url, options, { push = true } = {}) {
  if (busy) {
    again ||= !push;
    return;
  }
  busy = true;
  part(document).setAttribute("aria-busy", "true");
  try {
    const { url: arrived, page } = await load(url, options);
    if (!swap(page)) location.assign(arrived);
    else if (push && arrived !== location.href) history.pushState({ quiz: true }, "", arrived);
    at = location.pathname + location.search;
  } finally {
    busy = false;
    part(document)?.removeAttribute("aria-busy");
    if (again) {
      again = false;
      leap();
    }
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-step-form]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  step(form.action, { method: "POST", body }).catch(() => {
    // Without a net the browser's own way says so best.
    const button = event.submitter;
    if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    form.submit();
  });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.matches("[data-leave]")) {
    event.preventDefault();
    location.replace(link.href); // Back does not lead here again
  } else if (link.matches("[data-step]") && part(document)) {
    event.preventDefault();
    step(link.href).catch(() => location.assign(link.href));
  }
});

const leap = () => step(location.href, {}, { push: false }).catch(() => location.reload());
addEventListener("popstate", () => {
  if (part(document) && location.pathname + location.search !== at) leap(); // not for a link within the page
});

// Fields that hang on another one.
function values(form, name) {
  const chosen = [...form.querySelectorAll(`[name="${name}"]`)].filter((input) => !/radio|checkbox/.test(input.type) || input.checked);
  return chosen.filter((input) => !input.closest("[data-field]")?.hidden).map((input) => input.value);
}

function arrange() {
  for (const words of document.querySelectorAll("[data-plain]")) words.hidden = true; // they say what is now seen
  for (const field of document.querySelectorAll("[data-show-if]")) {
    const wanted = field.dataset.showValues.split(" ");
    field.hidden = !values(field.closest("form"), field.dataset.showIf).some((value) => wanted.includes(value));
  }
}

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-step-form]")) arrange();
});

// Occupations are looked for while somebody types.
let waiting;
let asked = 0;
document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-search]");
  if (!box || event.target.type !== "search") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => search(box, event.target), 350);
});

async function search(box, input) {
  if (input.value.trim().length < 3) return;
  const form = input.form;
  const body = new URLSearchParams(new FormData(form));
  body.set("find", box.dataset.search);
  const mine = ++asked;
  try {
    const { page } = await load(form.action, { method: "POST", body });
    const found = page.querySelector(`[data-search="${box.dataset.search}"]`);
    if (mine !== asked || !found) return;
    for (const name of ["matches", "count"]) {
      box.querySelector(`[data-search-${name}]`).replaceChildren(...found.querySelector(`[data-search-${name}]`).childNodes);
    }
  } catch {
    // The button still searches.
  }
}

// Links to copy.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const input = document.getElementById(button.dataset.copy);
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    button.textContent = button.dataset.copied;
  } catch {
    // The link is selected, so the keyboard copies it.
  }
});

for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
if (part(document)) arrange();
