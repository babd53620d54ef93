// Blocks by keyboard and by finger: content-editor orders, adds and folds them by mouse; this gives each of its moves a
// button, keeps the order of the page the order of the keyboard, and lets a removed block come back until it is saved.
"use strict";

(() => {
  const words = document.getElementById("editing-words");
  const qsa = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

  let machine;
  let live;
  let menu;
  let menuOpener;

  const place = (block) => Number(block.querySelector(".order-machine-ordering").value) || 0;
  const blocks = () => qsa(":scope > .inline-related:not(.empty-form)", machine).sort((a, b) => place(a) - place(b));

  function say(text) {
    live.textContent = "";
    window.requestAnimationFrame(() => { live.textContent = text; });
  }

  // content-editor orders by CSS; the keyboard and screen readers follow the document, so the document follows too.
  function sort() {
    const wanted = blocks();
    const shown = qsa(":scope > .inline-related:not(.empty-form)", machine);
    if (wanted.some((block, index) => block !== shown[index])) {
      const focused = document.activeElement;
      wanted.forEach((block) => machine.append(block));
      if (focused && machine.contains(focused)) focused.focus({ preventScroll: true });
    }
    wanted.forEach((block, index) => {
      block.querySelector("[data-block=up]")?.toggleAttribute("data-end", index === 0);
      block.querySelector("[data-block=down]")?.toggleAttribute("data-end", index === wanted.length - 1);
    });
  }

  function move(block, step) {
    const row = blocks();
    const from = row.indexOf(block);
    const to = from + step;
    if (to < 0 || to >= row.length) return;
    row.splice(from, 1);
    row.splice(to, 0, block);
    row.forEach((one, index) => {
      const ordering = 10 * (index + 1);
      one.querySelector(".order-machine-ordering").value = ordering;
      one.style.order = ordering;
    });
    sort();
    touched();
    block.scrollIntoView({ block: "nearest" });
    say(fill(words.dataset.moved, { place: to + 1, count: row.length }));
  }

  function touched() {
    machine.closest("form").dispatchEvent(new Event("input"));
  }

  function fold(block, folded = !block.classList.contains("collapsed")) {
    block.classList.toggle("collapsed", folded);
  }

  function remove(block, removed) {
    const box = block.querySelector(".delete > input[type=checkbox]");
    box.checked = removed;
    block.classList.toggle("for-deletion", removed);
    touched();
    say(removed ? words.dataset.removed : words.dataset.back);
  }

  // What the buttons say follows the block, whoever folded or removed it.
  function watch(block) {
    const folder = block.querySelector("[data-block=fold]");
    if (!folder) return;
    const show = () => {
      const folded = block.classList.contains("collapsed");
      folder.setAttribute("aria-expanded", String(!folded));
      folder.querySelector(".visually-hidden").textContent = folded ? words.dataset.folded : words.dataset.unfolded;
      folder.querySelector(".material-icons").textContent = folded ? "expand_more" : "expand_less";
    };
    new MutationObserver(show).observe(block, { attributes: true, attributeFilter: ["class"] });
    if (block.querySelector(".delete > input")?.checked) block.classList.add("for-deletion");
    show();
  }

  function kinds(onChoice) {
    return window.ContentEditor.plugins.map((plugin) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.kind = plugin.model;
      button.innerHTML = plugin.button;
      button.firstElementChild.setAttribute("aria-hidden", "true");
      button.firstElementChild.style.color = plugin.color;
      button.append(plugin.title);
      button.addEventListener("click", () => onChoice(plugin.prefix));
      return button;
    });
  }

  function add(prefix, before) {
    window.ContentEditor._insertBefore = before || null;
    window.ContentEditor.addContent(prefix);
  }

  function buildAdder() {
    const group = document.createElement("div");
    group.className = "add-block";
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", "add-block-label");
    const label = document.createElement("p");
    label.id = "add-block-label";
    label.textContent = words.dataset.add;
    group.append(label, ...kinds((prefix) => add(prefix)));
    machine.after(group);

    menu = document.createElement("div");
    menu.className = "block-menu";
    menu.popover = "auto";
    menu.append(...kinds((prefix) => {
      menu.hidePopover();
      add(prefix, menuOpener.closest(".inline-related"));
    }));
    machine.after(menu);

    const help = document.createElement("p");
    help.className = "block-help";
    help.textContent = words.dataset.help;
    group.after(help);
  }

  function openMenu(button) {
    menuOpener = button;
    menu.showPopover();
    const spot = button.getBoundingClientRect();
    const width = menu.offsetWidth;
    menu.style.insetInlineStart = `${Math.max(8, Math.min(spot.left, window.innerWidth - width - 8))}px`;
    menu.style.insetBlockStart = `${Math.min(spot.bottom + 4, window.innerHeight - menu.offsetHeight - 8)}px`;
    menu.querySelector("button").focus();
  }

  function buildFoldAll() {
    const box = document.querySelector(".collapse-items input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fold-all";
    const show = () => { button.textContent = box.checked ? words.dataset.unfoldAll : words.dataset.foldAll; };
    button.addEventListener("click", () => { box.click(); show(); });
    document.querySelector(".tabs.regions").append(button);
    show();
  }

  // Two windows that save the same new block save it once: the block brings its own name along.
  function uuid() {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function added(block) {
    qsa(".inline-deletelink", block).forEach((link) => link.parentElement.remove());
    block.querySelector("input[name$='-block_uid']").value = uuid();
    block.classList.remove("collapsed", "for-deletion");
    watch(block);
    sort();
    touched();
    block.scrollIntoView({ block: "nearest" });
    focusFirst(block, document.activeElement, 30);
  }

  // The rich-text area takes a few frames to appear; whoever moved on meanwhile is left alone.
  function focusFirst(block, from, frames) {
    if (document.activeElement !== from) return;
    const controls = qsa(
      "fieldset :is(input:not([type=hidden]), select, .image-chooser__button, .select2-selection, [contenteditable])", block);
    const first = controls.find((control) => control.offsetParent !== null && !control.closest(".prose-menubar"));
    if (first) first.focus();
    else if (frames) window.requestAnimationFrame(() => focusFirst(block, from, frames - 1));
  }

  const acts = {
    up: (block) => move(block, -1),
    down: (block) => move(block, 1),
    fold: (block) => fold(block),
    insert: (_block, button) => openMenu(button),
    remove: (block) => remove(block, !block.classList.contains("for-deletion")),
  };

  document.addEventListener("content-editor:ready", () => {
    machine = document.querySelector(".order-machine");
    if (!machine) return;
    qsa("h3 > .material-icons", machine).forEach((icon) => icon.setAttribute("aria-hidden", "true"));
    live = document.createElement("p");
    live.className = "visually-hidden";
    live.setAttribute("role", "status");
    machine.before(live);
    qsa(":scope > .inline-related:not(.empty-form)", machine).forEach(watch);
    sort();
    if (!window.ContentEditor.allowChange) return;
    if (qsa(".block-tools").length) {
      buildAdder();
      buildFoldAll();
    }
    machine.addEventListener("click", (event) => {
      const button = event.target.closest("[data-block]");
      if (button) acts[button.dataset.block](button.closest(".inline-related"), button);
    });
    machine.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const block = event.target.closest(".inline-related");
      if (!step || !event.altKey || !event.shiftKey || !block) return;
      event.preventDefault();
      event.stopPropagation();
      move(block, step);
    }, true);
    machine.addEventListener("drop", () => window.setTimeout(() => { sort(); touched(); }, 0));
    document.addEventListener("formset:added", (event) => {
      if (machine.contains(event.target)) added(event.target);
    });
  });
})();
