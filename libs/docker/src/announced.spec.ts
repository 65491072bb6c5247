import { describe, expect, test } from '@jest/globals'
import type { ContainerState } from '@route-server/plugin-api'
import { Announced } from './announced.ts'
import { parseContainer } from './listing.ts'

const listed = (state: ContainerState) => [
  parseContainer({ Id: 'a', State: state }, { network: 2816, daemon: '/d.sock' }),
]
const heard = (action: string): Announced => {
  const announced = new Announced()
  announced.hear({ id: 'a', action, timeNano: 1 }, 1_000)
  return announced
}
const wait = (announced: Announced, state: ContainerState | undefined, now = 1_001): number | undefined =>
  announced.missingIn(state === undefined ? [] : listed(state), ['a'], now).get('a')

describe('a change that an event announced', () => {
  test.each<[string, ContainerState, ContainerState]>([
    ['start', 'created', 'running'],
    ['pause', 'running', 'paused'],
    ['unpause', 'paused', 'running'],
    ['die', 'running', 'exited'],
    ['die', 'paused', 'restarting'],
  ])('by %s is waited for while the list says %s, until it says %s', (action, before, after) => {
    const announced = heard(action)
    expect(wait(announced, before)).toBe(50)
    expect(wait(announced, after)).toBeUndefined()
    expect(wait(announced, before)).toBeUndefined()
  })

  test('is there when the container is not listed any more', () => {
    expect(wait(heard('die'), undefined)).toBeUndefined()
  })

  test('is waited for twice as long each time, and not for ever', () => {
    const announced = heard('die')
    expect([1_051, 1_201, 2_000].map((now) => wait(announced, 'running', now))).toEqual([51, 201, 1_000])
    expect(wait(announced, 'running', 11_001)).toBeUndefined()
    expect(wait(announced, 'running', 11_002)).toBeUndefined()
  })

  test('gives way to what is announced after it', () => {
    const announced = heard('die')
    announced.hear({ id: 'a', action: 'start', timeNano: 2 }, 1_100)
    expect(wait(announced, 'running')).toBeUndefined()
  })

  test('is looked for only in lists that would show it', () => {
    expect(heard('die').missingIn([], ['b'], 1_001).size).toBe(0)
    expect(heard('pause').missingIn(listed('running'), undefined, 1_001).get('a')).toBe(50)
  })

  test('says nothing about the state where the event does not', () => {
    expect(wait(heard('rename'), 'running')).toBeUndefined()
  })
})
