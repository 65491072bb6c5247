import { parseArgs } from 'node:util'

export interface Options {
  /** How many random cases, and as many with a mistake. */
  readonly cases: number
  readonly seed: number
  /** Only cases whose name has this in it. */
  readonly only?: string
  readonly lanes: number
  /** With the hold switched on. */
  readonly isHolding: boolean
}

const USAGE = `Compares what Traefik makes of labels by itself with what it makes of our route document.

  npm run oracle -- [options]

  --cases N    random cases, and as many with one mistake (default 300)
  --seed N     of the random ones (default: the time)
  --only TEXT  only cases whose name has TEXT in it, the random ones included
  --quick      60 random cases of each kind with seed 1: for CI
  --hold       with the hold, which is off otherwise
  --lanes N    cases at a time (default 3)
`

function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} wants a whole number, not "${text}".\n\n${USAGE}`)
  return Number(text)
}

/** @throws with the usage, for whatever it doesn't understand, and for --help. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      lanes: { type: 'string', default: '3' },
      hold: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) throw new Error(USAGE)
  const fallback = values.quick ? { cases: '60', seed: '1' } : { cases: '300', seed: String(Date.now() % 1_000_000) }
  return {
    cases: wholeNumber(values.cases ?? fallback.cases, 'cases'),
    seed: wholeNumber(values.seed ?? fallback.seed, 'seed'),
    isHolding: values.hold,
    lanes: Math.max(1, wholeNumber(values.lanes, 'lanes')),
    ...(values.only !== undefined && { only: values.only }),
  }
}
