import { expect, test } from '@jest/globals'
import { noOptions } from './index.ts'

const { validate } = noOptions['~standard']

test.each([[undefined], [null], [{}]])('%j is no options', (nothing) => {
  expect(validate(nothing)).toEqual({ value: undefined })
})

test('an option is refused by its name', () => {
  expect(validate({ port: 80 })).toEqual({ issues: [{ message: 'this plugin takes no options', path: ['port'] }] })
})

test.each([['port'], [80], [true], [['port']]])('%j is refused', (value) => {
  expect(validate(value)).toMatchObject({ issues: [{ message: 'this plugin takes no options' }] })
})
