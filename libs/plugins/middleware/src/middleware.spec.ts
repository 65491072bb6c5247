import { describe, test } from '@jest/globals'
import { testPlugin } from '@route-server/plugin-testkit'
import { middlewarePlugin } from './index.ts'

/** Labels in Traefik's own syntax are handed on as they are; what is wrong with them the kernel says, for all plugins alike. */
const reason = "what labels say in Traefik's own syntax is for the kernel to judge"

testPlugin(middlewarePlugin, {
  cases: new URL('../cases/', import.meta.url),
  skip: [
    { check: 'acceptable', reason },
    { check: 'names', reason },
    { check: 'references', reason },
  ],
  runner: { describe, test },
})
