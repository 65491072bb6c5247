import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a run uses of the machine: one temporary folder and some processes. Nothing is left of either after `close`. */
export class Workspace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'route-server-bench-'))
  readonly #processes = new Set<ChildProcess>()
  #folders = 0

  /** A new folder's path; short, because a socket's may have 107 characters only. The folder isn't there yet. */
  folder(): string {
    this.#folders += 1
    return join(this.#folder, String(this.#folders))
  }

  own<T extends ChildProcess>(child: T): T {
    this.#processes.add(child)
    child.once('exit', () => this.#processes.delete(child))
    return child
  }

  close(): void {
    for (const child of this.#processes) child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
