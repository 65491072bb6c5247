import { expect, test } from '@jest/globals'
import type { DaemonState, Entry, Snapshot, SnapshotSource } from '@route-server/kernel'
import { createChanges, routersSaid, tellDaemons } from './changes.ts'

const router = (name: string, rule = 'Host(`a.example.com`)'): Entry => ({
  section: 'http.routers',
  name,
  path: `http.routers/${name}`,
  value: { rule },
  text: '',
  references: [],
  origins: [],
})

const said = (gone: readonly Entry[], come: readonly Entry[]): string =>
  routersSaid({ networks: [{ network: 64, gone, come, said: () => [] }] })

test('a change is said in a sentence or two', () => {
  expect(said([router('old-64')], [router('web-64')])).toBe("web-64 is served. old-64 isn't served any more.")
  expect(said([router('web-64')], [router('web-64', 'Host(`b.example.com`)')])).toBe('web-64 is served.')
  expect(said([router('web-64')], [router('web-64')])).toBe('What is said of network 64 changed.')
  expect(
    said(
      [],
      Array.from({ length: 9 }, (_, index) => router(`web${index}-64`)),
    ),
  ).toBe('web0-64 is served. web1-64 is served. web2-64 is served. 6 more changed.')
})

test('nothing is made of a change while nobody listens', () => {
  const changes = createChanges()
  const heard: string[] = []
  let made = 0
  const tell = (): void => changes.tell(() => `Change ${++made}.`)
  tell()
  const unsubscribe = changes.subscribe((sentence) => heard.push(sentence))
  tell()
  unsubscribe()
  tell()
  expect([made, heard]).toEqual([1, ['Change 1.']])
})

test('a daemon that is heard otherwise than before is told, and no other event of it', () => {
  const changes = createChanges()
  const heard: string[] = []
  changes.subscribe((sentence) => heard.push(sentence))
  const daemonsIn = (states: Readonly<Record<number, DaemonState>>): Snapshot['daemons'] =>
    Object.entries(states).map(([network, state]) => ({
      daemon: `/run/docker-${network}.sock`,
      network: Number(network),
      state,
      since: 0,
      containers: 1,
    }))
  let daemons = daemonsIn({ 64: 'live' })
  let turned = (): void => undefined
  const source: SnapshotSource = {
    read: () => ({ listings: new Map(), daemons, unknown: [], diagnostics: [] }),
    subscribe(changed) {
      turned = changed
      return () => (turned = () => undefined)
    },
  }
  const close = tellDaemons(source, changes)
  const turn = (states: Readonly<Record<number, DaemonState>>): void => {
    daemons = daemonsIn(states)
    turned()
  }
  turn({ 64: 'live', 128: 'live' })
  turn({ 64: 'live', 128: 'live' })
  turn({ 64: 'stale', 128: 'live' })
  turn({ 64: 'live' })
  close()
  turn({})
  expect(heard).toEqual([
    'The daemon of network 128 is live.',
    'The daemon of network 64 is stale.',
    'The daemon of network 64 is live. The daemon of network 128 is no longer there.',
  ])
})
