/* Choosing a picture: the field's number becomes the picture itself, and a dialog offers all of them. */

const asked = new Map(); // number of a picture: the fields that wait for its title

class ImageChooser extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.button = this.querySelector('[data-action="choose"]');
    this.nameButton();
    if (!this.listens) {
      this.listens = true;
      this.addEventListener("click", (event) => this.act(event.target.closest("[data-action]")?.dataset.action));
      this.input.addEventListener("change", () => this.refresh());
    }
    this.refresh();
  }

  /* The label belongs to the button now, whose name is then: the field, what it does. */
  nameButton() {
    this.button.id = `${this.input.id}_choose`;
    const label = this.input.labels?.[0] ?? document.querySelector(`label[for="${this.button.id}"]`);
    if (!label) return;
    label.id ||= `${this.input.id}_label`;
    label.htmlFor = this.button.id;
    this.button.setAttribute("aria-labelledby", `${label.id} ${this.button.id}`);
    const described = this.input.getAttribute("aria-describedby");
    if (described) this.button.setAttribute("aria-describedby", described);
  }

  act(action) {
    if (action === "choose") open(this);
    if (action === "remove") {
      this.choose("");
      this.button.focus();
    }
  }

  choose(id, label) {
    this.input.value = id;
    if (label) this.show(label);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  refresh() {
    const id = this.input.value.trim();
    if (id === (this.known ?? "")) return; // shown, or asked for: a block that is moved comes by here again
    this.show(null);
    this.known = id;
    if (/^\d+$/.test(id)) ask(id, this);
  }

  show(label) {
    const picture = this.querySelector(".image-chooser__picture");
    this.known = label ? String(label.id) : "";
    picture.hidden = !label;
    if (label) picture.src = label.thumbnail;
    else picture.removeAttribute("src");
    this.querySelector(".image-chooser__title").textContent = label ? label.title : "";
    const remove = this.querySelector('[data-action="remove"]');
    if (remove) remove.hidden = !this.input.value;
  }
}

/* All fields of a page ask together, in one request. */
function ask(id, field) {
  if (!asked.size) setTimeout(() => answer(field.dataset.labels));
  asked.set(id, [...(asked.get(id) ?? []), field]);
}

async function answer(address) {
  const waiting = new Map(asked);
  asked.clear();
  const response = await fetch(`${address}?ids=${[...waiting.keys()].join(",")}`);
  if (!response.ok) return;
  for (const label of (await response.json()).images) {
    for (const field of waiting.get(String(label.id)) ?? []) {
      if (field.input.value.trim() === String(label.id)) field.show(label);
    }
  }
}

let dialog = null;
let chooser = null; // the field that the dialog is open for
let search = 0; // the number of the newest search; an older answer is dropped
let pause = 0;

async function open(field) {
  chooser = field;
  const response = await fetch(field.dataset.choose);
  if (!response.ok) return;
  dialog ??= makeDialog();
  dialog.innerHTML = await response.text(); // our own template, everything in it escaped
  dialog.showModal();
  dialog.querySelector("input").focus();
}

function makeDialog() {
  const element = document.createElement("dialog");
  element.className = "image-dialog";
  element.setAttribute("aria-labelledby", "image-dialog-title");
  element.addEventListener("click", clicked);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  element.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(find, 250);
  });
  document.body.append(element);
  return element;
}

function clicked(event) {
  const choice = event.target.closest("[data-id]");
  const action = event.target.closest("[data-action]");
  if (choice) {
    chooser.choose(choice.dataset.id, { ...choice.dataset });
    dialog.close();
    chooser.button.focus();
  } else if (action?.dataset.action === "close") {
    dialog.close();
  } else if (action?.dataset.action === "more") {
    more(action);
  }
}

async function results(start) {
  const words = encodeURIComponent(dialog.querySelector("input").value);
  const response = await fetch(`${chooser.dataset.choose}?q=${words}&start=${start}`);
  return response.ok ? response.text() : null;
}

async function find() {
  clearTimeout(pause);
  const number = ++search;
  const html = await results(0);
  if (html !== null && number === search) dialog.querySelector(".image-dialog__results").innerHTML = html;
}

async function more(button) {
  const number = search;
  const html = await results(button.dataset.start);
  if (html === null || number !== search) return;
  const place = document.createElement("div");
  place.innerHTML = html;
  button.replaceWith(place);
  place.querySelector("button")?.focus();
}

customElements.define("image-chooser", ImageChooser);

/* A picture added in the admin's own pop-up window is announced through its jQuery alone. */
window.django?.jQuery?.(document).on("change", "image-chooser input", (event) => {
  event.target.closest("image-chooser").refresh();
});
