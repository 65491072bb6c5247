import assert from 'node:assert/strict'
import type { EngineCheck } from './engine-under-test.ts'
import { withContainers, getObject, at, assertTypes } from './looking.ts'

export const INSPECT_CHECKS: readonly EngineCheck[] = [
  {
    behaviour: 'inspect tells state, health, labels and exposed ports, by ID, prefix or name',
    check: (engine) =>
      withContainers(engine, async ({ run, create, socket }) => {
        const id = await run({
          name: 'api',
          labels: { a: 'b' },
          exposedPorts: ['8080/tcp', '53/udp'],
          health: 'healthy',
        })
        for (const reference of [id, id.slice(0, 12), 'api']) {
          const inspected = await getObject(socket, `/v1.41/containers/${reference}/json`)
          assert.deepEqual([inspected['Id'], inspected['Name']], [id, '/api'])
          assert.match(String(inspected['Created']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/)
          assertTypes(inspected, {
            Path: 'string',
            Args: 'array',
            Image: 'string',
            RestartCount: 'number',
            Mounts: 'array',
          })
          const state = at(inspected, 'State')
          assert.deepEqual(
            [state['Status'], state['Running'], state['Paused'], state['ExitCode']],
            ['running', true, false, 0],
          )
          assert.equal(state['FinishedAt'], '0001-01-01T00:00:00Z')
          assert.equal(at(state, 'Health')['Status'], 'healthy')
          assertTypes(at(state, 'Health'), { FailingStreak: 'number', Log: 'array' })
          const config = at(inspected, 'Config')
          assert.deepEqual([config['Labels'], config['ExposedPorts']], [{ a: 'b' }, { '53/udp': {}, '8080/tcp': {} }])
          const host = at(inspected, 'HostConfig')
          assert.deepEqual([host['NetworkMode'], host['PortBindings']], ['host', {}])
          assert.deepEqual(at(inspected, 'NetworkSettings', 'Ports'), {})
          assert.equal(at(inspected, 'NetworkSettings', 'Networks', 'host')['IPAddress'], '')
        }
        await create({ name: 'made' })
        const made = await getObject(socket, '/containers/made/json')
        assert.deepEqual(
          [at(made, 'State')['Status'], at(made, 'State')['StartedAt'], 'Health' in at(made, 'State')],
          ['created', '0001-01-01T00:00:00Z', false],
        )
        assert.equal('ExposedPorts' in at(made, 'Config'), false)
      }),
  },
]
