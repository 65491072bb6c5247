import assert from 'node:assert/strict'
import { API_VERSION } from '@route-server/plugin-api'
import type { Container, Plugin, Problem } from '@route-server/plugin-api'
import { lineOf } from './reports.ts'
import { run } from './run.ts'
import type { Input, Outcome } from './run.ts'

/** One run of the plugin. */
export interface Look {
  /** The case file, or what is odd about the container. */
  readonly name: string
  readonly input: Input
  readonly outcome: Outcome
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

function withLabelsReversed(input: Input): Input {
  const reversed = ({ labels, ...container }: Container): Container => ({
    ...container,
    labels: Object.fromEntries(Object.entries(labels).reverse()),
  })
  return { ...input, containers: input.containers.map(reversed) }
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

/** What holds for every plugin, as sentences about it. */
export const conformance: Readonly<Record<string, (subject: Subject) => void>> = {
  'never throws, is pure and leaves its input alone': ({ cases, hostile }) => {
    for (const { name, outcome } of [...cases, ...hostile]) {
      const failure = outcome.reports.find(({ code }) => code === 'PLUGIN_THREW')
      if (failure) throw new Error(`On ${name}: ${failure.message}`, { cause: outcome.thrown[0] })
    }
  },
  'gives the same result whenever it is asked': ({ plugin, cases, hostile }) => {
    for (const look of [...cases, ...hostile].reverse()) checkSame(look, plugin)
  },
  'takes labels in any order': ({ plugin, cases, hostile }) => {
    for (const look of [...cases, ...hostile]) checkSame(look, plugin, withLabelsReversed(look.input))
  },
  'contributes only what Traefik accepts': ({ cases }) => {
    for (const { name, outcome } of cases) {
      const refused = outcome.reports.filter(({ code }) => code === 'FRAGMENT_INVALID')
      assert.deepEqual(refused.map(lineOf), [], `A fragment is refused in ${name}.`)
    }
  },
  'reports with a code, a level and a message': ({ cases, hostile }) => {
    for (const { code, level, message } of problemsOf([...cases, ...hostile])) {
      assert.match(code, /^[A-Z][A-Z\d]*(_[A-Z\d]+)+$/, 'A code is SCREAMING_SNAKE, noun first.')
      assert.match(level, /^(error|warning|info)$/, `The level of ${code} must be error, warning or info.`)
      assert.match(message, /\S.*\.$/s, `The message of ${code} must be a sentence.`)
    }
  },
  'has every label that it owns in its README': ({ plugin, readme }) => {
    const missing = Object.keys(plugin.labels).filter((label) => !readme.includes(label))
    assert.deepEqual(missing, [], 'The README must name these labels, spelled as in the plugin.')
  },
  'has a heading in its README, and a case, for every code that it reports': ({ cases, hostile, readme }) => {
    const reported = new Set(problemsOf(cases).map(({ code }) => code))
    const explained = codesIn(readme)
    const unexplained = problemsOf([...cases, ...hostile]).flatMap(({ code }) => (explained.includes(code) ? [] : code))
    assert.deepEqual([...new Set(unexplained)], [], 'The README must have a heading for each of these codes.')
    const unreported = explained.filter((code) => !reported.has(code))
    assert.deepEqual(unreported, [], 'The README has a heading for each of these codes; add a case that reports it.')
  },
}
