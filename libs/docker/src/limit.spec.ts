import { expect, test } from '@jest/globals'
import { limitTo } from './limit.ts'

test('no more tasks run at once than the limit, each in its turn, failing ones too', async () => {
  const limit = limitTo(3)
  let running = 0
  let most = 0
  const order: number[] = []
  const tasks = Array.from({ length: 20 }, (_, n) =>
    limit(async () => {
      running += 1
      most = Math.max(most, running)
      order.push(n)
      await new Promise(setImmediate)
      running -= 1
      if (n % 2) throw new Error('odd')
      return n
    }),
  )
  const results = await Promise.allSettled(tasks)
  expect(most).toBe(3)
  expect(order).toEqual([...order].sort((a, b) => a - b))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
})
