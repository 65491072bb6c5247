import { describe, expect, test } from '@jest/globals'
import type { Entry } from '../document/entry.ts'
import type { Policy } from '../policy.ts'
import { releaseClaim } from '../ledger/operations.ts'
import { codesOf, messagesOf, sampleArbitration, sampleRouter, servedOf } from './sample-wishes.ts'
import type { SampleFields, SampleMachine } from './sample-wishes.ts'

const ask = (network: number, port: number, fields: SampleFields = {}): Entry => {
  const { protocol = 'tcp', service = 'db' } = fields
  const value = { entryPoints: undefined, ...(protocol === 'tcp' && { rule: 'HostSNI(`*`)' }) }
  return sampleRouter(value, {
    network,
    name: `${service}-${port}`,
    service,
    asks: { protocol: protocol === 'udp' ? 'udp' : 'tcp', port },
    ...fields,
    protocol,
  })
}
const labelled = (network: number, entryPoint: string, fields: SampleFields = {}): Entry =>
  sampleRouter(
    { rule: 'HostSNI(`*`)', entryPoints: [entryPoint] },
    { protocol: 'tcp', network, name: 'own', ...fields },
  )

const range = (first: number, last: number): Partial<Policy> => ({
  dynamicPorts: { tcp: { first, last }, udp: { first: 1, last: 0 } },
})
const placesOf = (entries: readonly Entry[], machine: SampleMachine = {}): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...servedOf(entries, sampleArbitration(entries, machine)).values()].map(({ name, value }) => [
      name,
      (value['entryPoints'] as readonly string[]).join(),
    ]),
  )

describe('a service that asks for a port', () => {
  test('gets its own, and is told', () => {
    const entries = [ask(64, 5432)]
    const arbitration = sampleArbitration(entries)
    expect(placesOf(entries)).toEqual({ 'db-5432-64': 'tcp-5432' })
    expect(codesOf(arbitration)).toEqual(['PORT_ALLOCATED info'])
    expect(arbitration.ledger.ports.get('64 tcp db 5432')).toEqual({
      network: 64,
      protocol: 'tcp',
      service: 'db',
      port: 5432,
      external: 5432,
      since: 1000,
      away: 0,
    })
    expect(arbitration.ledger.entryPoints.get('tcp tcp-5432')).toMatchObject([{ network: 64, use: 'alone' }])
  })

  test('gets the lowest free one of the range where its own is another’s, the older first', () => {
    const entries = [ask(64, 5432, { created: 3 }), ask(128, 5432, { created: 2 }), ask(192, 5432, { created: 1 })]
    expect(placesOf(entries)).toEqual({
      'db-5432-192': 'tcp-5432',
      'db-5432-128': 'tcp-10000',
      'db-5432-64': 'tcp-10001',
    })
    expect(messagesOf(sampleArbitration(entries))).toContain('is reached on TCP port 10001, which was found for 5432')
  })

  test('gets one of the range where its own is not registered', () => {
    expect(placesOf([ask(64, 25)])).toEqual({ 'db-25-64': 'tcp-10000' })
    const settings = { entryPoints: ['websecure', 'tcp-25', 'tcp-10007'] }
    expect(placesOf([ask(64, 25), ask(128, 26)], { settings })).toEqual({
      'db-25-64': 'tcp-25',
      'db-26-128': 'tcp-10007',
    })
  })

  test('keeps it when the older one that would have had it comes back, and when it is recreated', () => {
    const { ledger } = sampleArbitration([ask(64, 5432, { created: 5 })])
    const entries = [ask(64, 5432, { created: 9 }), ask(128, 5432, { created: 1 })]
    expect(placesOf(entries, { ledger })).toEqual({ 'db-5432-64': 'tcp-5432', 'db-5432-128': 'tcp-10000' })
  })

  test('keeps one of the range though its own became free', () => {
    const { ledger } = sampleArbitration([ask(64, 5432, { created: 1 }), ask(128, 5432, { created: 2 })])
    const released = releaseClaim(ledger, 'tcp-5432')
    expect('error' in released).toBe(false)
    if (!('error' in released))
      expect(placesOf([ask(128, 5432)], { ledger: released })).toEqual({ 'db-5432-128': 'tcp-10000' })
  })

  test('does not get that of a service of its network that is away', () => {
    const { ledger } = sampleArbitration([ask(64, 5432)])
    expect(placesOf([ask(64, 5432, { service: 'other' })], { ledger })).toEqual({ 'other-5432-64': 'tcp-10000' })
  })

  test('does not get one that a label of its network names', () => {
    const entries = [ask(64, 5432, { created: 1 }), labelled(64, 'tcp-5432', { created: 2 })]
    expect(placesOf(entries)).toEqual({ 'db-5432-64': 'tcp-10000', 'own-64': 'tcp-5432' })
  })

  test('keeps its own from labels, of others and of its network', () => {
    const { ledger } = sampleArbitration([ask(64, 5432)])
    const entries = [ask(64, 5432), labelled(64, 'tcp-5432', { created: 0 }), labelled(128, 'tcp-5432', { created: 0 })]
    expect(placesOf(entries, { ledger })).toEqual({ 'db-5432-64': 'tcp-5432' })
    expect(messagesOf(sampleArbitration(entries, { ledger }))).toMatch(
      /"tcp-5432" was found for TCP port 5432 of the service "db"/,
    )
  })

  test('may name it in a label instead of asking', () => {
    const { ledger } = sampleArbitration([ask(64, 5432)])
    const entries = [labelled(64, 'tcp-5432', { service: 'db' })]
    expect(placesOf(entries, { ledger })).toEqual({ 'own-64': 'tcp-5432' })
  })

  test('gets it once', () => {
    const entries = [ask(64, 5432, { name: 'a' }), ask(64, 5432, { name: 'b' })]
    expect(placesOf(entries)).toEqual({ 'a-64': 'tcp-5432' })
  })

  test('waits where the range is full, and says for what', () => {
    const policy = range(10_000, 10_001)
    const entries = [1, 2, 3, 4].map((created) => ask(64 * created, 25, { created }))
    const machine: SampleMachine = { policy, settings: { entryPoints: ['tcp-10000', 'tcp-10001', 'tcp-10002'] } }
    const arbitration = sampleArbitration(entries, machine)
    expect(placesOf(entries, machine)).toEqual({ 'db-25-64': 'tcp-10000', 'db-25-128': 'tcp-10001' })
    expect(arbitration.waiting).toEqual([
      { network: 192, protocol: 'tcp', service: 'db', port: 25 },
      { network: 256, protocol: 'tcp', service: 'db', port: 25 },
    ])
    expect(messagesOf(arbitration)).toContain('none of the dynamic range (10000 to 10001) is free; 2 are waiting')
    expect(codesOf(arbitration).filter((code) => code === 'PORT_WAITING error')).toHaveLength(2)
  })

  test('gets what is released, the oldest of those who wait', () => {
    const machine: SampleMachine = { policy: range(10_000, 10_000) }
    const settings = { entryPoints: ['tcp-10000'] }
    const entries = [1, 2, 3].map((created) => ask(64 * created, 25, { created }))
    const { ledger } = sampleArbitration(entries, { ...machine, settings })
    const released = releaseClaim(ledger, 'tcp-10000')
    if ('error' in released) throw new Error(released.error)
    const left = entries.slice(1)
    expect(placesOf(left, { ...machine, settings, ledger: released })).toEqual({ 'db-25-128': 'tcp-10000' })
  })

  test('over UDP gets its own or none by default', () => {
    const entries = [ask(64, 53, { protocol: 'udp' }), ask(128, 53, { protocol: 'udp', created: 2 })]
    expect(placesOf(entries)).toEqual({ 'db-53-64': 'udp-53' })
    expect(messagesOf(sampleArbitration(entries))).toContain('none of the dynamic range (empty) is free; 1 is waiting')
  })

  test('gets another one where its own is no longer registered', () => {
    const { ledger } = sampleArbitration([ask(64, 5432)])
    const settings = { entryPoints: ['tcp-10003'] }
    expect(placesOf([ask(64, 5432)], { ledger, settings })).toEqual({ 'db-5432-64': 'tcp-10003' })
  })
})
