// A video's picture is a link to where it can be watched; here it becomes the player, once the reader asks for it.
function play(event) {
  const poster = event.target.closest("[data-embed]");
  if (!poster || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const player = document.createElement("iframe");
  player.src = poster.dataset.embed;
  player.title = poster.dataset.title;
  player.allow = "autoplay; encrypted-media; picture-in-picture";
  player.allowFullscreen = true;
  player.referrerPolicy = "strict-origin-when-cross-origin"; // the player refuses to start without an origin
  const frame = document.createElement("div");
  frame.className = "video__poster";
  frame.append(player);
  poster.replaceWith(frame);
  player.focus();
}

document.addEventListener("click", play);
