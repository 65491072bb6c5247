import { expect, test } from '@jest/globals'
import type { Container, Settings } from '@route-server/plugin-api'
import fc from 'fast-check'
import { createKernel } from '../kernel.ts'
import type { Kernel } from '../kernel.ts'
import { residentsOf } from '../life/presence.ts'
import { render } from '../render.ts'
import type { Rendering } from '../render.ts'
import { sampleContainer } from '../sample-container.ts'
import { follow } from '../sample-follower.ts'
import { told } from './sample-told.ts'

const settings: Settings = { baseDomain: 'example.com', httpEntryPoints: ['websecure'], allowedReferences: [] }
const newKernel = (): Kernel => createKernel([{ plugin: told, options: undefined }], settings)

const NAMES = ['a', 'b', 'c', 'd']

const chain = (to: string, times: number): object => ({
  chain: { middlewares: Array.from({ length: times }, () => to) },
})

/** Middlewares that lead to one another, many times over, and a router behind one of them; each container has one of these. */
const MIDDLEWARE = fc.oneof(
  fc.constantFrom<object>({ compress: {} }, { retry: { attempts: 2 } }, { stripPrefix: { prefixes: ['/'] } }),
  fc
    .record({ to: fc.constantFrom(...NAMES), times: fc.constantFrom(1, 2, 30) })
    .map(({ to, times }) => chain(to, times)),
)
const EVENT = fc.record({
  slot: fc.constantFrom(...NAMES, 'router'),
  isThere: fc.constantFrom(true, true, true, false),
  middleware: MIDDLEWARE,
  to: fc.constantFrom(...NAMES),
})

/** A router, and what it is behind, each a container of its own. */
const FIRST = [
  { slot: 'router', isThere: true, middleware: {}, to: 'a' },
  { slot: 'a', isThere: true, middleware: chain('b', 30), to: 'a' },
  { slot: 'b', isThere: true, middleware: chain('c', 1), to: 'a' },
  { slot: 'c', isThere: true, middleware: { stripPrefix: { prefixes: ['/'] } }, to: 'a' },
]

const textOf = ({ bytes }: Rendering): string => new TextDecoder().decode(bytes)

test('what an entry comes to follows what it leads to, however many containers away', () => {
  fc.assert(
    fc.property(fc.array(EVENT, { minLength: 1, maxLength: 12 }), (events) => {
      const lead = follow(newKernel())
      const there = new Map<string, Container>()
      for (const [created, { slot, isThere, middleware, to }] of [...FIRST, ...events].entries()) {
        const http =
          slot === 'router'
            ? {
                routers: { r: { rule: 'Host(`a.test`)', service: 's', middlewares: [to] } },
                services: { s: { loadBalancer: { servers: [{ url: 'http://127.0.11.2:80' }] } } },
              }
            : { middlewares: { [slot]: middleware } }
        const labels = { told: JSON.stringify({ http }), 'rediacc.service_name': slot }
        if (isThere) there.set(slot, sampleContainer({ name: slot, id: `${slot}${created}`, created, labels }))
        else there.delete(slot)
        const listing = { network: 2816, daemon: 'd', containers: [...there.values()] }
        expect(textOf(lead([listing]))).toBe(textOf(render(newKernel(), residentsOf([listing]))))
      }
    }),
    { numRuns: 300 },
  )
})
