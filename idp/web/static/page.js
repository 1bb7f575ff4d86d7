"use strict";
// Comforts only: every page works without this file.

// Lead the reader to what has to be corrected.
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

// Show and hide a password.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.textContent = shown ? button.dataset.show : button.dataset.hide;
    button.setAttribute("aria-pressed", String(!shown));
  });
  // A password left visible must not end up in the browser's form history.
  input.form.addEventListener("submit", () => { input.type = "password"; });
}

// One press, one request. The button stays enabled: a disabled one would not send its value.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
}
// A page that comes back from the browser's history can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
