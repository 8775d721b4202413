// What a file of tests begins with: a server and a page of it in a browser, which end with its tests.

import { after } from "node:test";
import { launch, open } from "./browser.mjs";
import { startServer } from "./server.mjs";

/** A new server, which `prepare` may call before its page at `path` is opened. */
export async function stage(path = "/", prepare = () => {}) {
  const server = await startServer();
  after(() => server.stop());
  await prepare(server);
  const browser = await launch();
  after(() => browser.close());
  return { server, browser, page: await open(browser, server.url + path) };
}
