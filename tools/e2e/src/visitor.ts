import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from './machine.ts'

/** A client that comes again and again, as long as it isn't told to leave. */
export interface Visitor {
  /** Resolves to how often it asked, and to what it was told other than 200. */
  leave(): Promise<{ visits: number; failures: string[] }>
}

/** Asks for `https://{host}/` by way of Traefik ten times a second, each time over a new connection. */
export function visit(machine: Machine, host: string): Visitor {
  const failures: string[] = []
  let visits = 0
  let leaving = false
  const visiting = async (): Promise<void> => {
    while (!leaving) {
      visits += 1
      await machine.ask(host).then(
        ({ status, body }) => {
          if (status !== 200) failures.push(`${status} ${body.trim()}`)
        },
        (error: unknown) => failures.push(String(error)),
      )
      await sleep(100)
    }
  }
  const left = visiting()
  return {
    async leave() {
      leaving = true
      await left
      return { visits, failures }
    },
  }
}
