import { setTimeout as wait } from 'node:timers/promises'
import type { Table } from './table.ts'
import type { Workspace } from './workspace.ts'

export interface Scenario {
  readonly name: string
  /** What it does, in one line. */
  readonly about: string
  readonly aims: readonly string[]
  run(workspace: Workspace, quick: boolean): Promise<Table> | Table
}

/** Longer than the route server's settle time: whatever follows isn't held back by what went before. */
export const SPACING_MS = 160

export const rest = (ms = SPACING_MS): Promise<void> => wait(ms)
