// Asks for the secret key where a page needs it, and then shows what needs it. Whoever is signed in as no title is told who may.

import { fill, make, notice } from "./dom.js";
import { isTitle, sessions } from "./session.js";
import { provide, service } from "./service.js";

/** Calls `show` with the headers of the game's server, at once or when its key was typed, which `place` asks for. */
export function withSecretKey(place, show) {
  const session = sessions.current;
  if (!isTitle(session)) {
    fill(place, notice("Webhooks are the game's own server's. Sign in as the title, by the secret key."));
    return;
  }
  const headers = service(session);
  if (headers) show(headers);
  else fill(place, form(session, () => show(service(session))));
}

function form(session, then) {
  const input = make("input", { type: "password", id: "secret-key", autocomplete: "off", "aria-describedby": "secret-key-hint secret-key-problem" });
  const button = make("button", { type: "submit", class: "primary" }, "Go on");
  const problem = make("p", { class: "problem", id: "secret-key-problem", role: "alert" });
  const go = async (event) => {
    event.preventDefault();
    button.disabled = true;
    const failure = input.value ? await provide(session, input.value) : "The secret key is needed.";
    button.disabled = false;
    problem.textContent = failure ?? "";
    if (failure) input.setAttribute("aria-invalid", "true");
    if (failure) input.focus();
    else then();
  };
  return make("form", { class: "card secret-key", onsubmit: go },
    make("label", { for: "secret-key" }, "Secret key"), input,
    make("p", { class: "hint", id: "secret-key-hint" }, "These calls take the key itself, and no token. It stays in this page's memory, and is asked for again after a reload."),
    problem, button);
}
