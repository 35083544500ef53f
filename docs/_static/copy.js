// A copy button on each block of code. Without JavaScript, blocks are plain code.
"use strict";

(() => {
  // Of a console session, copy the commands only: no prompts and no output.
  const textOf = (block) => {
    const text = block.querySelector("pre").textContent.replace(/\n+$/, "");
    if (!block.closest(".highlight-console")) return text;
    const lines = text.split("\n").filter((line) => /^[$>] /.test(line));
    return lines.map((line) => line.slice(2)).join("\n");
  };

  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea"); // for pages that are not served by HTTPS
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("the browser does not allow copying");
  };

  const addButton = (block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-code";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      try {
        await copy(textOf(block));
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not copied";
      }
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    block.append(button);
  };

  document.querySelectorAll("div.highlight").forEach((block) => {
    if (!block.closest(".highlight-output")) addButton(block);
  });
})();
