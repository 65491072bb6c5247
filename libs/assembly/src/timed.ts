import type { Plugin } from '@route-server/plugin-api'
import type { Spent } from './bounded.ts'

/** The same function, and what it has cost. */
export function timed(plugin: Plugin): { readonly contribute: Plugin['contribute']; readonly spent: () => Spent } {
  let calls = 0
  let total = 0
  let longest = 0
  return {
    contribute(container, context) {
      const began = performance.now()
      try {
        return plugin.contribute(container, context)
      } finally {
        const took = performance.now() - began
        calls++
        total += took
        if (took > longest) longest = took
      }
    },
    spent: () => ({ calls, total, longest, waited: total, waiting: 0, setAside: [] }),
  }
}
