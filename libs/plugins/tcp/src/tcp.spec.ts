import { describe, test } from '@jest/globals'
import { testPlugin } from '@route-server/plugin-testkit'
import { tcpPlugin } from './index.ts'

testPlugin(tcpPlugin, { cases: new URL('../cases/', import.meta.url), runner: { describe, test } })
