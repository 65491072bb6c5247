import { beforeEach, expect, test } from '@jest/globals'
import type { NetworkId } from '@route-server/plugin-api'
import { sampleContainer } from '../sample-container.ts'
import type { Listing } from '../snapshot.ts'
import { createLife } from './life.ts'
import type { Life } from './life.ts'
import type { LifeOptions } from './network-life.ts'

const GRACE = 15_000
const OPTIONS: LifeOptions = { redeployGrace: GRACE, hold: 0, health: 'gate' }

let life: Life
let clock: number
let asked: NetworkId[]
beforeEach(() => {
  life = createLife()
  clock = 0
  asked = []
})

/** Notes when it is asked what is other. */
const listingOf = (network: NetworkId, ...containers: Listing['containers']): Listing => ({
  network,
  daemon: `docker-${network}.sock`,
  get containers() {
    asked.push(network)
    return containers
  },
})

const networksOther = (listings: readonly Listing[], options = OPTIONS): readonly NetworkId[] => {
  const present = new Map(listings.map((listing) => [listing.network, listing]))
  return [...life.attend(present, { date: 1_000_000 + clock, clock }, options).keys()]
}

const sick = sampleContainer({ health: 'unhealthy' })

test('a change of one network asks no other', () => {
  const [web, blog] = [listingOf(64, sampleContainer({})), listingOf(128, sampleContainer({}))]
  expect(networksOther([web, blog])).toEqual([64, 128])
  asked = []
  expect(networksOther([listingOf(64), blog])).toEqual([64])
  expect(asked).toEqual([64])
})

test('a network is looked at when its time has come, though nothing was listed', () => {
  const listings = [listingOf(64), listingOf(128, sampleContainer({}))]
  networksOther([listingOf(64, sampleContainer({})), ...listings.slice(1)])
  networksOther(listings)
  expect(life.due).toBe(GRACE)
  clock = GRACE - 1
  expect(networksOther(listings)).toEqual([])
  clock = GRACE
  expect(networksOther(listings)).toEqual([64])
  expect(life.due).toBe(Infinity)
})

test('everybody is looked at with other options', () => {
  const listings = [listingOf(64, sick), listingOf(128, sick)]
  networksOther(listings)
  expect(networksOther(listings, { ...OPTIONS, health: 'ignore' })).toEqual([64, 128])
})
