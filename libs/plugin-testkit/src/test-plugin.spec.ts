import fs, { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Plugin, PluginDefinition } from '@route-server/plugin-api'
import { testPlugin } from './index.ts'
import type { Skip, TestPluginOptions } from './index.ts'

const README = '# The plugin `greet`\n\n| `greet.{name}` |\n\n### NAME_MISSING\n'

const GREETED = `
about: A container is greeted by its name.
container: { name: ann }
expect:
  http: { middlewares: { greet-2816: { headers: { customRequestHeaders: { X-Hello: ann } } } } }
`

const NAMELESS = `
about: Without a name there is no greeting.
container: { name: '' }
reports: [{ code: NAME_MISSING, level: info, message: has no name }]
`

const CASES = { 'greeted.yaml': GREETED, 'nameless.yaml': NAMELESS }

const greeting = (name: string): { http: object } => ({
  http: { middlewares: { greet: { headers: { customRequestHeaders: { 'X-Hello': name } } } } },
})

/** A plugin without fault, or with the one given. */
function greet(fault: Partial<PluginDefinition<undefined>> = {}): Plugin<undefined> {
  return definePlugin({
    name: 'greet',
    labels: { 'greet.{name}': 'Whom to greet.' },
    options: noOptions,
    contribute({ name }, { report }) {
      if (name !== '') return greeting(name)
      report({ code: 'NAME_MISSING', level: 'info', message: 'The container has no name.' })
      return undefined
    },
    ...fault,
  })
}

const folders: string[] = []

function folderWith(cases: Readonly<Record<string, string>>, readme: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'plugin-testkit-'))
  folders.push(folder)
  mkdirSync(join(folder, 'cases'))
  writeFileSync(join(folder, 'README.md'), readme)
  for (const [file, text] of Object.entries(cases)) writeFileSync(join(folder, 'cases', file), text)
  return pathToFileURL(join(folder, 'cases'))
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Runs all that testPlugin defines: the name of every test, with what it failed with. */
async function resultsOf<Options>(
  plugin: Plugin<Options>,
  {
    readme = README,
    cases = CASES,
    options,
    skip,
  }: { readme?: string; cases?: Record<string, string> } & Pick<TestPluginOptions, 'options' | 'skip'> = {},
): Promise<ReadonlyMap<string, string>> {
  const tests: [string, () => void | Promise<void>][] = []
  const runner: TestPluginOptions['runner'] = {
    describe: (_, body) => {
      body()
    },
    test: (name, body) => {
      tests.push([name, body])
    },
  }
  testPlugin(plugin, { cases: folderWith(cases, readme), options, ...(skip && { skip }), runner })
  const results = new Map<string, string>()
  for (const [name, body] of tests)
    try {
      await body()
      results.set(name, '')
    } catch (error) {
      results.set(name, (error as Error).message)
    }
  return results
}

/** Only what failed. */
async function failuresOf(...args: Parameters<typeof resultsOf>): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries([...(await resultsOf(...args))].filter(([, message]) => message !== ''))
}

const withCase = (text: string): { cases: Record<string, string> } => ({ cases: { ...CASES, 'odd.yaml': text } })

test('a plugin without fault passes, and every case is a test by its file and its sentence', async () => {
  const results = await resultsOf(greet())
  expect([...results.values()].filter((message) => message !== '')).toEqual([])
  expect([...results.keys()]).toContain('greeted.yaml: A container is greeted by its name.')
})

describe('a fault that is found in', () => {
  let calls = 0
  const impure = 'never throws, is pure and leaves its input alone'
  /** A plugin that looks outside, and keeps quiet about it. */
  const looking = (look: () => unknown): Partial<PluginDefinition<undefined>> => ({
    contribute() {
      try {
        look()
      } catch {
        return undefined
      }
      return undefined
    },
  })
  const faults: readonly [string, Partial<PluginDefinition<undefined>>, string, string][] = [
    ['a look at the date', looking(() => new Date()), impure, 'new Date'],
    ['a look at a file', looking(() => fs.readFileSync('/etc/hostname')), impure, 'fs.readFileSync'],
    ['a look at the environment', looking(() => process.env['HOME']), impure, 'process.env'],
    ['a random name', looking(() => crypto.randomUUID()), impure, 'randomUUID'],
    ['a word to the console', looking(() => process.stdout.write('')), impure, 'process.stdout.write'],
    ['a call of the network', looking(() => fetch('http://127.0.0.1/')), impure, 'fetch'],
    [
      'a label that it does not declare',
      { contribute: ({ labels }) => (labels['grete.ann'] === undefined ? undefined : greeting('ann')) },
      'reads only labels that it declares',
      'grete.ann',
    ],
    [
      "a name that is another provider's",
      { contribute: () => ({ http: { middlewares: { 'greet@file': { addPrefix: { prefix: '/x' } } } } }) },
      'gives names that Traefik and its API can show',
      'greet@file',
    ],
    [
      'a reference to nothing',
      {
        contribute: () => ({
          http: { routers: { greet: { rule: 'Path(`/x`)', entryPoints: ['web'], service: 'ann' } } },
        }),
      },
      'refers only to what there is',
      'REFERENCE_MISSING',
    ],
    ['a name', { name: 'Greet!' }, 'has the shape of a plugin', 'kebab-case'],
    ['a schema that is missing', { options: undefined as never }, 'has the shape of a plugin', 'Standard Schema'],
    ['a label without a line about it', { labels: { x: '' } }, 'has the shape of a plugin', 'labels["x"]'],
    [
      'a contribution that throws',
      {
        contribute: ({ exposedPorts }) => {
          if (exposedPorts === undefined) throw new Error('what now?')
          return undefined
        },
      },
      'never throws, is pure and leaves its input alone',
      'what now?',
    ],
    [
      'a contribution that comes later',
      { contribute: (() => Promise.resolve(undefined)) as never },
      'never throws, is pure and leaves its input alone',
      'promise',
    ],
    [
      'a change to the input',
      {
        contribute: ({ labels }) => {
          delete (labels as Record<string, string>)['rediacc.service_name']
          return undefined
        },
      },
      'never throws, is pure and leaves its input alone',
      'rediacc.service_name',
    ],
    [
      'a change to the decoded labels',
      {
        contribute: (_, { traefik }) => {
          Object.assign(traefik.configuration, greeting('bob'))
          return undefined
        },
      },
      'never throws, is pure and leaves its input alone',
      'http',
    ],
    [
      'a look at the clock',
      { contribute: () => greeting(String(Date.now())) },
      'never throws, is pure and leaves its input alone',
      'Date.now',
    ],
    [
      'a state between calls',
      { contribute: () => greeting(String(calls++)) },
      'gives the same result whenever it is asked',
      '',
    ],
    [
      'an eye for the order of labels',
      { contribute: ({ labels }) => greeting(Object.keys(labels)[0] ?? '') },
      'takes labels in any order',
      '',
    ],
    [
      'a fragment that Traefik refuses',
      { contribute: () => ({ http: { middlewares: { greet: { header: {} } as object } } }) },
      'contributes only what Traefik accepts',
      'greeted.yaml',
    ],
    [
      'a report without a code',
      {
        contribute: (_, { report }) => {
          report({ code: 'oops', level: 'info', message: 'Something is odd.' })
          return undefined
        },
      },
      'reports with a code, a level and a message',
      'SCREAMING_SNAKE',
    ],
  ]
  test.each(faults)('%s', async (_, fault, check, message) => {
    const failures = await failuresOf(greet(fault))
    expect(Object.keys(failures)).toContain(check)
    expect(failures[check]).toContain(message)
  })
})

describe('a check that is skipped', () => {
  const fault = { contribute: () => greeting(String(Math.random())) }

  test('passes, and says why', async () => {
    const results = await resultsOf(greet(fault), { skip: [{ check: 'pure', reason: 'a name is drawn by lot' }] })
    expect(results.get('(skipped) never throws, is pure and leaves its input alone: a name is drawn by lot')).toBe('')
  })

  test.each([
    [{ check: 'pure', reason: ' ' }, 'for no reason'],
    [{ check: 'purity', reason: 'why not' }, 'no check "purity"'],
  ])('needs a name and a reason: %j', async (skipped, message) => {
    await expect(resultsOf(greet(), { skip: [skipped as Skip] })).rejects.toThrow(message)
  })
})

describe('a README', () => {
  test('must name every label', async () => {
    const readme = README.replace('{name}', 'NAME')
    expect((await failuresOf(greet(), { readme }))['has every label that it owns in its README']).toContain('{name}')
  })

  test('must explain every code', async () => {
    const readme = README.replace('### NAME', 'NAME')
    const check = 'has a heading in its README, and a case, for every code that it reports'
    expect((await failuresOf(greet(), { readme }))[check]).toContain('NAME_MISSING')
  })

  test('must not explain a code that no case reports', async () => {
    const readme = `${README}\n### \`NAME_UNHEARD_OF\`\n`
    const check = 'has a heading in its README, and a case, for every code that it reports'
    expect((await failuresOf(greet(), { readme }))[check]).toContain('NAME_UNHEARD_OF')
  })
})

describe('a case file', () => {
  const about = 'about: Odd.'
  const odd: readonly [string, string, string][] = [
    ['with an unknown key', `${about}\ncontaner: {}\nexpect: {}`, 'unknown key "contaner"; did you mean "container"?'],
    ['with an unknown key of a container', `${about}\ncontainer: { lables: [] }\nexpect: {}`, 'odd.yaml.container'],
    [
      'with a label that is no text',
      `${about}\ncontainer: { labels: { a: true } }\nexpect: {}`,
      'container.labels.a must',
    ],
    ['with a port that is none', `${about}\ncontainer: { exposedPorts: [http] }\nexpect: {}`, 'exposedPorts[0] must'],
    ['without a sentence', 'container: {}\nexpect: {}', 'no "about"'],
    ['without a container', `${about}\nexpect: {}`, 'either "container" or "containers"'],
    ['that expects nothing', `${about}\ncontainer: {}`, 'expects nothing'],
    ['that expects null', `${about}\ncontainer: {}\nexpect: { http: }`, 'expect.http is null'],
    ['with a key twice', `${about}\n${about}\ncontainer: {}\nexpect: {}`, 'keys must be unique'],
    ['that is no YAML', '{', 'odd.yaml'],
  ]
  test.each(odd)('%s is refused with its name and the place', async (_, text, message) => {
    const failures = await failuresOf(greet(), withCase(text))
    expect(failures['odd.yaml']).toContain(message)
  })

  test('with another document than expected fails, and shows both', async () => {
    const text = `${about}\ncontainer: { name: bob }\nexpect: { http: { middlewares: { greet-2816: {} } } }`
    expect((await failuresOf(greet(), withCase(text)))['odd.yaml: Odd.']).toContain('bob')
  })

  test('must list every report, and none that does not come', async () => {
    const unlisted = `${about}\ncontainer: { name: '', image: x }\nexpect: {}`
    expect((await failuresOf(greet(), withCase(unlisted)))['odd.yaml: Odd.']).toMatch(/not in the case:.*NAME_MISSING/s)
    const missing = `${unlisted}\nreports: [{ code: NAME_MISSING, level: error }]`
    expect((await failuresOf(greet(), withCase(missing)))['odd.yaml: Odd.']).toMatch(/not reported:.*error/s)
  })

  test('must not repeat another', async () => {
    const failures = await failuresOf(greet(), withCase(GREETED.replace('greeted', 'hailed')))
    expect(failures['has cases, each of them once']).toBe('odd.yaml repeats greeted.yaml; one behaviour is one file.')
  })

  test('is needed', async () => {
    expect((await failuresOf(greet(), { cases: {} }))['has cases, each of them once']).toContain('no cases')
  })
})

describe('options', () => {
  const options: Plugin<string>['options'] = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => {
        const { greeting } = value as { greeting?: unknown }
        return typeof greeting === 'string' ? { value: greeting } : { issues: [{ message: 'greeting must be a text' }] }
      },
    },
  }
  const { name, labels } = greet()
  const spoken = definePlugin({ name, labels, options, contribute: (_, context) => greeting(context.options) })
  const expects = (word: string, more = ''): string =>
    `about: ${word}.\ncontainer: {}\n${more}\nexpect: { http: { middlewares: { greet-2816: { headers: { customRequestHeaders: { X-Hello: ${word} } } } } } }`

  test('are those of the case, else those that are given to all', async () => {
    const cases = { 'a.yaml': expects('hi'), 'b.yaml': expects('ho', 'options: { greeting: ho }') }
    const readme = README.replace('### NAME_MISSING', '')
    expect(await failuresOf(spoken as Plugin, { cases, readme, options: { greeting: 'hi' } })).toEqual({})
  })

  test('that the plugin refuses fail the case', async () => {
    const cases = { 'a.yaml': expects('hi') }
    expect((await failuresOf(spoken as Plugin, { cases }))['a.yaml: hi.']).toContain('greeting must be a text')
  })
})
