import { LEDGER_PARTS, type Ledger, type LedgerChange } from '@route-server/kernel'
import { claimLine, claimsHead } from './claims-file.ts'

/** The claims as they are now, by line. */
export interface KeptClaims {
  /** Takes a change; returns the lines that say it. */
  take(change: LedgerChange): readonly string[]
  /** All of them. */
  readonly lines: () => Iterable<string>
  /** How many lines that is. */
  readonly size: () => number
}

export function keptClaims(ledger: Ledger, program: string): KeptClaims {
  const kept: Readonly<Record<keyof Ledger, Map<string, unknown>>> = {
    hosts: new Map(ledger.hosts),
    entryPoints: new Map(ledger.entryPoints),
    ports: new Map(ledger.ports),
    certificates: new Map(ledger.certificates),
  }
  return {
    take(change) {
      const lines: string[] = []
      for (const section of LEDGER_PARTS)
        for (const [key, value] of change[section]) {
          const before = kept[section].get(key)
          if (before === value) continue
          const line = claimLine(section, key, value)
          if (before !== undefined && line === claimLine(section, key, before)) continue
          lines.push(line)
          if (value === undefined) kept[section].delete(key)
          else kept[section].set(key, value)
        }
      return lines
    },
    *lines() {
      yield claimsHead(program)
      for (const section of LEDGER_PARTS) for (const [key, value] of kept[section]) yield claimLine(section, key, value)
    },
    size: () => LEDGER_PARTS.reduce((lines, section) => lines + kept[section].size, 1),
  }
}
