// Facts in the rich-text editor: a chip that shows what a fact is today, and a dialog that finds one and inserts it.
// What is stored is the key alone: <data value="ee.fee.principal">ee.fee.principal</data>.
import { Node } from "django-prose-editor/editor";

const AT_ONCE = 100; // keys of one request
const dialog = document.getElementById("fact-dialog"); // absent for who may not see facts: chips then show their keys
const words = dialog?.dataset;

const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

// The language of the text that is being written, as its form says it.
const language = () => document.getElementById("id_language")?.value || document.documentElement.lang;

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

// What chips say

const chips = new Set(); // { key, dom } of every chip on the page
let known = new Map(); // key: what the server says of it; null while it is asked and for a key that is no fact
let wanted = new Set();
let asking = 0;

function show(chip) {
  const label = known.get(chip.key);
  const warning = label === undefined ? words?.unknown : label && (label.value ? label.warning : words.empty);
  chip.dom.textContent = label?.value || chip.key;
  chip.dom.title = label ? `${chip.key}: ${label.says}` : chip.key;
  chip.dom.classList.toggle("fact-chip--warned", Boolean(warning));
  if (warning) chip.dom.append(" ", make("span", "fact-chip__note", `(${warning})`));
}

// The keys of all texts of the form, so that a long article asks once and not once for each of its blocks.
function keysOfForm() {
  const found = [...chips].map((chip) => chip.key);
  for (const area of document.querySelectorAll(".prose-editor > textarea, textarea[data-django-prose-editor-configurable]")) {
    for (const match of area.value.matchAll(/<data value="([^"]+)">/g)) found.push(match[1]);
  }
  return found;
}

function ask(key) {
  if (!dialog || known.has(key)) return;
  for (const one of [key, ...keysOfForm()]) {
    if (known.has(one)) continue;
    known.set(one, null);
    wanted.add(one);
  }
  asking ||= window.setTimeout(answer);
}

async function answer() {
  asking = 0;
  const keys = [...wanted];
  const into = known; // another map once the language has changed
  wanted = new Set();
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const part = keys.slice(start, start + AT_ONCE);
    const query = new URLSearchParams({ keys: part.join(","), lang: language() });
    let labels = null;
    try {
      const response = await fetch(`${words.labels}?${query}`);
      if (response.ok) labels = await response.json();
    } catch {
      // Nobody answers: the chips go on showing their keys.
    }
    for (const key of part) {
      if (labels) into.set(key, labels[key]);
    }
  }
  chips.forEach(show);
}

document.getElementById("id_language")?.addEventListener("change", () => {
  known = new Map();
  chips.forEach((chip) => ask(chip.key));
});

// The dialog

const input = dialog?.querySelector("input");
const results = dialog?.querySelector(".fact-dialog__results");
const status = dialog?.querySelector("[role=status]");
let writing = null; // the editor that the dialog is open for
let search = 0; // the number of the newest search; an older answer is dropped
let pause = 0;

function open(editor) {
  writing = editor;
  dialog.showModal();
  input.select();
  find();
}

async function find() {
  window.clearTimeout(pause);
  const number = ++search;
  status.textContent = words.searching;
  let found = null;
  try {
    const query = new URLSearchParams({ q: input.value, lang: language() });
    const response = await fetch(`${words.search}?${query}`);
    if (response.ok) found = await response.json();
  } catch {
    // Said below.
  }
  if (number !== search) return;
  results.replaceChildren(...(found?.results ?? []).map(choice));
  status.textContent = found ? counted(found.results.length, found.more) : words.failed;
}

function counted(count, more) {
  if (more) return fill(words.full, { count });
  if (count === 0) return words.none;
  return count === 1 ? words.foundOne : fill(words.found, { count });
}

function choice(fact) {
  const row = document.createElement("li");
  const button = make("button", "fact-dialog__choice");
  button.type = "button";
  button.append(make("strong", "fact-dialog__value", fact.value), make("span", "fact-dialog__says", fact.says));
  button.append(make("code", "fact-dialog__key", fact.key));
  if (fact.warning) button.append(make("span", `state state--${fact.state}`, fact.warning));
  button.addEventListener("click", () => insert(fact));
  row.append(button);
  return row;
}

function insert(fact) {
  known.set(fact.key, fact);
  dialog.close();
  writing.view.focus(); // now, and not with the next frame: somebody may be typing already
  const node = { type: "fact", attrs: { key: fact.key } };
  // A table cannot stand inside a sentence.
  writing.chain().insertContent(fact.kind === "table" ? { type: "paragraph", content: [node] } : node).run();
}

function step(event) {
  const buttons = [...results.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (event.key === "Enter" && event.target === input) {
    event.preventDefault();
    find().then(() => results.querySelector("button")?.focus());
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    (buttons[at - 1] ?? input).focus();
  }
}

if (dialog) {
  document.body.append(dialog); // out of the article's form, which an Enter in it would save
  input.addEventListener("input", () => {
    window.clearTimeout(pause);
    pause = window.setTimeout(find, 250);
  });
  dialog.addEventListener("keydown", step);
  dialog.querySelector("[data-action=close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => writing?.view.focus());
}

// The editor's node

export const Fact = Node.create({
  name: "fact",
  group: "inline",
  inline: true,
  atom: true,

  addAttributes() {
    return { key: { default: "", parseHTML: (element) => element.getAttribute("value"), renderHTML: () => ({}) } };
  },

  parseHTML() {
    return [{ tag: "data[value]" }];
  },

  renderHTML({ node }) {
    return ["data", { value: node.attrs.key }, node.attrs.key];
  },

  renderText({ node }) {
    return known.get(node.attrs.key)?.value || node.attrs.key;
  },

  addNodeView() {
    return ({ node }) => {
      const chip = { key: node.attrs.key, dom: make("span", "fact-chip") };
      chip.dom.dataset.fact = chip.key;
      chips.add(chip);
      ask(chip.key);
      show(chip);
      return { dom: chip.dom, ignoreMutation: () => true, destroy: () => chips.delete(chip) };
    };
  },

  addMenuItems({ buttons, menu }) {
    if (!dialog) return;
    menu.defineItem({
      name: "fact",
      groups: "link",
      button: buttons.material("fact_check", words.open),
      enabled: (editor) => editor.isEditable && !editor.isActive("heading"),
      command: open,
    });
  },
});
