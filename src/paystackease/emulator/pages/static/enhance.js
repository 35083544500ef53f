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

// Identifiers get a copy button.
const COPY_ICON = "M9 9h11v11H9z M15 9V4H4v11h5", DONE_ICON = "M4 13l5 5L20 6";

function addCopyButtons(root) {
  for (const identifier of root.querySelectorAll("[data-identifier]")) {
    const text = identifier.textContent;
    if (!text || identifier.nextElementSibling?.matches(".copy")) continue;
    const button = document.createElement("button");
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = icon.appendChild(document.createElementNS(icon.namespaceURI, "path"));
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    button.type = "button";
    button.className = "copy";
    button.append(icon);
    const show = (label, shape) => {
      button.title = label;
      button.setAttribute("aria-label", `${label} ${text}`);
      path.setAttribute("d", shape);
    };
    show("Copy", COPY_ICON);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      show("Copied", DONE_ICON);
      setTimeout(() => show("Copy", COPY_ICON), 1500);
    });
    identifier.after(button);
  }
}

// The dashboard follows the emulator: only elements that changed are replaced, so scroll position, focus, open details
// and entered values stay.
const live = document.querySelector("main[data-live]");
const served = new WeakMap(); // each element as the server sent it, without what scripts and people changed
const CONTAINERS = "main, section, div, header, dl, ol, ul, table, thead, tbody, figure, nav, details";

function remember(root) {
  served.set(root, root.outerHTML);
  for (const element of root.querySelectorAll("*")) served.set(element, element.outerHTML);
}

function isInUse(element) {
  const fields = [...element.querySelectorAll("input, select, textarea")];
  return element.matches("form") && (element.contains(document.activeElement) || fields.some((field) =>
    field.tagName === "SELECT" ? [...field.options].some((option) => option.selected !== option.defaultSelected
      && field.querySelector("[selected]")) : field.value !== field.defaultValue));
}

function update(old, fresh) {
  const before = [...old.children].filter((child) => served.has(child));
  let position = 0;
  for (const child of [...fresh.children]) {
    const html = child.outerHTML;
    const match = before.findIndex((other, index) => index >= position && served.get(other) === html);
    const next = before[position];
    if (match >= 0) {
      for (; position < match; position++) remove(before[position]);
      position++;
    } else if (next && next.tagName === child.tagName && next.className === child.className
        && next.matches(CONTAINERS) && child.children.length) {
      update(next, child);
      served.set(next, html);
      position++;
    } else if (next && next.tagName === child.tagName && isInUse(next)) {
      position++;
    } else {
      const added = document.importNode(child, true);
      remember(added);
      if (next) next.before(added); else old.append(added);
      addCopyButtons(added.parentElement);
    }
  }
  for (; position < before.length; position++) remove(before[position]);
}

function remove(element) {
  if (!isInUse(element)) element.remove();
}

// Return the elements in view with their positions, those in use first. Browsers anchor no scrolling in a table that
// scrolls by itself.
function visibleAnchors() {
  const elements = [document.activeElement, ...live.querySelectorAll("tr, li, dl > div, h2, section")];
  return elements.map((element) => [element, element.getBoundingClientRect().top])
    .filter(([element, top]) => live.contains(element) && element !== live && top >= 0 && top < innerHeight);
}

async function refresh() {
  if (document.hidden || !getSelection().isCollapsed) return;
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const anchors = scrollY > 0 ? visibleAnchors() : [];
  const focused = document.activeElement?.getAttribute("href");
  for (const selector of ["main[data-live]", ".top .now"]) {
    const old = document.querySelector(selector), fresh = page.querySelector(selector);
    if (old && fresh && served.get(old) !== fresh.outerHTML) {
      update(old, fresh);
      served.set(old, fresh.outerHTML);
    }
  }
  const anchor = anchors.find(([element]) => element.isConnected);
  if (anchor) scrollBy({ top: anchor[0].getBoundingClientRect().top - anchor[1], behavior: "instant" });
  // A focused link whose row was replaced.
  if (focused && document.activeElement === document.body) {
    [...live.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === focused)?.focus({ preventScroll: true });
  }
}

if (live) {
  const now = document.querySelector(".top .now");
  remember(live);
  remember(now);
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "live";
  const show = (on) => {
    toggle.setAttribute("aria-pressed", on);
    toggle.textContent = on ? "Live" : "Paused";
  };
  show(localStorage.getItem("live") !== "off");
  toggle.addEventListener("click", () => {
    const on = toggle.getAttribute("aria-pressed") !== "true";
    localStorage.setItem("live", on ? "on" : "off");
    show(on);
  });
  now.append(toggle);
  const follow = async () => {
    const began = performance.now();
    try {
      if (toggle.getAttribute("aria-pressed") === "true") await refresh();
    } catch { /* the emulator is unreachable; try again at the next interval */ }
    // A page that takes long to render is requested less often.
    setTimeout(follow, Math.max(2000, 20 * (performance.now() - began)));
  };
  setTimeout(follow, 2000);
}
addCopyButtons(document);
