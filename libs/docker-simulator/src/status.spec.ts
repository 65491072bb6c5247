import { expect, test } from '@jest/globals'
import { createContainer } from './container.ts'
import { statusText } from './status.ts'

const HOUR = 3600
const DAY = 24 * HOUR

test.each([
  [0, 'Less than a second'],
  [1, '1 second'],
  [59, '59 seconds'],
  [60, 'About a minute'],
  [119, 'About a minute'],
  [120, '2 minutes'],
  [59 * 60 + 59, '59 minutes'],
  [HOUR, 'About an hour'],
  [2 * HOUR, '2 hours'],
  [47 * HOUR, '47 hours'],
  [2 * DAY, '2 days'],
  [14 * DAY, '2 weeks'],
  [60 * DAY, '2 months'],
  [800 * DAY, '2 years'],
])('%d seconds are said as Docker says them: %s', (seconds, text) => {
  const container = { ...createContainer({ name: 'api' }, '', 0), state: 'running' as const, startedAt: 0 }
  expect(statusText(container, seconds * 1000)).toBe(`Up ${text}`)
})
