import assert from 'node:assert/strict'
import { streamEvents, type StreamedEvent } from '../client.ts'
import type { EngineCheck } from './engine-under-test.ts'
import { withContainers, list, filtered } from './looking.ts'

export const LIFE_CHECKS: readonly EngineCheck[] = [
  {
    behaviour: 'each command sends its events, in order',
    async check(engine) {
      const stream = await streamEvents(engine.socket, filtered({ type: ['container', 'network'] }))
      const expected: string[] = []
      await withContainers(engine, async (docker) => {
        const labels = { image: 'not this', exitCode: 'label', k: 'v' }
        const commands: [command: () => unknown, events: string][] = [
          [() => docker.run({ name: 'api', labels }), 'create connect start'],
          [() => docker.rename('api', 'web'), 'rename'],
          [() => docker.pause('web'), 'pause'],
          [() => docker.unpause('web'), 'unpause'],
          [() => docker.update('web'), 'update'],
          [() => docker.restart('web'), 'kill:15 die disconnect stop connect start restart'],
          [() => docker.stop('web'), 'kill:15 die disconnect stop'],
          [() => docker.remove('web'), 'destroy'],
          [() => docker.create({ name: 'made' }), 'create'],
          [() => docker.remove('made'), 'destroy'],
          [() => docker.run({ name: 'killed' }), 'create connect start'],
          [() => docker.kill('killed'), 'kill:9 die disconnect'],
          [() => docker.remove('killed'), 'destroy'],
          [() => docker.run({ name: 'frozen' }), 'create connect start'],
          [() => docker.pause('frozen'), 'pause'],
          [() => docker.stop('frozen'), 'kill:15 unpause die disconnect stop'],
          [() => docker.remove('frozen'), 'destroy'],
          [() => docker.run({ name: 'forced' }), 'create connect start'],
          [() => docker.pause('forced'), 'pause'],
          [() => docker.remove('forced'), 'kill:9 die disconnect destroy'],
        ]
        for (const [command, events] of commands) {
          await command()
          expected.push(...events.split(' '))
        }
      })
      const events = await stream.atLeast(expected.length)
      stream.close()
      assert.deepEqual(events.map(actionAndSignal), expected)

      const [created, connected] = events
      const renamed = events.find(({ Action }) => Action === 'rename')
      const died = events.find(({ Action }) => Action === 'die')
      assert.ok(created && connected && renamed && died)
      assert.deepEqual(Object.keys(created), [
        'status',
        'id',
        'from',
        'Type',
        'Action',
        'Actor',
        'scope',
        'time',
        'timeNano',
      ])
      assert.deepEqual([created.status, created.id, created.scope], ['create', created.Actor.ID, 'local'])
      assert.equal(created.from, created.Actor.Attributes['image'])
      assert.equal(Math.floor(created.timeNano / 1e9), created.time)
      assert.deepEqual(
        { ...created.Actor.Attributes, image: '' },
        { exitCode: 'label', image: '', k: 'v', name: 'api' },
      )
      assert.deepEqual([renamed.Actor.Attributes['name'], renamed.Actor.Attributes['oldName']], ['web', '/api'])
      // A label of that name hides the exit code, so nobody should read it here.
      assert.equal(died.Actor.Attributes['exitCode'], 'label')
      assert.deepEqual(Object.keys(connected), ['Type', 'Action', 'Actor', 'scope', 'time', 'timeNano'])
      assert.deepEqual(connected.Actor.Attributes, { container: created.Actor.ID, name: 'host', type: 'host' })
    },
  },
  {
    behaviour: 'a change of health is an event, and the filter health_status carries both',
    async check(engine) {
      const both = await streamEvents(engine.socket, filtered({ type: ['container'], event: ['health_status', 'die'] }))
      const one = await streamEvents(engine.socket, filtered({ event: { 'health_status: unhealthy': true } }))
      await withContainers(engine, async ({ run, setHealth, socket }) => {
        await run({ name: 'api', health: 'starting' })
        assert.match(String((await list(socket))[0]?.['Status']), / \(health: starting\)$/)
        await setHealth('api', 'healthy')
        await setHealth('api', 'unhealthy')
        assert.match(String((await list(socket))[0]?.['Status']), / \(unhealthy\)$/)
        await setHealth('api', 'healthy')
      })
      const changes = ['health_status: healthy', 'health_status: unhealthy', 'health_status: healthy', 'die']
      assert.deepEqual(
        (await both.atLeast(4)).map(({ Action }) => Action),
        changes,
      )
      assert.deepEqual(
        (await one.atLeast(1)).map(({ Action }) => Action),
        ['health_status: unhealthy'],
      )
      both.close()
      one.close()
    },
  },
]

function actionAndSignal({ Action, Actor }: StreamedEvent): string {
  return Action === 'kill' ? `kill:${Actor.Attributes['signal'] ?? ''}` : Action
}
