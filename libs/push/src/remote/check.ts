import { API_USER, KEPT, PRIVATE_ADDRESS } from '@route-server/installation'
import { askRouter } from './ask-router.ts'

/**
 * A program for the Node that was pushed: asks the route server and Traefik until Traefik has every router of the document; a poll comes
 * every 5 s. At an entry point with settings of its own for routers, a router is called after it, too. Without single quotes and comments, for
 * it is a word of a shell script, in one line.
 */
export const CHECK = `
${askRouter()}
const password = require("fs").readFileSync("${KEPT}/api-password", "utf8").trim();
const headers = { authorization: "Basic " + Buffer.from("${API_USER}:" + password).toString("base64") };
const get = async (url, options) => (await fetch(url, { ...options, signal: AbortSignal.timeout(3000) })).json();
let why = "nothing answers";
const isTaken = async () => {
  why = "the route server does not say what it routes";
  const { routers } = await routerSays("/routes.json");
  why = "Traefik does not answer at ${PRIVATE_ADDRESS}";
  const raw = await get("http://${PRIVATE_ADDRESS}/api/rawdata", { headers });
  const held = new Set(["routers", "tcpRouters", "udpRouters"].flatMap((kind) => Object.keys(raw[kind] ?? {})).map((name) => name.replace(/@(http|file)$/, "")));
  const served = Object.values(routers).flat();
  const taken = served.filter(({ name, entryPoints = [] }) => held.has(name) || entryPoints.some((one) => held.has(one + "-" + name)));
  why = "Traefik has taken " + taken.length + " of the " + served.length + " routers in the route document";
  return taken.length === served.length;
};
(async () => {
  for (const end = Date.now() + 30000; Date.now() < end; await new Promise((next) => setTimeout(next, 200)))
    if (await isTaken().catch(() => false)) return;
  console.log(why + ".");
  process.exit(1);
})();
`
