import assert from 'node:assert/strict'
import { ask, streamEvents, type StreamedEvent } from '../client.ts'
import type { EngineCheck } from './engine-under-test.ts'
import { withContainers, filtered, type Json } from './looking.ts'

export const EVENT_CHECKS: readonly EngineCheck[] = [
  {
    behaviour: 'events are filtered by type, event, container and label; an unknown filter is ignored',
    async check(engine) {
      const since = await nextSecond()
      let id = ''
      await withContainers(engine, async ({ run }) => {
        id = await run({ name: 'web-1', labels: { app: 'x' } })
        await run({ name: 'db-1' })
      })
      const until = await nextSecond()
      const cases: [filters: Json, actions: string[]][] = [
        [{ type: ['container'], event: ['create', 'start'] }, ['create', 'start', 'create', 'start']],
        [{ type: { network: true } }, ['connect', 'connect', 'disconnect', 'disconnect']],
        [{ type: ['volume'] }, []],
        [{ container: ['web'] }, ['create', 'start', 'kill', 'die', 'destroy']],
        [{ container: [id], event: ['start', 'die'] }, ['start', 'die']],
        [{ container: [id.slice(0, 12)], event: ['die'] }, ['die']],
        [{ label: ['app=x'], event: ['start'] }, ['start']],
        [{ bogus: ['x'], event: ['destroy'] }, ['destroy', 'destroy']],
      ]
      for (const [filters, actions] of cases) {
        const stream = await streamEvents(engine.socket, `${filtered(filters)}&since=${since}&until=${until}`)
        assert.deepEqual([filters, (await stream.ended).map(({ Action }) => Action)], [filters, actions])
      }
    },
  },
  {
    behaviour: 'since replays past events and goes on; until in the past ends the answer',
    async check(engine) {
      const since = await nextSecond()
      await withContainers(engine, ({ run }) => Promise.resolve(run({ name: 'past' })))
      const until = await nextSecond()
      const starts = filtered({ event: ['start'] })
      const goingOn = await streamEvents(engine.socket, `${starts}&since=${since}`)
      await goingOn.atLeast(1)
      await withContainers(engine, ({ run }) => Promise.resolve(run({ name: 'later' })))
      const found = (events: readonly StreamedEvent[]) => events.map(({ Actor }) => Actor.Attributes['name'])
      assert.deepEqual(found(await goingOn.atLeast(2)), ['past', 'later'])
      goingOn.close()
      const past = await streamEvents(engine.socket, `${starts}&since=${since}.000000000&until=${until}`)
      assert.deepEqual(found(await past.ended), ['past'])
      const none = await streamEvents(engine.socket, `${starts}&until=${since - 86_400}`)
      assert.deepEqual(await none.ended, [])
      const soon = await streamEvents(engine.socket, `${filtered({ type: ['volume'] })}&until=${until + 2}`)
      assert.deepEqual(await soon.ended, [])
    },
  },
  {
    behaviour: 'times and filters of an event stream that cannot be read are errors with a message',
    async check({ socket }) {
      const cases: [query: string, status: number, message: string][] = [
        ['?since=20&until=10', 400, '`since` time (20) cannot be after `until` time (10)'],
        ['?since=x', 500, 'strconv.ParseInt: parsing "x": invalid syntax'],
        ['?filters=garbage', 500, "invalid character 'g' looking for beginning of value"],
      ]
      for (const [query, status, message] of cases) {
        const reply = await ask(socket, `/events${query}`)
        assert.deepEqual([query, reply.status, JSON.parse(reply.text)], [query, status, { message }])
      }
    },
  },
]

/** Waits for the start of a second and answers it (since 1970): what comes after it isn't mixed with what was before. */
async function nextSecond(): Promise<number> {
  const second = Math.floor(Date.now() / 1000) + 1
  while (Date.now() < second * 1000) await new Promise((resolve) => setTimeout(resolve, second * 1000 - Date.now()))
  return second
}
