import { describe, test } from '@jest/globals'
import { testPlugin } from '@route-server/plugin-testkit'
import { udpPlugin } from './index.ts'

testPlugin(udpPlugin, { cases: new URL('../cases/', import.meta.url), runner: { describe, test } })
