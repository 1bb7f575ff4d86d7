"use strict";
// Goes on as soon as every service's logout page has loaded, or when the time is up. Without this
// file the page does so after the time alone. It runs before the frames are there, so that no load
// is over before somebody listens.
const loaded = new Set();
let frames = null;
let left = false;

function goOn() {
  if (left) return;
  left = true;
  location.replace(document.getElementById("logout-continue").href);
}

function goOnWhenAllAreLoaded() {
  if (frames && loaded.size >= frames.length) goOn();
}

// The event does not bubble, but it can be caught on its way down.
document.addEventListener("load", (event) => {
  if (!(event.target instanceof HTMLIFrameElement)) return;
  loaded.add(event.target);
  goOnWhenAllAreLoaded();
}, true);

addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("logout-frames");
  frames = place.querySelectorAll("iframe");
  setTimeout(goOn, Number(place.dataset.milliseconds));
  goOnWhenAllAreLoaded();
});
