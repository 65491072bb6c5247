export { parseInspect } from './listing.ts'
export { watchDaemons } from './watch.ts'
export type { DaemonWatch } from './watch.ts'
export { scanSockets } from './sockets.ts'
