// A comfort and no more: every page does without it.
"use strict";

// Who waits sees when the waiting is over.
const waiting = document.querySelector("[data-waits]");
if (waiting) {
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      const now = page.querySelector("[data-waits]");
      if (!now || now.dataset.waits !== waiting.dataset.waits) location.reload();
    } catch { /* the emulator is not there for a moment */ }
  }, 2000);
}

// Numbers of cards are easier to read in groups.
const number = document.getElementById("number");
number?.addEventListener("input", () => {
  const digits = number.value.replace(/\D/g, "");
  number.value = digits.replace(/(.{4})(?=.)/g, "$1 ");
});

// What is shown to be copied can be copied.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    const said = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = said; }, 1500);
  });
}
