import { expect, jest, test } from '@jest/globals'
import { runTwins } from '../campaign.ts'

jest.setTimeout(300_000)

test('no slip in the spelling of a label leaves a router with less than it has where that is spelled well', async () => {
  const { judged, opened } = await runTwins({ seed: 20_260_102, first: 0, count: 6_000 })
  expect(opened).toEqual([])
  expect(judged).toBeGreaterThan(4_000)
})
