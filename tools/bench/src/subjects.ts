import { Agent, request, type IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { buffer } from 'node:stream/consumers'
import { startFloor, startRouteServer, type Program } from './program.ts'
import { sharedClock } from './usage.ts'
import type { Workspace } from './workspace.ts'

/** A program that turns containers into routes, and how to see which. */
export interface Subject {
  readonly name: string
  start(workspace: Workspace, folder: string): Program
  /** When it answered with all of them, on the shared clock; `undefined` where one is missing. */
  readonly has: (address: string, services: readonly string[]) => Promise<number | undefined>
  /** Between two looks; milliseconds. */
  readonly lookEvery: number
}

const agent = new Agent({ keepAlive: true })

async function ask(
  url: string,
  body?: string,
): Promise<{ readonly status: number; readonly body: Buffer; at: number }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent, method: body === undefined ? 'GET' : 'POST' }, resolve)
      .once('error', reject)
      .end(body)
  })
  const bytes = await buffer(response)
  return { status: response.statusCode ?? 0, body: bytes, at: sharedClock() }
}

/** By the bytes that Traefik would get: whoever is named in them is there. */
async function inDocument(address: string, services: readonly string[]): Promise<number | undefined> {
  const { status, body, at } = await ask(`${address}/routes.yaml`)
  // Most looks are in vain, and come to an end with the newest.
  if (status !== 200 || !body.includes(`${services.at(-1) ?? ''}:`)) return undefined
  if (services.length === 1) return at
  const named = new Set(body.toString('latin1').match(/\bservice\d+-\d+\b/g))
  return services.every((service) => named.has(service)) ? at : undefined
}

export const floor: Subject = {
  name: 'floor',
  start: startFloor,
  has: async (address, services) => {
    const { status, at } = await ask(address, JSON.stringify(services))
    return status === 200 ? at : undefined
  },
  lookEvery: 1,
}

export const routeServer: Subject = {
  name: 'route server',
  start: startRouteServer,
  has: inDocument,
  lookEvery: 5,
}

export const overShare: Subject = {
  ...routeServer,
  name: 'route server, over a share',
  start: (workspace, folder) => startRouteServer(workspace, folder, { isOver: true }),
}

const DEADLINE_MS = 120_000

/** When the subject had all of them, on the shared clock. */
export async function whenThere(subject: Subject, program: Program, services: readonly string[]): Promise<number> {
  const address = await program.address
  for (const end = sharedClock() + DEADLINE_MS; sharedClock() < end;) {
    const asked = sharedClock()
    const at = await subject.has(address, services)
    if (at !== undefined) return at
    // A look that takes its time is followed by as long a pause.
    await wait(Math.max(subject.lookEvery, sharedClock() - asked))
  }
  throw new Error(`The ${subject.name} didn't serve ${services.at(-1) ?? ''} within ${DEADLINE_MS / 1000} s.`)
}
