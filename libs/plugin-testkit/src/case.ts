import type { Container, Level, Settings } from '@route-server/plugin-api'
import { yamlEntries } from '@route-server/traefik'
import type { Yaml } from '@route-server/traefik'
import { parse } from 'yaml'
import { containerAt } from './container.ts'
import { fields, list, mapOf, mustBe, oneOf, text } from './fields.ts'
import type { Reader } from './fields.ts'

/** A report that a case expects; what is left out may be anything. */
export interface ExpectedReport {
  readonly code: string
  readonly level?: Level
  readonly label?: string
  /** Part of the message. */
  readonly message?: string
}

/** One behaviour: what goes in, and what has to come out. */
export interface Case {
  /** The behaviour, as a sentence. */
  readonly about: string
  readonly containers: readonly Container[]
  readonly settings: Settings
  /** As in the configuration file; `undefined`: those that the plugin is tested with. */
  readonly options: unknown
  /** The plugin's part of the route document, as canonical YAML. */
  readonly document: string
  readonly reports: readonly ExpectedReport[]
}

export const DEFAULT_SETTINGS: Settings = {
  baseDomain: 'example.com',
  certResolver: 'letsencrypt',
  httpEntryPoints: ['websecure', 'websecure-v6'],
  allowedReferences: [],
}

const textOrNull = mustBe('a text, or null for none', (value) => value === null || typeof value === 'string')

const readSettings: Reader<Settings> = (value, where) => {
  const given = fields({
    baseDomain: textOrNull,
    certResolver: textOrNull,
    httpEntryPoints: list(text),
    allowedReferences: list(text),
  })(value, where)
  const settings = Object.entries({ ...DEFAULT_SETTINGS, ...given }).filter(([, setting]) => setting !== null)
  return Object.fromEntries(settings) as unknown as Settings
}

/** A value that a document can hold. It can't hold null; a map without content is `{}`. */
const yaml: Reader<Yaml> = (value, where) => {
  if (value === null) throw new Error(`${where} is null, which no route document can hold; an empty map is {}.`)
  if (Array.isArray(value)) return list(yaml)(value, where)
  return typeof value === 'object' ? mapOf(yaml)(value, where) : (value as Yaml)
}

const readReport: Reader<ExpectedReport> = (value, where) => {
  const { code, ...rest } = fields({
    code: text,
    level: oneOf(['error', 'warning', 'info']),
    label: text,
    message: text,
  })(value, where)
  if (code === undefined) throw new Error(`${where} has no code.`)
  return { code, ...rest }
}

const readContainers: Reader<readonly Container[]> = (value, where) =>
  list((item) => item)(value, where).map((item, i) => containerAt(i)(item, `${where}[${i}]`))

const readCaseFields = fields({
  about: text,
  container: containerAt(0),
  containers: readContainers,
  settings: readSettings,
  options: (value: unknown): unknown => value,
  expect: mapOf(yaml),
  reports: list(readReport),
})

function parsed(file: string, source: string): unknown {
  try {
    return parse(source)
  } catch (cause) {
    throw new Error(`${file} is no YAML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Reads a case file. An error says which key is wrong; `file` names the file in it. `unfinished`: it needn't expect anything yet. */
export function readCase(file: string, source: string, unfinished = false): Case {
  const { about, container, containers, settings, options, expect, reports } = readCaseFields(
    parsed(file, source),
    file,
  )
  if (about === undefined) throw new Error(`${file} has no "about": the behaviour, in one sentence.`)
  if ((container === undefined) === (containers === undefined))
    throw new Error(`${file} must have either "container" or "containers".`)
  if (!unfinished && expect === undefined && reports === undefined)
    throw new Error(
      `${file} expects nothing: add "expect", the plugin's part of the document ({} for none), or "reports"; or run the tests once with UPDATE_CASES=1, which writes both.`,
    )
  return {
    about,
    containers: containers ?? [container as Container],
    settings: settings ?? DEFAULT_SETTINGS,
    options,
    document: yamlEntries(expect ?? {}),
    reports: reports ?? [],
  }
}
