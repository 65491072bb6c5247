import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Container } from '@route-server/plugin-api'
import { Inventory } from './inventory.ts'
import { parseList } from './listing.ts'

const SOURCE = { network: 64, daemon: '/run/docker-64.sock' }
const list = (...items: object[]): Container[] =>
  parseList(
    items.map((item) => ({ State: 'running', Image: 'i', ...item })),
    SOURCE,
  )

let asked: string[]
let wants: boolean
let inventory: Inventory

beforeEach(() => {
  asked = []
  wants = false
  inventory = new Inventory(SOURCE, ({ id }) => {
    asked.push(id)
    return wants
  })
})

const shown = (): readonly Container[] => {
  inventory.publish()
  return inventory.listing?.containers ?? []
}
const ids = (): string[] => shown().map(({ id }) => id)

test('an unchanged container stays the same object, and an unchanged listing too', () => {
  inventory.merge(list({ Id: 'a', Status: 'Up 1 second' }, { Id: 'b' }))
  const [a] = shown()
  const { listing } = inventory
  inventory.merge(list({ Id: 'b' }, { Id: 'a', Status: 'Up 2 seconds' }))
  expect(inventory.publish()).toBe(false)
  expect(inventory.listing).toBe(listing)
  inventory.merge(list({ Id: 'b', State: 'paused' }), new Set(['b']))
  expect(shown()[0]).toBe(a)
  expect(inventory.listing).not.toBe(listing)
  expect(Object.isFrozen(inventory.listing)).toBe(true)
})

test('what was asked for and is not there is gone; the others stay', () => {
  inventory.merge(list({ Id: 'a' }, { Id: 'b' }, { Id: 'c' }))
  inventory.merge(list({ Id: 'd' }), new Set(['b', 'd', 'unheard-of']))
  expect(ids()).toEqual(['a', 'c', 'd'])
  inventory.merge([])
  expect(ids()).toEqual([])
})

test('an empty listing is a listing', () => {
  inventory.merge([])
  expect(inventory.listing).toBeUndefined()
  expect(inventory.publish()).toBe(true)
  expect(inventory.listing?.containers).toEqual([])
})

describe('ports', () => {
  beforeEach(() => {
    wants = true
  })

  test('are asked for once per container, which is out of view until they are known', () => {
    expect(inventory.merge(list({ Id: 'a' })).portless).toMatchObject([{ id: 'a' }])
    expect(ids()).toEqual([])
    inventory.settle('a', [{ number: 80, protocol: 'tcp' }])
    expect(shown()).toMatchObject([{ id: 'a', exposedPorts: [{ number: 80 }] }])
    expect(inventory.merge(list({ Id: 'a' })).portless).toEqual([])
    expect(inventory.merge(list({ Id: 'a', State: 'exited' })).portless).toEqual([])
    expect(inventory.merge(list({ Id: 'a' })).portless).toEqual([])
    expect(shown()).toMatchObject([{ state: 'running', exposedPorts: [{ number: 80 }] }])
    expect(asked).toEqual(['a'])
  })

  test('of containers that do not run are nobody’s business', () => {
    inventory.merge(list({ Id: 'a', State: 'exited' }))
    expect(ids()).toEqual(['a'])
    expect(asked).toEqual([])
  })

  test('that cannot be had leave the container without, to be asked for again', () => {
    inventory.merge(list({ Id: 'a' }))
    inventory.settle('a', undefined)
    expect(shown()).toMatchObject([{ id: 'a' }])
    expect(shown()[0]?.exposedPorts).toBeUndefined()
    expect(inventory.unanswered()).toMatchObject([{ id: 'a' }])
    inventory.settle('a', [])
    expect(shown()[0]?.exposedPorts).toEqual([])
    expect(inventory.unanswered()).toEqual([])
  })

  test('that arrive after the container has gone are dropped', () => {
    inventory.merge(list({ Id: 'a' }))
    inventory.merge([], new Set(['a']))
    inventory.settle('a', [])
    expect(ids()).toEqual([])
  })

  test('are forgotten with the container', () => {
    inventory.merge(list({ Id: 'a' }))
    inventory.settle('a', [])
    inventory.merge([])
    expect(inventory.merge(list({ Id: 'a' })).portless).toHaveLength(1)
  })
})
