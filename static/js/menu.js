// The phone menu works without this; here Escape and a tap elsewhere close it too.
const menu = document.querySelector(".menu");
const nav = document.querySelector(".nav");

function close({ refocus }) {
  if (!menu.open) return;
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
}

if (menu && nav) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close({ refocus: nav.contains(document.activeElement) });
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target) && !nav.contains(event.target)) close({ refocus: false });
  });
}
