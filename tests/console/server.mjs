// Starts `guildhall` for a test, and calls it as a game's client does.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const PROGRAM = process.env.GUILDHALL;
const PATIENCE = 60_000;

/** Waits until `look` finds something, and returns it. */
async function until(look, what) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`there was no ${what}`);
    await pause(50);
  }
}

/** A running process that can be stopped. */
function start(words) {
  const child = spawn(PROGRAM, words, { stdio: ["ignore", "pipe", "inherit"] });
  const said = { text: "" };
  child.stdout.on("data", (data) => (said.text = (said.text + data).slice(0, 10_000)));
  const stop = () => new Promise((ended) => {
    if (child.exitCode !== null) return ended();
    child.once("exit", ended);
    child.kill("SIGINT");
  });
  return { said, stop };
}

/** The local server: its demo game's facts, and players for it. */
export async function startServer(...options) {
  const folder = await mkdtemp(join(tmpdir(), "guildhall-"));
  const file = join(folder, "demo.json");
  const { stop } = start(["--port", "0", "--demo-file", file, ...options]);
  const facts = await until(async () => JSON.parse(await readFile(file, "utf8").catch(() => "null")), "demo game");
  await until(() => fetch(`${facts.base_url}/health`).then(({ ok }) => ok, () => false), "answer");
  return {
    ...facts,
    url: facts.base_url,
    player: (name) => signUp(facts, name),
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `guildhall console`, which shows that API; the port is any free one, where none is given. */
export async function startConsole(api, port = "0") {
  const { said, stop } = start(["console", "--port", port, "--api", api]);
  const url = await until(() => /answers at (http:\S+)/.exec(said.text)?.[1], "console");
  return { url, stop };
}

async function signUp({ base_url, game_id, game_token }, username) {
  const call = async (method, path, body, headers) => {
    const response = await fetch(`${base_url}/api/v3${path}`, {
      method, body: body && JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers },
    });
    const text = await response.text();
    return { status: response.status, refusal: response.headers.get("x-error-code"), data: response.ok && JSON.parse(text) };
  };
  const { data } = await call("POST", "/users", {
    game_id, game_token, username, email: `${username}@example.com`, password: "password", password_confirmation: "password",
  });
  const headers = { "authentication-token": data.authentication_token };
  return { id: data.id, token: data.authentication_token, call: (method, path, body) => call(method, path, body, headers) };
}
