import { dirname, resolve } from 'node:path'
import {
  positionOf,
  problemsOf,
  readYaml,
  showPath,
  type Issue,
  type Path,
  type Problem,
  type Source,
} from '@route-server/disk/reading'

export type Values = Readonly<Record<string, unknown>>

/** Values from one place, before they are validated. */
export interface Layer {
  readonly values: unknown
  /** What relative paths in them are relative to. */
  readonly folder: string
  /** The problem as a line for people, with its place. */
  readonly say: (problem: Problem) => string
}

export function fileLayer(file: string): Layer {
  const { data, source } = readYaml(file, 'configuration file')
  return { values: data, folder: dirname(resolve(file)), say: (problem) => sayOfFile(source, problem) }
}

/** Flags that are `undefined` weren't given. */
export function flagLayer(flags: Values): Layer {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined)
  return { values: Object.fromEntries(given), folder: process.cwd(), say: sayOfFlag }
}

/** What a schema found wrong with the layer's values, as lines for people. */
export function sayingOf({ values, say }: Layer, issues: readonly Issue[]): readonly string[] {
  return issues.flatMap((issue) => problemsOf(issue, values)).map(say)
}

/** Whether there is something at the path. */
export function holds(values: unknown, [step, ...below]: Path): boolean {
  if (step === undefined) return true
  if (typeof values !== 'object' || values === null || !Object.hasOwn(values, step)) return false
  return holds((values as Record<PropertyKey, unknown>)[step], below)
}

function sayOfFile(source: Source, { path, part, text }: Problem): string {
  return `${positionOf(source, path, part)} ${showPath(path)}`.trimEnd() + `: ${text}`
}

/** Flags that set one key of a section. */
const INNER: Readonly<Record<string, string>> = { 'publish.file': '--publish-file' }

/** `baseDomain` is the flag `--base-domain`. */
function sayOfFlag({ path, text }: Problem): string {
  const inner = INNER[path.join('.')]
  if (inner !== undefined) return `${inner}: ${text}`
  const [key, ...below] = path
  const flag = String(key).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return `--${flag} ${showPath(below)}`.trimEnd() + `: ${text}`
}
