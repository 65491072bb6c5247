import { setImmediate as turn } from 'node:timers/promises'

/** So long may work go on in one piece; ms. */
const LONGEST_MS = 5

/** Work that is done in slices, so that one daemon's long list doesn't keep the process from everything else. */
export class Slices {
  #began = performance.now()
  /** In this slice, before it last waited; ms. */
  #used = 0
  #spent = 0
  #total = 0

  /** What the work took of the process in all, without what it waited; ms. */
  get total(): number {
    return this.#total
  }

  /** The same since this was asked last; ms. */
  take(): number {
    const spent = this.#spent
    this.#spent = 0
    return spent
  }

  /** Work starts, or goes on after it waited for something. */
  begin(): void {
    this.#began = performance.now()
  }

  /** Work ends, or waits. */
  end(): void {
    const worked = performance.now() - this.#began
    this.#used += worked
    this.#spent += worked
    this.#total += worked
  }

  /** Whether it is time for a {@link rest}. */
  get isOver(): boolean {
    return this.#used + performance.now() - this.#began > LONGEST_MS
  }

  /** Lets everything else have its turn. */
  async rest(): Promise<void> {
    this.end()
    await turn()
    this.#used = 0
    this.begin()
  }
}
