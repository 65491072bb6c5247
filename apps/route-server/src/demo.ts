import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDemo } from '@route-server/demo'
import type { ServeOptions } from './serve.ts'
import { serve } from './serve.ts'

/** Serves an embedded demo: simulated daemons whose services really listen, in a folder that goes with it. */
export async function serveDemo({ file, flags, greet }: ServeOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'route-server-'))
  const demo = await startDemo({ folder })
  try {
    await serve({
      file,
      flags: { baseDomain: demo.baseDomain, ...flags, sockets: demo.sockets, stateDir: join(folder, 'state') },
      greet: (address, config, log) => {
        log.info({}, `No Docker daemon of a repository here, so this is a demo: ${demo.about}`)
        for (const problem of demo.problems) log.warn({}, problem)
        greet?.(address, config, log)
      },
    })
  } finally {
    await demo.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
