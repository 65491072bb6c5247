import type { Level } from '@route-server/plugin-api'
import { relative } from 'node:path'
import { VERSION } from '../version.ts'
import type { Finding } from './check.ts'

const LEVELS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'note' }

/** Findings as SARIF 2.1.0, which code hosts show beside the lines. */
export function sarifOf(findings: readonly Finding[], folder: string): unknown {
  const codes = [...new Set(findings.map(({ code }) => code))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'renet check',
            version: VERSION,
            rules: codes.map((code) => ({ id: code, helpUri: `docs/diagnostics.md#${code.toLowerCase()}` })),
          },
        },
        results: findings.map(({ code, level, message, file, line, column }) => ({
          ruleId: code,
          ruleIndex: codes.indexOf(code),
          level: LEVELS[level],
          message: { text: message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(relative(folder, file)) },
                region: { startLine: line, startColumn: column },
              },
            },
          ],
        })),
      },
    ],
  }
}
