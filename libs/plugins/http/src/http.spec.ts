import { describe, test } from '@jest/globals'
import { testPlugin } from '@route-server/plugin-testkit'
import { httpPlugin } from './index.ts'

testPlugin(httpPlugin, { cases: new URL('../cases/', import.meta.url), runner: { describe, test } })
