import { expect, test } from '@jest/globals'
import { shortIntervals, withoutShortIntervals } from './health-checks.ts'

const serviceOf = (healthCheck: object) => ({ loadBalancer: { servers: [], healthCheck } })

// The number is seconds, and in nanoseconds more than fit 64 bits.
test.each(['1ns', '999ms', '0.9s', '+5ms', '20211507185753197'])('an interval of %s becomes a second', (interval) => {
  const service = serviceOf({ path: '/', interval, unhealthyInterval: interval, timeout: interval })
  expect(shortIntervals(service)).toEqual([
    'loadBalancer.healthCheck.interval',
    'loadBalancer.healthCheck.unhealthyInterval',
  ])
  expect(withoutShortIntervals(service)).toEqual(
    serviceOf({ path: '/', interval: '1s', unhealthyInterval: '1s', timeout: interval }),
  )
})

test.each(['1s', '1', '1000ms', '1h0.1s', '0', '0s', '-5ms', undefined])('one of %s stays', (interval) => {
  const service = serviceOf({ path: '/', interval })
  expect(shortIntervals(service)).toEqual([])
  expect(withoutShortIntervals(service)).toBe(service)
})

test.each([{}, { loadBalancer: {} }, { weighted: { healthCheck: {} } }, { loadBalancer: { healthCheck: {} } }])(
  'so does a service without any, %j',
  (service) => {
    expect(withoutShortIntervals(service)).toBe(service)
  },
)
