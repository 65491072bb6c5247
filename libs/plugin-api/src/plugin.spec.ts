import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { API_VERSION, definePlugin, noOptions } from './index.ts'
import type { Fragment, Plugin } from './index.ts'

const seen = (value: unknown): unknown => value

const identity = { name: 'example', labels: { 'example.label': 'An example.' } }

test('a plugin is what was defined, and says which version of the contract it was written for', () => {
  const contribute = (): undefined => undefined
  const plugin = definePlugin({ ...identity, options: noOptions, contribute })
  expect(plugin).toEqual({ apiVersion: API_VERSION, ...identity, options: noOptions, contribute })
})

test('a plugin without options loses none of its type where any plugin is wanted', () => {
  const plugins: readonly Plugin[] = [definePlugin({ ...identity, options: noOptions, contribute: () => undefined })]
  expect(plugins).toHaveLength(1)
})

/** The compiler is the test: each of these is refused, or the directive above it is itself an error. */
describe('the compiler', () => {
  test('infers the options from the schema', () => {
    definePlugin({
      ...identity,
      options: z.object({ port: z.number() }),
      contribute(_, { options }) {
        options.port satisfies number
        // @ts-expect-error -- the schema has no such option
        seen(options.prot)
        return undefined
      },
    })
    expect.assertions(0)
  })

  test('wants everything that a plugin has', () => {
    // @ts-expect-error -- no labels
    definePlugin({ name: 'example', options: noOptions, contribute: () => undefined })
    // @ts-expect-error -- no schema
    definePlugin({ ...identity, contribute: () => undefined })
    // @ts-expect-error -- the version isn't the author's to say
    definePlugin({ ...identity, apiVersion: 2, options: noOptions, contribute: () => undefined })
    expect.assertions(0)
  })

  test('wants a fragment at once', () => {
    // @ts-expect-error -- contribute is synchronous
    definePlugin({ ...identity, options: noOptions, contribute: () => Promise.resolve({}) })
    expect.assertions(0)
  })

  test('knows Traefik', () => {
    // @ts-expect-error -- the entry points are a list
    const wrong: Fragment = { http: { routers: { web: { entryPoints: 'websecure' } } } }
    // @ts-expect-error -- there is no such field
    const misspelled: Fragment = { http: { routers: { web: { entrypoints: ['websecure'] } } } }
    expect([wrong, misspelled]).toHaveLength(2)
  })

  test('lets nobody change the input', () => {
    definePlugin({
      ...identity,
      options: noOptions,
      contribute(container, context) {
        const change = (): void => {
          // @ts-expect-error -- containers are read-only
          container.labels['traefik.enable'] = 'true'
          // @ts-expect-error -- so are settings
          context.settings.httpEntryPoints = ['web']
        }
        seen(change)
        return undefined
      },
    })
    expect.assertions(0)
  })

  test('wants a code, a level and a message of every report', () => {
    definePlugin({
      ...identity,
      options: noOptions,
      contribute(_, { report }) {
        // @ts-expect-error -- no code
        report({ level: 'error', message: 'Something is wrong.' })
        // @ts-expect-error -- no such level
        report({ code: 'THING_WRONG', level: 'fatal', message: 'Something is wrong.' })
        return undefined
      },
    })
    expect.assertions(0)
  })
})
