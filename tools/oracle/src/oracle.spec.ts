import { expect, test } from '@jest/globals'
import { describeReal } from '@route-server/testbed'
import { describeCase } from './report.ts'
import { collectCases, run } from './run.ts'

/** Every so many of the written cases: another part than its neighbours' in each file. */
const STEP = 9

describeReal('a real Traefik on its own Docker provider', () => {
  test('makes of labels what another one makes of our document, for a fixed part of the cases', async () => {
    const cases = collectCases({ cases: 16, seed: 1 }).filter(
      ({ name }, index) => name.startsWith('random/') || name.includes(' + ') || index % STEP === 0,
    )
    const verdicts = await run(cases, { lanes: 2 })
    expect(verdicts.filter(({ unexplained }) => unexplained.length > 0).map(describeCase)).toEqual([])
    expect(verdicts).toHaveLength(cases.length)
    expect(verdicts.some(({ intended }) => intended.size === 0)).toBe(true)
  }, 240_000)

  test('makes the same with the hold, but for the hold', async () => {
    const cases = collectCases({ cases: 4, seed: 2 }).filter(
      ({ name }, index) => name.startsWith('random/') || name.includes(' + ') || index % (4 * STEP) === 1,
    )
    const verdicts = await run(cases, { lanes: 2, isHolding: true })
    expect(verdicts.filter(({ unexplained }) => unexplained.length > 0).map(describeCase)).toEqual([])
    expect(verdicts.some(({ intended }) => intended.has('hold'))).toBe(true)
  }, 240_000)
})
