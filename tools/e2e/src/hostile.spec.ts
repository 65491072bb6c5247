import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { describeReal, type RealDaemon } from '@route-server/testbed'
import { HOSTILE_LABELS, type HostileLabels } from './hostile-labels.ts'
import { startMachine, type Machine } from './machine.ts'
import { autoHost, deploy } from './service.ts'
import { visit } from './visitor.ts'

jest.setTimeout(60_000)

const PORT = ['rediacc.service_port=8080']

describeReal('labels that would break a proxy', () => {
  let machine: Machine
  let daemon: RealDaemon
  let neighbour: RealDaemon

  beforeAll(async () => {
    machine = await startMachine()
    ;[daemon, neighbour] = machine.daemons
    for (const each of machine.daemons) {
      await deploy(each, { name: 'before', listen: { http: 8080 }, labels: PORT })
      await machine.askUntil(autoHost('before', each))
    }
  })

  afterAll(() => machine.close())

  test('break nobody else: whatever starts after them is routed, and what ran goes on', async () => {
    const visitor = visit(machine, autoHost('before', neighbour))
    const start = ({ labels }: HostileLabels, index: number): Promise<string> =>
      deploy(daemon, { name: `hostile${index}`, slot: 1 + index, listen: { tcp: 8080 }, labels: labels(`h${index}`) })
    await Promise.all(HOSTILE_LABELS.map(start))
    for (const each of machine.daemons) {
      await deploy(each, { name: 'after', slot: 60, listen: { http: 8080 }, labels: PORT })
      await machine.askUntil(autoHost('after', each))
      await machine.askUntil(autoHost('before', each))
    }
    expect((await visitor.leave()).lost).toEqual([])
    expect(machine.refusals()).toEqual([])
  })

  test('are either served or explained', async () => {
    for (const [index, { about }] of HOSTILE_LABELS.entries()) {
      const { body } = await machine.routeServer.get(`/routes.json?container=hostile${index}`)
      const { diagnostics, routers } = JSON.parse(body) as {
        diagnostics: { message: string }[]
        routers: Record<string, unknown[]>
      }
      const served = Object.values(routers).flat().length
      expect({ about, said: diagnostics.length + served }).not.toEqual({ about, said: 0 })
    }
  })

  test('print nothing that a terminal obeys', () => {
    expect(machine.routeServer.output()).not.toMatch(/[^\n\x20-\x7e\u00a0-\u200a\u2010-\u2027\u2030-\u205e]/)
  })
})
