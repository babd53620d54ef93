// Names for controls that Django's scripts and the editor make without one: cells of inline tables, autocompletes, and
// the rich-text areas. Each takes the words that people who see the page read beside it.
"use strict";

(() => {
  const text = (node) => node?.textContent.trim().replace(/[:*]$/, "") ?? "";

  function columnOf(control) {
    const cell = control.closest("td");
    return text(cell?.closest("table")?.querySelector(`thead th:nth-child(${cell.cellIndex + 1})`));
  }

  // What a control is called by its label or, in a table, by its column.
  function nameOf(control) {
    return control.getAttribute("aria-label") || text(control.labels?.[0]) || columnOf(control);
  }

  function name(node, words) {
    if (words && !node.getAttribute("aria-label")) node.setAttribute("aria-label", words);
  }

  function nameAll(root) {
    root.querySelectorAll(".tabular thead th.original:empty").forEach((header) => {
      const hidden = document.createElement("span");
      hidden.className = "visually-hidden";
      hidden.textContent = text(header.closest("fieldset")?.querySelector(".inline-heading")) || "#";
      header.append(hidden);
    });
    root.querySelectorAll(".tabular td :is(input:not([type=hidden]), select, textarea)").forEach((control) => {
      if (!control.labels?.length) name(control, columnOf(control));
    });
    root.querySelectorAll(".select2-container").forEach((box) => {
      const words = box.previousElementSibling ? nameOf(box.previousElementSibling) : "";
      box.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field").forEach((node) => {
        if (node.classList.contains("select2-selection--multiple")) return;
        node.removeAttribute("aria-labelledby");
        name(node, words);
      });
    });
    root.querySelectorAll(".prose-editor").forEach((editor) => {
      const area = editor.querySelector("textarea");
      const written = editor.querySelector("[contenteditable]");
      if (area && written) name(written, nameOf(area));
    });
  }

  let asked = 0;
  function soon() {
    window.cancelAnimationFrame(asked);
    asked = window.requestAnimationFrame(() => nameAll(document));
  }

  new MutationObserver(soon).observe(document.documentElement, { childList: true, subtree: true });
  soon();

  document.addEventListener("focusin", (event) => {
    if (!event.target.matches(".select2-search__field")) return;
    const open = document.querySelector(".select2-container--open")?.previousElementSibling;
    name(event.target, open ? nameOf(open) : "");
  });
})();
