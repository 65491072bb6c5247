import { socketsOf } from '@route-server/explain/asking'
import type { Explanation, Facts } from '@route-server/explain/asking'
import { askRouteServer } from './ask-route-server.ts'
import { RenetError } from './renet-error.ts'

interface About {
  readonly facts: Facts
  /** Where Traefik's own API answers, as the route server is set. */
  readonly traefikApi?: string | undefined
  /** Sockets of daemons that may be asked on the word of whoever answered. */
  readonly daemons: readonly string[]
}

/**
 * What the route server knows. Where anybody on this machine may have answered it is read by a schema, and nobody is asked on its word.
 *
 * @param path `/explain?about=…`
 * @throws {RenetError} where there is none
 */
export async function askAbout(path: string, stateDir?: string): Promise<About> {
  const { answer, isCertain } = await askRouteServer(path, stateDir)
  if (isCertain) {
    const { facts } = answer as Explanation
    return { facts, traefikApi: facts.traefikApi, daemons: socketsOf(facts) }
  }
  const { readFacts } = await import('@route-server/explain/read-facts')
  try {
    return { facts: readFacts(answer), daemons: [] }
  } catch (cause) {
    throw new RenetError(
      `Whoever answers there is no route server of this version (${(cause as Error).message}). Look at it with: systemctl status rediacc-router.service`,
      { cause },
    )
  }
}
