import { findCompose, readArguments } from '@route-server/compose'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { environmentOf, findHere, tellOfOtherDaemons, type Here, type WhereFlags } from '../here.ts'
import { prepare } from '../project.ts'
import { findRediaccfiles, FILE } from '../rediaccfile/find.ts'
import { withRenetOnPath } from '../rediaccfile/own-path.ts'
import { runFunction, type Outcome } from '../rediaccfile/run-function.ts'
import { remark } from '../terminal/print.ts'
import { RenetError } from '../renet-error.ts'

export type FunctionName = 'prep' | 'up' | 'down' | 'info'

export interface FunctionFlags extends WhereFlags {
  /** These Rediaccfiles, and no others; relative to the folder. */
  readonly file?: readonly string[]
  /** Milliseconds. */
  readonly timeout?: number
}

/** Runs one function of every Rediaccfile here. */
export async function run(name: FunctionName, flags: FunctionFlags): Promise<void> {
  const here = findHere(flags)
  const files = flags.file?.map((file) => resolve(here.folder, file)) ?? findRediaccfiles(here.folder)
  const missing = files.find((file) => !existsSync(file))
  if (missing !== undefined) throw new RenetError(`--file: there is no ${missing}.`)
  if (files.length === 0)
    throw new RenetError(
      `${here.folder} has no ${FILE}, and no folder in it has one. It is a bash file with the functions prep, up and down.`,
    )
  if (
    !existsSync('/bin/bash') &&
    !(process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, 'bash')))
  )
    throw new RenetError(`A ${FILE} is run by bash, and there is none on PATH. Install the package bash.`)
  tellOfOtherDaemons(here)
  const order = name === 'down' ? files.toReversed() : files
  await withRenetOnPath(process.env['PATH'] ?? '', async (path) => {
    let found = 0
    for (const file of order) {
      await keepSlotsBeside(file, here)
      const env = { ...environmentOf(findHere(flags)), PATH: path }
      const folder = relative(here.folder, dirname(file))
      const outcome = await runFunction({
        file,
        name,
        env,
        prefix: `${folder === '' ? '' : `${folder}/`}${name} | `,
        timeout: flags.timeout,
      })
      if (outcome.isMissing) continue
      found += 1
      if (outcome.status === 0 && outcome.endedBy === undefined) continue
      remark(sentence(name, file, outcome, flags.timeout))
      process.exitCode = outcome.status
      // What can still be taken down is.
      if (name !== 'down' || isSignal(outcome.endedBy)) return passOn(outcome)
    }
    if (found === 0 && (name === 'up' || name === 'down'))
      throw new RenetError(`${files.join(', ')}: there is no function ${name}.`)
  })
}

/** The services of a compose file beside the Rediaccfile have their variables already the first time. What is wrong with it says compose later. */
async function keepSlotsBeside(file: string, here: Here): Promise<void> {
  try {
    const executable = await findCompose(process.env)
    const args = readArguments(['config'])
    await prepare({ executable, args, here: { ...here, folder: dirname(file) }, input: undefined, dryRun: false })
  } catch {
    // A function may be what installs compose, or writes the file.
  }
}

const isSignal = (by: Outcome['endedBy']): by is NodeJS.Signals => by !== undefined && by !== 'timeout'

/** Who waits for us learns that a signal ended us. */
function passOn({ endedBy }: Outcome): void {
  if (isSignal(endedBy)) process.exitCode = 128 + constants.signals[endedBy]
}

function sentence(name: FunctionName, file: string, { status, place, endedBy }: Outcome, timeout = 0): string {
  if (endedBy === 'timeout')
    return `${name} of ${file} ran longer than ${timeout / 1000} s. It was ended, with everything that it had started.`
  if (endedBy !== undefined) return `${name} of ${file} was ended by ${endedBy}, with everything that it had started.`
  return place === undefined
    ? `${name} of ${file} failed with status ${status}; its last words are above.`
    : `${name} failed with status ${status} at ${place}.`
}
