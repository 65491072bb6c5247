import { describe, test } from '@jest/globals'
import { testPlugin } from '@route-server/plugin-testkit'
import { middlewarePlugin } from './index.ts'

testPlugin(middlewarePlugin, { cases: new URL('../cases/', import.meta.url), runner: { describe, test } })
