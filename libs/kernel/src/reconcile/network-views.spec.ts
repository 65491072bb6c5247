import { expect, test } from '@jest/globals'
import type { Waiting } from '../claims/arbitrate.ts'
import type { NetworkRoutes } from '../kernel.ts'
import { createNetworkViews } from './network-views.ts'
import type { RouterView } from './view.ts'

const routesOf = (network: number): NetworkRoutes => ({ network, entries: new Map(), diagnostics: [] })
const waitingFor = (network: number, protocol: Waiting['protocol'] = 'tcp'): Waiting => ({
  network,
  protocol,
  service: 'db',
  port: 5432,
})

function watched(networks: readonly number[]) {
  const worked: number[] = []
  let waiting: readonly Waiting[] = []
  const views = createNetworkViews({
    networks: () => networks.map(routesOf),
    routersOf: ({ network }) => {
      worked.push(network)
      return [{ name: `web-${network}` } as RouterView]
    },
    countsOf: () => new Map(),
    waiting: () => waiting,
  })
  const look = (): readonly string[] => views.all().flatMap((view) => view.routers().map(({ name }) => name))
  return { views, look, worked, wait: (now: readonly Waiting[]) => (waiting = now) }
}

test('a network is worked out when it is looked at, and again only when it changed', () => {
  const { views, look, worked } = watched([64, 128])
  const before = views.all()
  expect(worked).toEqual([])
  expect([look(), look()]).toEqual([
    ['web-64', 'web-128'],
    ['web-64', 'web-128'],
  ])
  expect(worked).toEqual([64, 128])
  views.forget([{ network: 128 }])
  look()
  expect(worked).toEqual([64, 128, 128])
  expect(views.all().map((view, index) => view === before[index])).toEqual([true, false])
  views.forget()
  expect(views.all().map((view, index) => view === before[index])).toEqual([false, false])
})

test('who waits for a port is worked out again when another does', () => {
  const { look, worked, wait } = watched([64, 128, 192])
  wait([waitingFor(64)])
  look()
  expect(worked.splice(0)).toEqual([64, 128, 192])
  wait([waitingFor(64), waitingFor(128)])
  look()
  expect(worked.splice(0)).toEqual([64, 128])
  wait([waitingFor(128)])
  look()
  expect(worked).toEqual([64, 128])
})
