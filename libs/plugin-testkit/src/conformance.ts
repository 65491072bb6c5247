import assert from 'node:assert/strict'
import { API_VERSION } from '@route-server/plugin-api'
import type { Container, Plugin, Problem } from '@route-server/plugin-api'
import { sections } from '@route-server/traefik'
import { lineOf } from './reports.ts'
import { run } from './run.ts'
import type { Input, Outcome } from './run.ts'

/** One run of the plugin. */
export interface Look {
  /** The case file, or what is odd about the container. */
  readonly name: string
  readonly input: Input
  readonly outcome: Outcome
  /** Codes that the case expects. */
  readonly expected?: readonly string[]
}

/** What the checks look at. */
export interface Subject {
  readonly plugin: Plugin
  readonly cases: readonly Look[]
  readonly hostile: readonly Look[]
  readonly readme: string
}

const textOf = (name: string, { document, reports }: Outcome): string =>
  [name, document, ...reports.map(lineOf)].join('\n')

/** Runs the plugin once more, and wants the same outcome. */
function checkSame({ name, input, outcome }: Look, plugin: Plugin, again: Input = input): void {
  assert.equal(textOf(name, run(plugin, again)), textOf(name, outcome))
}

const problemsOf = (cases: readonly Look[]): readonly Problem[] => cases.flatMap(({ outcome }) => outcome.problems)

type Label = readonly [key: string, value: string]

/** Other orders of the same labels: the last one first, and every second one before the rest. */
const ORDERS: readonly ((labels: readonly Label[]) => readonly Label[])[] = [
  (labels) => [...labels].reverse(),
  (labels) => [...labels.filter((_, i) => i % 2 === 1), ...labels.filter((_, i) => i % 2 === 0)],
]

function withLabels(input: Input, order: (labels: readonly Label[]) => readonly Label[]): Input {
  const reordered = ({ labels, ...container }: Container): Container => ({
    ...container,
    labels: Object.fromEntries(order(Object.entries(labels))),
  })
  return { ...input, containers: input.containers.map(reordered) }
}

/** Throws unless it is a plugin at all. */
export function checkShape(plugin: Plugin): void {
  const { apiVersion, name, labels, options, yields, contribute } = plugin as Partial<Plugin>
  assert.equal(apiVersion, API_VERSION, `apiVersion must be ${API_VERSION}; definePlugin sets it.`)
  assert.match(String(name), /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'name must be kebab-case, such as auto-route.')
  for (const [label, about] of Object.entries(labels ?? {}))
    assert.match(about, /^\S.*\S$/, `labels["${label}"] must be one line that says what the label is for.`)
  assert.equal(typeof labels, 'object', 'labels must be a map of label patterns.')
  assert.equal(
    typeof options?.['~standard'].validate,
    'function',
    'options must be a Standard Schema, such as noOptions.',
  )
  assert.ok(yields === undefined || typeof yields === 'boolean', 'yields must be true, false or left out.')
  assert.equal(typeof contribute, 'function', 'contribute must be a function.')
}

const HEADING = /^#{2,} +`?([A-Z][A-Z\d]*(?:_[A-Z\d]+)+)`?\s*$/gm

const codesIn = (readme: string): readonly string[] => [...readme.matchAll(HEADING)].flatMap(([, code]) => code ?? [])

/** `hello.{name}` owns `hello.web` and `hello.web.port`. */
function owns(pattern: string, label: string): boolean {
  const wanted = pattern.toLowerCase().split('.')
  const given = label.toLowerCase().split('.')
  return wanted.every((segment, i) => (segment.startsWith('{') ? given[i] !== undefined : segment === given[i]))
}

/** What every plugin may read, and what JavaScript itself looks for. */
const isEverybodys = (label: string): boolean =>
  /^(traefik|rediacc)\./i.test(label) || label in Object.prototype || label === 'toJSON' || label === 'then'

/** What the kernel says of a part that it leaves out, by the code; a case that expects it is about that. */
function mistakes(looks: readonly Look[], codes: readonly string[]): readonly string[] {
  return looks.flatMap(({ name, outcome, expected = [] }) =>
    outcome.reports
      .filter(({ code }) => codes.includes(code) && !expected.includes(code))
      .map((report) => `${name}: ${lineOf(report)}`),
  )
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Names of what a fragment defines. */
const namesIn = (fragment: object): readonly string[] =>
  [...sections.keys()].flatMap((section) => {
    const [part = '', kind = ''] = section.split('.')
    const below: unknown = isObject(fragment) ? (fragment as Readonly<Record<string, unknown>>)[part] : undefined
    const names: unknown = isObject(below) ? (below as Readonly<Record<string, unknown>>)[kind] : undefined
    return isObject(names) ? Object.keys(names) : []
  })

/** Something that holds for every plugin. */
interface Check {
  /** A sentence about the plugin. */
  readonly sentence: string
  /** @throws an error that says where it doesn't. */
  readonly run: (subject: Subject) => void
}

/** What holds for every plugin, by the name under which it can be skipped. */
export const conformance = {
  pure: {
    sentence: 'never throws, is pure and leaves its input alone',
    run: ({ cases, hostile }) => {
      for (const { name, outcome } of [...cases, ...hostile]) {
        const failure = outcome.reports.find(({ code }) => code === 'PLUGIN_THREW')
        if (failure) throw new Error(`On ${name}: ${failure.message}`, { cause: outcome.thrown[0] })
      }
    },
  },
  repeatable: {
    sentence: 'gives the same result whenever it is asked',
    run: ({ plugin, cases, hostile }) => {
      for (const look of [...cases, ...hostile].reverse()) checkSame(look, plugin)
    },
  },
  'label-order': {
    sentence: 'takes labels in any order',
    run: ({ plugin, cases, hostile }) => {
      for (const look of [...cases, ...hostile])
        for (const order of ORDERS) checkSame(look, plugin, withLabels(look.input, order))
    },
  },
  acceptable: {
    sentence: 'contributes only what Traefik accepts',
    run: ({ cases, hostile }) => {
      const refused = mistakes([...cases, ...hostile], ['FRAGMENT_INVALID', 'ENTRY_REFUSED'])
      assert.deepEqual(refused, [], 'Parts of fragments are left out; report what is wrong with the label instead.')
    },
  },
  names: {
    sentence: 'gives names that Traefik and its API can show',
    run: ({ cases, hostile }) => {
      for (const { name, outcome } of [...cases, ...hostile])
        for (const given of outcome.fragments.flatMap(namesIn))
          assert.match(
            given,
            /^[^\s@/\p{C}]{1,255}$/u,
            `On ${name}: the name ${JSON.stringify(given)} won't do; a name has 1 to 255 characters and no space, control character, slash or @, which is for other providers.`,
          )
    },
  },
  references: {
    sentence: 'refers only to what there is',
    run: ({ cases, hostile }) => {
      const open = mistakes([...cases, ...hostile], ['REFERENCE_MISSING', 'REFERENCE_NOT_ALLOWED'])
      assert.deepEqual(open, [], 'Contribute what is referred to in the same fragment.')
    },
  },
  reports: {
    sentence: 'reports with a code, a level and a message',
    run: ({ cases, hostile }) => {
      for (const { code, level, message } of problemsOf([...cases, ...hostile])) {
        assert.match(code, /^[A-Z][A-Z\d]*(_[A-Z\d]+)+$/, 'A code is SCREAMING_SNAKE, noun first.')
        assert.match(level, /^(error|warning|info)$/, `The level of ${code} must be error, warning or info.`)
        assert.match(message, /\S.*\.$/s, `The message of ${code} must be a sentence.`)
      }
    },
  },
  'declared-labels': {
    sentence: 'reads only labels that it declares',
    run: ({ plugin, cases, hostile }) => {
      const asked = new Set([...cases, ...hostile].flatMap(({ outcome }) => [...outcome.missed]))
      const patterns = Object.keys(plugin.labels)
      const foreign = [...asked].filter(
        (label) => !isEverybodys(label) && !patterns.some((pattern) => owns(pattern, label)),
      )
      assert.deepEqual(foreign, [], 'The plugin is never given these labels, which its "labels" do not declare.')
    },
  },
  'documented-labels': {
    sentence: 'has every label that it owns in its README',
    run: ({ plugin, readme }) => {
      const missing = Object.keys(plugin.labels).filter((label) => !readme.includes(label))
      assert.deepEqual(missing, [], 'The README must name these labels, spelled as in the plugin.')
    },
  },
  'documented-codes': {
    sentence: 'has a heading in its README, and a case, for every code that it reports',
    run: ({ cases, hostile, readme }) => {
      const reported = new Set(problemsOf(cases).map(({ code }) => code))
      const explained = codesIn(readme)
      const unexplained = problemsOf([...cases, ...hostile]).flatMap(({ code }) =>
        explained.includes(code) ? [] : code,
      )
      assert.deepEqual([...new Set(unexplained)], [], 'The README must have a heading for each of these codes.')
      const unreported = explained.filter((code) => !reported.has(code))
      assert.deepEqual(unreported, [], 'The README has a heading for each of these codes; add a case that reports it.')
    },
  },
} as const satisfies Readonly<Record<string, Check>>
