import type { Agent } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpQuestion } from '@route-server/testbed'
import type { Machine } from './machine.ts'

/** How a client fared. */
export interface Visits {
  readonly sent: number
  /** By whom it wanted to be, with 200. */
  readonly answered: number
  /** What came instead, each time, as in `told`. */
  readonly lost: readonly string[]
  /** What each request was told, in the order of sending: who answered, or `503 no available server`, or an error. */
  readonly told: readonly string[]
  /** By what was told: how many requests had been sent when one was told so for the first time. */
  readonly since: ReadonlyMap<string, number>
  /** How long the longest waited that was answered; milliseconds. */
  readonly longest: number
}

/** A client that comes again and again, as long as it isn't told to leave. */
export interface Visitor {
  /** So many of the first ones have all been answered. */
  settled(): number
  /** Resolves when its last request has been answered. */
  leave(): Promise<Visits>
}

export interface VisitorOptions {
  /** Whom it wants to be answered by: an echo container's name. Anybody, unless told. */
  readonly by?: string
  /** Requests a second, whether or not those before are answered; 10 unless told. */
  readonly rate?: number
  /** Whose connections it uses; each request has one of its own unless told. */
  readonly agent?: Agent
  /** What it asks; `GET /` unless told. */
  readonly question?: Partial<HttpQuestion>
}

const SOMEBODY = 'somebody'

/** Asks for `https://{host}/` by way of Traefik. */
export function visit(
  machine: Machine,
  host: string,
  { by, rate = 10, agent, question }: VisitorOptions = {},
): Visitor {
  const told: string[] = []
  const since = new Map<string, number>()
  let longest = 0
  const open = new Set<Promise<void>>()
  let sent = 0
  let leaving = false
  const isAnswer = (text: string): boolean => (by === undefined ? !/^(\d{3}\b|\w*Error)/.test(text) : text === by)

  async function ask(index: number): Promise<void> {
    const started = performance.now()
    try {
      const { status, body, json } = await machine.ask(host, { ...question, ...(agent && { agent }) })
      if (status === 200) longest = Math.max(longest, performance.now() - started)
      told[index] = status === 200 ? (json?.name ?? SOMEBODY) : `${status} ${body.trim()}`
    } catch (error) {
      told[index] = String(error)
    }
    const text = told[index] ?? ''
    if (!since.has(text)) since.set(text, sent)
  }

  async function keepAsking(): Promise<void> {
    const started = performance.now()
    while (!leaving) {
      // As many as are due: a timer that comes late makes up for it.
      for (; sent < ((performance.now() - started) / 1000) * rate; sent += 1) {
        const asking = ask(sent).finally(() => open.delete(asking))
        open.add(asking)
      }
      await sleep(1000 / rate)
    }
    await Promise.all(open)
  }

  const left = keepAsking()
  return {
    settled() {
      let count = 0
      while (told[count] !== undefined) count += 1
      return count
    },
    async leave() {
      leaving = true
      await left
      const lost = told.filter((text) => !isAnswer(text))
      return { sent, answered: sent - lost.length, lost, told, since, longest }
    },
  }
}

/** `sent 100, answered 98, lost 2`. */
export function countsOf({ sent, answered, lost }: Visits): string {
  return `sent ${sent}, answered ${answered}, lost ${lost.length}`
}
