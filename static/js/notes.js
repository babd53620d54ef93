// Shows the note of a fact or a term beside the word itself. Without it the word leads to the note at the end of the page.
const supported = "popover" in HTMLElement.prototype;
let open = null;

function show(link, note) {
  open?.remove();
  const box = document.createElement("div");
  box.className = "note-popover";
  box.popover = "auto";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", link.textContent);
  for (const child of note.children) box.append(child.cloneNode(true));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "note-popover__close";
  close.setAttribute("aria-label", document.querySelector("[data-note-close]")?.dataset.noteClose ?? "×");
  close.textContent = "×";
  close.addEventListener("click", () => box.hidePopover());
  box.append(close);
  // Right behind the word, so that the tab key goes on from there.
  link.after(box);
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    if (box.contains(document.activeElement)) link.focus();
    box.remove();
    open = null;
  });
  open = box;
  box.showPopover();
  place(box, link);
  close.focus({ preventScroll: true });
}

// Below the word where there is room, else above it, and never outside the window.
function place(box, link) {
  const word = link.getClientRects()[0] ?? link.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const gap = 8;
  const below = word.bottom + gap;
  const top = below + size.height <= innerHeight - gap ? below : Math.max(gap, word.top - size.height - gap);
  const left = Math.min(Math.max(gap * 2, word.left), innerWidth - size.width - gap * 2);
  box.style.top = `${top}px`;
  box.style.left = `${Math.max(gap, left)}px`;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.fact, a.term");
  if (!supported || !link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const note = document.getElementById(link.hash.slice(1));
  if (!note) return;
  event.preventDefault();
  show(link, note);
});

addEventListener("scroll", () => open?.hidePopover(), { passive: true });
