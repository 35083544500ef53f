// Progressive enhancement: every page works without it.
"use strict";

// Reload when the status that the page waits for changes.
const waiting = document.querySelector("[data-waits]");
if (waiting) {
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      const now = page.querySelector("[data-waits]");
      if (!now || now.dataset.waits !== waiting.dataset.waits) location.reload();
    } catch { /* the emulator is unreachable; try again at the next interval */ }
  }, 2000);
}

// Format card numbers in groups of four.
const number = document.getElementById("number");
number?.addEventListener("input", () => {
  const digits = number.value.replace(/\D/g, "");
  number.value = digits.replace(/(.{4})(?=.)/g, "$1 ");
});

// Copy buttons, hidden without JavaScript.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    const label = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = label; }, 1500);
  });
}
