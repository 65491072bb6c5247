import { expect, test } from '@jest/globals'
import type { Container } from '@route-server/plugin-api'
import { createAnswers } from './answers.ts'
import type { Answer } from './plugin-process.ts'

const containerOf = (network: number, id: string): Container => ({ network, id }) as Container

const answerOf = (bytes: number, threw?: string): Answer => ({
  id: 1,
  took: 0,
  wantsPorts: false,
  wantsListening: false,
  problems: [],
  bytes,
  ...(threw !== undefined && { threw }),
})

test('a failure stands beside the last good answer, and both count', () => {
  const answers = createAnswers(1_000)
  const web = containerOf(64, 'web')
  answers.keep(web, answerOf(100))
  answers.keep(web, answerOf(10, 'no luck'))
  expect(answers.get(64, 'web')).toMatchObject({ answer: { threw: 'no luck' }, good: { bytes: 100 } })
  expect(answers.bytes).toBe(110)
  answers.keep(web, answerOf(50))
  expect(answers.bytes).toBe(50)
})

test('where it is too much, the network with the most forgets what it has had longest', () => {
  const answers = createAnswers(1_000)
  const quiet = containerOf(64, 'quiet')
  const noisy = Array.from({ length: 20 }, (_, i) => containerOf(128, `noisy-${i}`))
  answers.keep(quiet, answerOf(300))
  for (const container of noisy) {
    answers.keep(container, answerOf(100))
    expect(answers.bytes).toBeLessThanOrEqual(1_000)
  }
  expect(answers.get(64, 'quiet')).toBeDefined()
  expect(noisy.map(({ id }) => answers.get(128, id) !== undefined)).toEqual([
    ...new Array<boolean>(13).fill(false),
    ...new Array<boolean>(7).fill(true),
  ])
})

test('an answer that alone is too much is not kept', () => {
  const answers = createAnswers(1_000)
  answers.keep(containerOf(64, 'web'), answerOf(1_001))
  expect(answers.get(64, 'web')).toBeUndefined()
  expect(answers.bytes).toBe(0)
})
