import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Statuses } from '@route-server/traefik-api'
import { createTraefikStatus } from './traefik-status.ts'

const router = { protocol: 'http', name: 'web-64', entryPoints: ['websecure'] } as const
const enabled = { status: 'enabled', errors: [] } as const

describe('asked again and again', () => {
  beforeEach(() => void jest.useFakeTimers())
  afterEach(() => void jest.useRealTimers())

  function asking(answers: readonly (Statuses | Error)[]) {
    const seen = { asked: 0, changes: 0, isWatched: true }
    const status = createTraefikStatus({
      ask: () => {
        const answer = answers[Math.min(seen.asked++, answers.length - 1)]
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? new Map())
      },
      isWatched: () => seen.isWatched,
      changed: () => seen.changes++,
    })
    return { seen, status }
  }

  test('it is unknown, then absent, then accepted; whoever looks is told, and nobody is asked while nobody looks', async () => {
    const { seen, status } = asking([new Map([['http other-64', enabled]]), new Map([['http web-64', enabled]])])
    expect([seen.asked, status(router).status]).toEqual([0, 'unknown'])
    await jest.advanceTimersByTimeAsync(0)
    expect([status(router).status, seen.asked, seen.changes]).toEqual(['absent', 1, 1])
    await jest.advanceTimersByTimeAsync(4_000)
    expect([status(router), seen.asked, seen.changes]).toEqual([enabled, 2, 2])
    seen.isWatched = false
    await jest.advanceTimersByTimeAsync(60_000)
    expect([seen.asked, seen.changes, jest.getTimerCount()]).toEqual([2, 2, 0])
    expect(status(router).status).toBe('unknown')
    await jest.advanceTimersByTimeAsync(0)
    expect([status(router).status, seen.asked, seen.changes]).toEqual(['enabled', 3, 3])
    // Who reads without the script looks again soon.
    await jest.advanceTimersByTimeAsync(10_000)
    expect([seen.asked, status(router).status]).toEqual([3, 'enabled'])
    await jest.advanceTimersByTimeAsync(0)
    expect([seen.asked, seen.changes]).toEqual([4, 3])
  })

  test('where Traefik does not answer nothing is said', async () => {
    const { seen, status } = asking([new Error('refused')])
    status(router)
    await jest.advanceTimersByTimeAsync(0)
    expect([status(router).status, seen.changes]).toEqual(['unknown', 0])
  })

  test('a router that Traefik keeps for one entry point is found under its name there', async () => {
    const { status } = asking([new Map([['http websecure-web-64', enabled]])])
    status(router)
    await jest.advanceTimersByTimeAsync(0)
    expect(status(router)).toEqual(enabled)
  })
})
