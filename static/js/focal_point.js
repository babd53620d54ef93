/* The focus of a picture: a click on the picture fills in the two numbers, and two cuts show what stays in view. */

const SHAPES = [[".focal-point__wide", 16 / 9], [".focal-point__square", 1]];

class FocalPoint extends HTMLElement {
  connectedCallback() {
    this.x = document.getElementById(this.dataset.x);
    this.y = document.getElementById(this.dataset.y);
    this.picture = this.querySelector(".focal-point__picture");
    this.mark = this.querySelector(".focal-point__mark");
    if (!this.x || !this.y) return; // somebody who may only look
    this.picture.addEventListener("click", (event) => this.take(event));
    this.picture.addEventListener("load", () => this.show());
    for (const field of [this.x, this.y]) field.addEventListener("input", () => this.show());
    document.getElementById(this.dataset.file)?.addEventListener("change", (event) => this.open(event.target.files[0]));
    if (this.picture.complete && this.picture.naturalWidth) this.show();
  }

  take(event) {
    const box = this.picture.getBoundingClientRect();
    this.x.value = share((event.clientX - box.left) / box.width);
    this.y.value = share((event.clientY - box.top) / box.height);
    for (const field of [this.x, this.y]) field.dispatchEvent(new Event("change", { bubbles: true }));
    this.show();
  }

  /* The file that is about to be uploaded, shown from the reader's own disk. */
  open(file) {
    if (this.picture.src.startsWith("blob:")) URL.revokeObjectURL(this.picture.src);
    this.picture.hidden = !file;
    this.mark.hidden = true;
    this.querySelector(".focal-point__cuts").hidden = true;
    if (file) this.picture.src = URL.createObjectURL(file);
  }

  show() {
    const focus = [Number(share(this.x.value)), Number(share(this.y.value))];
    this.mark.hidden = false;
    this.mark.style.setProperty("inset-inline-start", `${focus[0] * 100}%`);
    this.mark.style.setProperty("inset-block-start", `${focus[1] * 100}%`);
    this.querySelector(".focal-point__cuts").hidden = false;
    const own = this.picture.naturalWidth / this.picture.naturalHeight;
    for (const [selector, ratio] of SHAPES) {
      const cut = this.querySelector(selector);
      if (cut.src !== this.picture.src) cut.src = this.picture.src;
      const across = position(focus[0], Math.min(ratio / own, 1));
      const down = position(focus[1], Math.min(own / ratio, 1));
      cut.style.setProperty("object-position", `${across}% ${down}%`);
    }
  }
}

/* A number between 0 and 1 with two places, as the form wants it. */
function share(value) {
  return Math.min(Math.max(Number(value) || 0, 0), 1).toFixed(2);
}

/* Where CSS must put a cut that takes this part of a side, so that the focus is as near to its middle as it can be. */
function position(focus, part) {
  if (part >= 1) return 50;
  return Math.min(Math.max((focus - part / 2) / (1 - part), 0), 1) * 100;
}

customElements.define("focal-point", FocalPoint);
