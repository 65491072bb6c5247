import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from '@route-server/plugin-api'
import { DEFAULT_SETTINGS } from './case.ts'
import type { Case } from './case.ts'
import { caseFilesIn, checkFolder, titleOf } from './case-files.ts'
import type { CaseFile } from './case-files.ts'
import { checkShape, conformance } from './conformance.ts'
import type { Look, Subject } from './conformance.ts'
import { difference } from './difference.ts'
import { hostileContainers } from './hostile.ts'
import { reportMistakes } from './reports.ts'
import { run } from './run.ts'
import type { Input, Outcome } from './run.ts'
import { checkTaken, traefikPath } from './traefik.ts'
import { isUpdate, updated } from './update.ts'

/** The two functions that are needed of a test runner: jest, vitest, node:test, or mocha with its `it` as `test`. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  test(name: string, body: () => void | Promise<void>, timeout?: number): unknown
}

/** What can be skipped: `case-files` are those that no case repeats, `traefik` is what a real one says. */
export type CheckName = keyof typeof conformance | 'case-files' | 'shape' | 'traefik'

/** A check that doesn't hold, for a reason that whoever reads the tests can judge. */
export interface Skip {
  readonly check: CheckName
  readonly reason: string
}

export interface TestPluginOptions {
  /** The folder of the case files: nothing but `*.yaml`. The plugin's README.md stands beside the folder. */
  readonly cases: URL | string
  /** The plugin's options, as in the configuration file, where a case gives none. */
  readonly options?: unknown
  /** Checks that don't hold, and why. */
  readonly skip?: readonly Skip[]
  /** Left out: the global `describe` and `test`. */
  readonly runner?: Runner
}

/** Of a check, in milliseconds: they go over all cases, and a busy machine is slow. */
const TIMEOUT = 60_000

function globalRunner(): Runner {
  const { describe, test } = globalThis as Partial<Runner>
  if (describe && test) return { describe, test }
  throw new Error(
    'There are no global functions describe and test; give testPlugin those of the test runner as "runner".',
  )
}

/** Options as the plugin sees them; where nothing is said, those of an empty map. */
async function parsed(plugin: Plugin, options: unknown): Promise<unknown> {
  const result = await plugin.options['~standard'].validate(options ?? {})
  if (!result.issues) return result.value
  throw new Error(`The plugin refuses its options: ${result.issues.map(({ message }) => message).join('; ')}`)
}

const CHECKS: readonly CheckName[] = [
  'shape',
  ...(Object.keys(conformance) as (keyof typeof conformance)[]),
  'case-files',
  'traefik',
]

/** Why each check is skipped. @throws where there is no such check, or no reason. */
function reasonsOf(skip: readonly Skip[]): ReadonlyMap<CheckName, string> {
  for (const { check, reason } of skip) {
    if (!CHECKS.includes(check))
      throw new Error(`There is no check "${check}" to skip; there are ${CHECKS.join(', ')}.`)
    if (reason.trim() === '') throw new Error(`The check "${check}" is skipped for no reason; say why.`)
  }
  return new Map(skip.map(({ check, reason }) => [check, reason]))
}

const HOW_TO_UPDATE =
  'If this is how it should be, run the tests once with UPDATE_CASES=1, or their file with --update.'

function checkCase({ file }: CaseFile, { document, reports }: Case, outcome: Outcome): void {
  const changed = difference(document, outcome.document)
  const mistakes = [
    ...(changed === '' ? [] : [`The plugin's part of the document (- as ${file} expects it, + as it is):\n${changed}`]),
    ...reportMistakes(outcome.reports, reports),
  ]
  if (mistakes.length > 0) throw new Error([...mistakes, HOW_TO_UPDATE].join('\n\n'))
}

/**
 * Defines the tests of a plugin: what holds for every plugin, and one test for each case file. A case gives containers to the
 * plugin alone, through the kernel, and expects its part of the route document and all that is reported.
 */
export function testPlugin<Options>(
  plugin: Plugin<Options>,
  { cases, options, skip = [], runner = globalRunner() }: TestPluginOptions,
): void {
  const subject = plugin as Plugin
  const skipped = reasonsOf(skip)
  const folder = typeof cases === 'string' ? resolve(cases) : fileURLToPath(cases)
  const updates = isUpdate()
  const files = caseFilesIn(folder, updates)

  const inputOf = async (read: Case): Promise<Input> => ({
    containers: read.containers,
    settings: read.settings,
    options: await parsed(subject, read.options ?? options),
  })
  const look = (name: string, input: Input): Look => ({ name, input, outcome: run(subject, input) })
  const lookAtAll = async (): Promise<Subject> => {
    const usual = { settings: DEFAULT_SETTINGS, options: await parsed(subject, options) }
    return {
      plugin: subject,
      cases: await Promise.all(
        files.map(async ({ file, read }) => ({
          ...look(file, await inputOf(read())),
          expected: read().reports.map(({ code }) => code),
        })),
      ),
      hostile: [...hostileContainers(subject)].map(([about, container]) =>
        look(about, { ...usual, containers: [container] }),
      ),
      readme: readFileSync(join(folder, '..', 'README.md'), 'utf8'),
    }
  }
  let looked: Promise<Subject> | undefined
  const everything = (): Promise<Subject> => (looked ??= lookAtAll())
  const check = (name: CheckName, sentence: string, body: () => void | Promise<void>): void => {
    const reason = skipped.get(name)
    if (reason === undefined) runner.test(sentence, body, TIMEOUT)
    else runner.test(`(skipped) ${sentence}: ${reason}`, () => undefined)
  }

  runner.describe(`the plugin ${plugin.name}`, () => {
    check('shape', 'has the shape of a plugin', () => checkShape(subject))
    for (const [name, { sentence, run }] of Object.entries(conformance))
      check(name as CheckName, sentence, async () => run(await everything()))
    check('case-files', 'has cases, each of them once', () => checkFolder(files, folder))
    const traefik = traefikPath()
    if (traefik !== undefined)
      check('traefik', `makes only what the Traefik in ${traefik} takes`, async () => {
        await checkTaken(traefik, (await everything()).cases)
      })
  })
  runner.describe(`cases of the plugin ${plugin.name}`, () => {
    for (const file of files)
      runner.test(titleOf(file), async () => {
        const expected = file.read()
        const outcome = run(subject, await inputOf(expected))
        if (updates) file.rewrite((source) => updated(source, expected, outcome))
        else checkCase(file, expected, outcome)
      })
  })
}
