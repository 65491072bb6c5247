import { finish, workspaceFile, type Outcome } from '@route-server/testbed/parts'

/** The built route server. */
export const PROGRAM = workspaceFile('dist/route-server.mjs')

/** Runs `route-server ARGS` to its end; what doesn't end within 20 s is killed. */
export const runRouteServer = (args: readonly string[], { input = '' } = {}): Promise<Outcome> =>
  finish([process.execPath, PROGRAM, ...args], {
    input,
    env: { NODE_OPTIONS: '' },
    signal: AbortSignal.timeout(20_000),
  })
