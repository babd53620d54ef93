// Small helps of the form: how long a text is, and a slug that follows the title until somebody changes it.
"use strict";

(() => {
  const words = document.getElementById("editing-words");

  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

  function count(field) {
    const [min, max] = field.dataset.count.includes("-") ? field.dataset.count.split("-") : ["", field.dataset.count];
    const pattern = min ? words.dataset.countRange : words.dataset.countMax;
    const output = document.createElement("output");
    output.className = "count";
    output.htmlFor = field.id;
    field.insertAdjacentElement("afterend", output);
    const show = () => {
      const length = [...field.value].length;
      output.textContent = fill(pattern, { count: length, min, max });
      output.classList.toggle("count--off", length > Number(max) || (length > 0 && length < Number(min)));
    };
    field.addEventListener("input", show);
    show();
  }

  // Accents are folded, ligatures opened, and an apostrophe parts words: L’été à Montréal becomes l-ete-a-montreal.
  function slugify(text, longest) {
    const folded = text
      .toLowerCase()
      .replace(/œ/g, "oe")
      .replace(/æ/g, "ae")
      .replace(/ß/g, "ss")
      .replace(/ø/g, "o")
      .normalize("NFD")
      .replace(/\p{Diacritic}/gu, "")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "");
    return folded.length <= longest ? folded : folded.slice(0, longest + 1).replace(/-[^-]*$/, "").slice(0, longest);
  }

  function follow(slug) {
    const title = document.getElementById(slug.dataset.slugOf);
    const longest = Number(slug.maxLength) > 0 ? Number(slug.maxLength) : 80;
    // A page that readers know keeps its address; a draft whose slug was made from its title still follows it.
    let follows = slug.value === "" || (!slug.dataset.released && slug.value === slugify(title.value, longest));
    title.addEventListener("input", () => {
      if (follows) slug.value = slugify(title.value, longest);
    });
    slug.addEventListener("input", () => {
      follows = slug.value === "";
    });
  }

  document.querySelectorAll(":is(input, textarea)[data-count]").forEach(count);
  document.querySelectorAll("[data-slug-of]").forEach(follow);

  // One press, one save; and no leaving with unsaved words by accident.
  const form = document.querySelector(".publish-row")?.closest("form");
  if (form) {
    let changed = Boolean(form.querySelector(".errornote"));
    let sent = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
    window.addEventListener("pageshow", () => { sent = false; });
    window.addEventListener("beforeunload", (event) => {
      if (changed && !sent) event.preventDefault();
    });
    window.addEventListener("keydown", (event) => {
      if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("input[name=_continue]"));
      }
    });
  }
})();
