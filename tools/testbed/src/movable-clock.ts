import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The clock on the wall of one Node program, which somebody sets while it runs. Timers go on as they are. */
export interface MovableClock {
  /** What the program's environment has to hold. */
  readonly env: Readonly<Record<string, string>>
  /** Sets it so many milliseconds ahead of the real one, or behind; within a tenth of a second. */
  set(ahead: number): void
  remove(): void
}

/** Keeps the difference in a file in `directory`. */
export function movableClock(directory: string): MovableClock {
  const file = join(directory, 'clock')
  writeFileSync(file, '0')
  const module = `data:text/javascript,${encodeURIComponent(preload(file))}`
  return {
    env: { NODE_OPTIONS: `--import=${module}` },
    set: (ahead) => writeFileSync(file, String(ahead)),
    remove: () => rmSync(file, { force: true }),
  }
}

/** Loaded before the program. */
const preload = (file: string): string => `
import { readFileSync } from 'node:fs'
const Real = Date
let ahead = 0
setInterval(() => { ahead = Number(readFileSync(${JSON.stringify(file)}, 'utf8')) }, 50).unref()
globalThis.Date = class Date extends Real {
  constructor(...parts) {
    if (parts.length === 0) super(Date.now())
    else super(...parts)
  }
  static now() { return Real.now() + ahead }
}
`
