import { expect, jest, test } from '@jest/globals'
import { describeReal, makeTestDirectory } from '@route-server/testbed'
import { BATCH, casesOf, runShare, SETTINGS } from './campaign.ts'
import { calibrate } from './calibration/calibrate.ts'
import { runBatch } from './batch.ts'
import { createPipeline } from './pipeline.ts'
import { replay } from './real/replay.ts'
import { shrink } from './shrink.ts'

jest.setTimeout(300_000)

const SEED = 20_260_101

test('no hostile labels and no hostile plugin make a document that Traefik refuses, or cost anybody else a route', async () => {
  const { cases, contributed, fields, findings } = await runShare({ seed: SEED, first: 0, count: 5_000 })
  expect(findings).toEqual([])
  expect(cases).toBe(5_000)
  // Much of what is hostile comes through: it isn't safe by leaving everything out.
  expect(contributed).toBeGreaterThan(cases / 2)
  expect(fields.length).toBeGreaterThan(200)
})

test('a document that the model refuses is found, and shrunk to what it takes', async () => {
  const honest = await createPipeline(SETTINGS)
  const cases = casesOf({ seed: SEED, first: 0, count: 0 }, 0, BATCH)
  const guilty = cases.map((labels, i) => (i === 7 ? { ...labels, 'traefik.planted': 'some long value' } : labels))
  const poisoning: typeof honest = (containers) => {
    const rendering = honest(containers)
    const poisoned = containers.some(({ labels }) => labels['traefik.planted']?.includes('g'))
    return poisoned ? { ...rendering, bytes: Buffer.concat([rendering.bytes, Buffer.from('http: {}\n')]) } : rendering
  }
  const fails = (some: typeof cases): boolean => runBatch(some, poisoning).failure?.kind === 'refused'
  expect(fails(cases)).toBe(false)
  expect(fails(guilty)).toBe(true)
  expect(shrink(guilty, fails)).toEqual([{ 'traefik.planted': 'g' }])
})

test('a route of an innocent container that is missing is found', async () => {
  const honest = await createPipeline(SETTINGS)
  const { failure } = runBatch([{}], (containers) => honest(containers.filter(({ name }) => name !== 'healthy-12')))
  expect(failure).toEqual({ kind: 'lost', reason: 'http.routers has no healthy-12-2880' })
})

describeReal('with a real Traefik', () => {
  test('it takes the documents of hostile labels without a word', async () => {
    const directory = makeTestDirectory()
    try {
      const share = { seed: SEED, first: 0, count: 500 }
      expect(await replay(share, 50, directory.path)).toEqual({ cases: 500, documents: 10, failures: [] })
    } finally {
      await directory.remove()
    }
  })

  test('it says of mutated documents what the model says', async () => {
    const directory = makeTestDirectory()
    try {
      const { disagreements, accepted } = await calibrate(24, SEED, 4, directory.path)
      expect(disagreements).toEqual([])
      expect(accepted).toBeGreaterThan(5)
    } finally {
      await directory.remove()
    }
  })
})
