import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { describeReal, makeTestDirectory, type TestDirectory } from '@route-server/testbed'
import { parse } from 'yaml'
import { ATTACKS } from './attacks/all.ts'
import type { Attack } from './attacks/attack.ts'
import { INNOCENT } from './attacks/places.ts'
import { bite, withstand } from './attacks/run.ts'
import { together, type Visits } from './attacks/visitor.ts'
import { startWorld, type World } from './attacks/world.ts'

jest.setTimeout(20_000)

const counted = ({ sent, answered, lost }: Visits): string =>
  `${sent} requests sent, ${answered} answered, ${lost.length} lost`

describeReal('of strangers on one machine, one', () => {
  let folder: TestDirectory
  let world: World
  const visits: Visits[] = []

  beforeAll(async () => {
    folder = makeTestDirectory()
    world = await startWorld(folder.path)
  })

  afterAll(async () => {
    await world.close()
    await folder.remove()
  })

  describe.each(Object.entries(ATTACKS))('%s', (_, attacks) => {
    test.each(attacks.map((attack): [string, Attack] => [attack.name, attack]))('%s', async (name, attack) => {
      await bite(world, attack)
      const outcome = await withstand(world, attack)
      visits.push(outcome.visits)
      process.stdout.write(`${name}: ${counted(outcome.visits)}; said: ${outcome.said.join(', ') || 'nothing'}\n`)
      expect(outcome).toMatchObject({ isHarmed: false, visits: { lost: [] } })
      expect(outcome.said).toEqual(attack.code === undefined ? [] : expect.arrayContaining([attack.code]))
    })
  })

  test('every document that Traefik got had the innocent in it', () => {
    const { asked, answered } = world.recorder.polls()
    const bodies = world.recorder.bodies()
    process.stdout.write(
      `${visits.length} attacks: ${counted(together(visits))}; ${asked} polls, ${answered} answered with 200, ${bodies.length} documents\n`,
    )
    const lacking = bodies.filter((body) => {
      const { http } = parse(body) as { http?: { routers?: Record<string, unknown> } }
      return http?.routers?.[`innocent-${INNOCENT}`] === undefined
    })
    expect(lacking).toEqual([])
    expect(bodies.length).toBeGreaterThan(visits.length)
  })
})
