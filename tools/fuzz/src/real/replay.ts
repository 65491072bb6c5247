import { eventually } from '@route-server/testbed/parts'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runBatch } from '../batch.ts'
import { casesOf, SETTINGS } from '../campaign.ts'
import type { Share } from '../campaign.ts'
import { INNOCENT_NAMES } from '../machine.ts'
import { createPipeline } from '../pipeline.ts'
import { refusalIn, routersIn, startTraefik } from './traefik.ts'

export interface Replay {
  readonly cases: number
  readonly documents: number
  /** What was wrong, each with the first case of its batch. */
  readonly failures: readonly string[]
}

const DEADLINE = 60_000

/** A router of ours behind a document, so that it can be seen which one is in force. */
const marked = (bytes: Uint8Array, round: number): Uint8Array =>
  Buffer.from(
    Buffer.from(bytes)
      .toString()
      .replace(/^ {2}routers:\n/m, `$&    "mark-${round}": {}\n`),
  )

/** Gives the documents of these cases to a real Traefik, one after another, and looks at what it holds and what it says. */
export async function replay(share: Share, batch: number, folder: string): Promise<Replay> {
  const pipeline = await createPipeline(SETTINGS)
  let document: Uint8Array = Buffer.from('{}\n')
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Length': document.length }).end(document)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const traefik = await startTraefik(folder, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const failures: string[] = []
  let [cases, documents, log] = [0, 0, '']

  async function show(round: number, first: number): Promise<void> {
    const held = await eventually(
      async () => {
        log += traefik.news()
        if (refusalIn(log) !== undefined) return undefined
        const routers = await routersIn(traefik)
        if (`mark-${round}@http` in routers) return routers
        throw new Error(`the document of case ${first} is not in force`)
      },
      { deadline: DEADLINE, every: 5 },
    )
    log += traefik.news()
    const refusal = refusalIn(log)
    if (refusal !== undefined) failures.push(`from case ${first} on: ${refusal}`)
    const lost = INNOCENT_NAMES.filter((name) => {
      return held && held[`${name}@http`]?.status !== 'enabled'
    })
    if (lost.length > 0) failures.push(`from case ${first} on, these are not in force: ${lost.join(', ')}`)
    log = ''
  }

  try {
    for (let first = share.first; first < share.first + share.count; first += batch) {
      const labels = casesOf(share, first, Math.min(batch, share.first + share.count - first))
      document = marked(runBatch(labels, pipeline).bytes, documents)
      await show(documents, first)
      cases += labels.length
      documents += 1
    }
  } finally {
    await traefik.stop('SIGKILL')
    server.closeAllConnections()
    server.close()
  }
  return { cases, documents, failures }
}
