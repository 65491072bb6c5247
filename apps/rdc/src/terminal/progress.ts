import { errorColours } from './colours.ts'

/** One thing that a command is busy with. */
export interface Step {
  readonly what: string
  readonly detail?: string
}

export interface Progress {
  /** What goes on now; what went on before is done. The same once more tells how far it is. */
  readonly step: (step: Step) => void
  /** Pauses, so that something else may be written or asked. What went on before is done. */
  readonly rest: () => void
  /** What goes on now has failed. */
  readonly fail: () => void
}

const textOf = ({ what, detail }: Step): string => (detail === undefined ? what : `${what} ${errorColours.dim(detail)}`)

/** A spinner on a terminal, plain lines elsewhere; on standard error, so that it never mixes with what a program reads. */
export async function startProgress(): Promise<Progress> {
  // Some terminals of machines have no columns; a spinner would draw for ever there.
  if (!process.stderr.isTTY || !process.stderr.columns) {
    let what = ''
    return {
      step(step) {
        // How far it is would be a line each time.
        if (step.what !== what) process.stderr.write(`${textOf(step)}\n`)
        what = step.what
      },
      rest: () => undefined,
      fail: () => undefined,
    }
  }
  const { default: ora } = await import('ora')
  const spinner = ora({ stream: process.stderr, discardStdin: false })
  let what = ''
  const rest = (): void => {
    if (spinner.isSpinning) spinner.succeed()
  }
  return {
    step(step) {
      if (spinner.isSpinning && step.what === what) {
        spinner.text = textOf(step)
        return
      }
      rest()
      what = step.what
      spinner.start(textOf(step))
    },
    rest,
    fail() {
      if (spinner.isSpinning) spinner.fail()
    },
  }
}

/** Does the work while its steps are shown. */
export async function withProgress<T>(work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = await startProgress()
  try {
    const result = await work(progress)
    progress.rest()
    return result
  } catch (error) {
    progress.fail()
    throw error
  }
}
