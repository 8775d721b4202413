// A dialog for what an answer tells this once, such as an invite code: it stays until whoever reads it has kept it, and then
// it is nowhere in the page any more.

import { codeBlock } from "./code-block.js";
import { fill } from "./dom.js";

const dialog = document.getElementById("told-once");
const [title, about, place] = ["h2", ".about", ".text"].map((part) => dialog.querySelector(part));

let source;

/** Shows it: `{ label, text, about }`. `from` is the button that was pressed. */
export function tellOnce(told, from) {
  source = from;
  title.textContent = told.label;
  about.textContent = told.about;
  fill(place, codeBlock(told.text, told.label));
  dialog.showModal();
}

dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.close();
});
// Escape, by habit, would end what nobody can ask for again. Browsers that know no `closedby` are told here.
dialog.addEventListener("cancel", (event) => event.preventDefault());
dialog.addEventListener("close", () => {
  fill(place);
  if (source?.isConnected) source.focus();
});
