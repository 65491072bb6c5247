import { ROUTER_CONTROL } from '@route-server/installation'

/**
 * For a program for the Node that was pushed, run by root: `routerSays(path)` promises what the route server says there, as JSON has it. It is asked
 * over its private socket, where it wants no token and nobody else answers. Without single quotes and comments, for it is a word of a shell script, in one line.
 */
export const askRouter = (socketPath = ROUTER_CONTROL): string => `
const routerSays = (path) => new Promise((resolve, reject) => require("http").get({ socketPath: "${socketPath}", path, agent: false, signal: AbortSignal.timeout(3000) }, (answer) => require("stream/consumers").json(answer).then(resolve, reject)).on("error", reject));
`
