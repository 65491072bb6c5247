import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from '@route-server/plugin-api'
import { DEFAULT_SETTINGS } from './case.ts'
import type { Case } from './case.ts'
import { caseFilesIn, checkFolder, titleOf } from './case-files.ts'
import { checkShape, conformance } from './conformance.ts'
import type { Look, Subject } from './conformance.ts'
import { hostileContainers } from './hostile.ts'
import { reportMistakes } from './reports.ts'
import { run } from './run.ts'
import type { Input } from './run.ts'

/** The two functions that are needed of a test runner: jest, vitest, node:test, or mocha with its `it` as `test`. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  test(name: string, body: () => void | Promise<void>): unknown
}

export interface TestPluginOptions {
  /** The folder of the case files: nothing but `*.yaml`. The plugin's README.md stands beside the folder. */
  readonly cases: URL | string
  /** The plugin's options, as in the configuration file, where a case gives none. */
  readonly options?: unknown
  /** Left out: the global `describe` and `test`. */
  readonly runner?: Runner
}

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

/**
 * Defines the tests of a plugin: what holds for every plugin, and one test for each case file. A case gives containers to the
 * plugin alone, through the kernel, and expects its part of the route document and all that is reported.
 */
export function testPlugin<Options>(
  plugin: Plugin<Options>,
  { cases, options, runner = globalRunner() }: TestPluginOptions,
): void {
  const subject = plugin as Plugin
  const folder = typeof cases === 'string' ? resolve(cases) : fileURLToPath(cases)
  const files = caseFilesIn(folder)

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
      cases: await Promise.all(files.map(async ({ file, read }) => look(file, await inputOf(read())))),
      hostile: [...hostileContainers(subject)].map(([about, container]) =>
        look(about, { ...usual, containers: [container] }),
      ),
      readme: readFileSync(join(folder, '..', 'README.md'), 'utf8'),
    }
  }
  let looked: Promise<Subject> | undefined

  runner.describe(`the plugin ${plugin.name}`, () => {
    runner.test('has the shape of a plugin', () => {
      checkShape(subject)
    })
    for (const [sentence, check] of Object.entries(conformance))
      runner.test(sentence, async () => {
        check(await (looked ??= lookAtAll()))
      })
    runner.test('has cases, each of them once', () => {
      checkFolder(files, folder)
    })
  })
  runner.describe(`cases of the plugin ${plugin.name}`, () => {
    for (const file of files)
      runner.test(titleOf(file), async () => {
        const expected = file.read()
        const { document, reports } = run(subject, await inputOf(expected))
        assert.equal(document, expected.document)
        const mistakes = reportMistakes(reports, expected.reports)
        assert.ok(mistakes.length === 0, mistakes.join('\n'))
      })
  })
}
